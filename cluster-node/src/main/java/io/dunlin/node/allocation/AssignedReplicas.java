package io.dunlin.node.allocation;

import io.dunlin.shared.protocol.ReplicaProtocol;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Lets a replica begin only on the node it is assigned to. A region knows where a shard was, and
 * may for a moment send a replica's command to where another of the same id was before; such a
 * command is dropped, and the controller repeats it.
 *
 * <pre>
 * waiting   assigned here -> the replica, with all commands that waited
 *           assigned elsewhere, or nowhere in time -> ends
 *           Stop -> ends: there is nothing to stop yet, and a region that leaves waits for this
 * </pre>
 */
public final class AssignedReplicas {
  /** Commands that wait for the assignment; the controller repeats what is lost. */
  private static final int MAX_WAITING = 16;

  /** Where replicas are assigned, as this process knows it. */
  public interface Assignments {
    /** The node's address, if it is known here now. */
    Optional<String> assignedAddress(String entityId);

    /** The same as soon as it is known; empty when it is not within the time. */
    CompletionStage<Optional<String>> addressOf(String entityId, Duration within);
  }

  private final Assignments assignments;
  private final String selfAddress;
  private final Duration patience;

  /**
   * @param selfAddress of this node
   * @param patience how long an assignment may take to arrive here
   */
  public AssignedReplicas(Assignments assignments, String selfAddress, Duration patience) {
    this.assignments = assignments;
    this.selfAddress = selfAddress;
    this.patience = patience;
  }

  /** The assignment's node, or nothing in time. */
  private record Found(Optional<String> address) {}

  /**
   * @param replica makes the replica's behavior
   */
  public Behavior<ReplicaProtocol.Command> whenAssigned(
      String entityId, Supplier<Behavior<ReplicaProtocol.Command>> replica) {
    Optional<String> known = assignments.assignedAddress(entityId);
    if (known.isPresent()) {
      return known.get().equals(selfAddress) ? replica.get() : Behaviors.stopped();
    }
    // The actor's own signal is no command, so while it waits it takes any object.
    return waiting(entityId, replica).narrow();
  }

  private Behavior<Object> waiting(
      String entityId, Supplier<Behavior<ReplicaProtocol.Command>> replica) {
    return Behaviors.withStash(
        MAX_WAITING,
        stash ->
            Behaviors.setup(
                context -> {
                  context.pipeToSelf(
                      assignments.addressOf(entityId, patience),
                      (address, failure) ->
                          new Found(address == null ? Optional.empty() : address));
                  return Behaviors.receiveMessage(
                      message -> {
                        if (message instanceof Found found) {
                          return isHere(found)
                              ? stash.unstashAll(replica.get().unsafeCast())
                              : Behaviors.stopped();
                        }
                        if (message instanceof ReplicaProtocol.Stop) {
                          return Behaviors.stopped();
                        }
                        if (!stash.isFull()) {
                          stash.stash(message);
                        }
                        return Behaviors.same();
                      });
                }));
  }

  private boolean isHere(Found found) {
    return found.address().isPresent() && found.address().get().equals(selfAddress);
  }
}
