package io.dunlin.gateway.membership;

import io.dunlin.gateway.http.admin.ControllerEndpoint;
import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.protocol.ControlProtocol;
import io.dunlin.shared.protocol.ControlProtocol.Command;
import io.dunlin.shared.protocol.ControlProtocol.Reply;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.SingletonActor;

/**
 * The way from a gateway to the model controller, a singleton among the nodes.
 *
 * <p>Initialising a singleton under a role this process does not have starts nothing but a proxy to
 * it. In a process that is a node too, the node has started the singleton before the gateway asks
 * for it, and the same call finds that proxy; {@link #absent} would run only if the order were
 * wrong, and says so.
 */
final class ControllerProxy implements ControllerEndpoint {
  /** The singleton's name, as the nodes start it. */
  static final String NAME = "controller";

  private final ActorSystem<?> system;
  private final ActorRef<Command> controller;

  private ControllerProxy(ActorSystem<?> system, ActorRef<Command> controller) {
    this.system = system;
    this.controller = controller;
  }

  static ControllerProxy of(ActorSystem<?> system) {
    return new ControllerProxy(
        system,
        ClusterSingleton.get(system)
            .init(
                SingletonActor.of(absent(), NAME)
                    .withSettings(
                        ClusterSingletonSettings.create(system)
                            .withRole(ClusterSnapshot.NODE_ROLE))));
  }

  @Override
  public CompletionStage<Reply> ask(Function<ActorRef<Reply>, Command> command, Duration timeout) {
    return AskPattern.ask(controller, command::apply, timeout, system.scheduler());
  }

  private static Behavior<Command> absent() {
    Reply reply =
        new ControlProtocol.Rejected(
            new Failure(
                FailureCode.INTERNAL, "the gateway was started before the node of its process"));
    return Behaviors.receiveMessage(
        command -> {
          replyTo(command).tell(reply);
          return Behaviors.same();
        });
  }

  private static ActorRef<Reply> replyTo(Command command) {
    return switch (command) {
      case ControlProtocol.Deploy deploy -> deploy.replyTo();
      case ControlProtocol.Undeploy undeploy -> undeploy.replyTo();
      case ControlProtocol.SetAlias alias -> alias.replyTo();
      case ControlProtocol.Rollback rollback -> rollback.replyTo();
      case ControlProtocol.SetDraining draining -> draining.replyTo();
      case ControlProtocol.ExplainPlacement explain -> explain.replyTo();
      case ControlProtocol.DryRun dryRun -> dryRun.replyTo();
      case ControlProtocol.RepositorySeen seen ->
          throw new IllegalStateException(
              "repositories are seen by nodes (expected: a controller)");
    };
  }
}
