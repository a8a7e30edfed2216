package io.dunlin.gateway.http.admin;

import io.dunlin.shared.protocol.ControlProtocol;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/** The way to the model controller, wherever in the cluster it is. */
@FunctionalInterface
public interface ControllerEndpoint {
  /**
   * Asks it.
   *
   * @param command made for the reply address it is given
   * @return the reply; fails with a {@link java.util.concurrent.TimeoutException} when there is
   *     none in time
   */
  CompletionStage<ControlProtocol.Reply> ask(
      Function<ActorRef<ControlProtocol.Reply>, ControlProtocol.Command> command, Duration timeout);
}
