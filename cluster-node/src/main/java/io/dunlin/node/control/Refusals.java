package io.dunlin.node.control;

import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.protocol.ControlProtocol;
import java.util.Map;
import java.util.TreeSet;

/** Answers for commands that are not carried out now. */
final class Refusals {
  private Refusals() {}

  /** Why a command that was stored is still not accepted. */
  static ControlProtocol.Reply unconfirmed() {
    return new ControlProtocol.Rejected(
        new Failure(
            FailureCode.UNAVAILABLE,
            "stored by the controller's process, but not confirmed by a majority of the members in"
                + " time: it holds unless that process is lost before it reaches another; look"
                + " before asking again"));
  }

  static ControlProtocol.Reply unknownNode(String nodeId, Map<String, NodeReport> nodes) {
    return new ControlProtocol.Rejected(
        Failure.notFound(
            "node '" + nodeId + "' (expected: one of " + new TreeSet<>(nodes.keySet()) + ")"));
  }

  /** Answers UNAVAILABLE to whoever asked. */
  static void refuse(ControlProtocol.Command command, String why) {
    ControlProtocol.Rejected reply =
        new ControlProtocol.Rejected(new Failure(FailureCode.UNAVAILABLE, why));
    switch (command) {
      case ControlProtocol.Deploy c -> c.replyTo().tell(reply);
      case ControlProtocol.Undeploy c -> c.replyTo().tell(reply);
      case ControlProtocol.SetAlias c -> c.replyTo().tell(reply);
      case ControlProtocol.Rollback c -> c.replyTo().tell(reply);
      case ControlProtocol.SetDraining c -> c.replyTo().tell(reply);
      case ControlProtocol.ExplainPlacement c -> c.replyTo().tell(reply);
      case ControlProtocol.DryRun c -> c.replyTo().tell(reply);
      case ControlProtocol.RepositorySeen c -> {}
    }
  }
}
