package io.dunlin.shared.protocol;

import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What processes ask each other before they are a cluster, and ask those outside it afterwards:
 * whether there is a cluster already, and which process begins one if not.
 */
public final class FormationProtocol {
  /** The name under which every process can be asked, at {@code /system/} of its actor system. */
  public static final String ACTOR_NAME = "dunlin-formation";

  private FormationProtocol() {}

  /** Who are you, and are you in a cluster? This is what I am. */
  public record Hello(Standing sender, ActorRef<Standing> replyTo) {}

  /**
   * Where a process stands.
   *
   * @param address {@code host:port} as the others must call it
   * @param incarnation this run of the process
   * @param clusterName of the cluster it belongs to or wants to
   * @param protocolVersion grows when processes of one version cannot work with those of another
   * @param supports the address of the process that may begin the cluster, as far as this one is
   *     concerned; empty for none
   * @param members {@code host:port#incarnation} of the members of its cluster, sorted; empty when
   *     it is in none
   */
  public record Standing(
      String address,
      long incarnation,
      String clusterName,
      int protocolVersion,
      String supports,
      List<String> members) {

    public Standing {
      members = List.copyOf(members);
    }

    /** Whether it is in a cluster. */
    public boolean inside() {
      return !members.isEmpty();
    }
  }
}
