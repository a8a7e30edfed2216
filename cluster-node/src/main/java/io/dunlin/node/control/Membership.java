package io.dunlin.node.control;

import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;

/** From Pekko's view of the members to the controller's. */
final class Membership {
  private Membership() {}

  static Members of(ClusterEvent.CurrentClusterState now) {
    Map<String, Members.Member> members = new HashMap<>();
    for (Member member : now.getMembers()) {
      if (member.status() != MemberStatus.removed()) {
        members.put(
            member.address().toString(),
            new Members.Member(
                member.uniqueAddress().longUid(),
                !now.getUnreachable().contains(member),
                isLeaving(member.status())));
      }
    }
    return new Members(members);
  }

  private static boolean isLeaving(MemberStatus status) {
    return status == MemberStatus.leaving()
        || status == MemberStatus.exiting()
        || status == MemberStatus.down();
  }
}
