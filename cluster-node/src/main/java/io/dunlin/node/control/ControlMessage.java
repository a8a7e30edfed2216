package io.dunlin.node.control;

import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.protocol.ControlProtocol;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/** What {@link ModelController} takes: commands of others, and its own signals. */
sealed interface ControlMessage {

  /** Something the controller follows has changed. */
  sealed interface News extends ControlMessage {}

  /** A command from another process. */
  record Request(ControlProtocol.Command command) implements ControlMessage {}

  record CatalogRead(Map<String, CatalogEntry> entries, boolean complete)
      implements ControlMessage {}

  record AssignmentsRead(Map<String, Assignment> entries, boolean complete)
      implements ControlMessage {}

  record OrdersRead(Map<String, NodeOrder> entries, boolean complete) implements ControlMessage {}

  record CatalogChanged(Map<String, CatalogEntry> entries) implements News {}

  record AssignmentsChanged(Map<String, Assignment> entries) implements News {}

  record OrdersChanged(Map<String, NodeOrder> entries) implements News {}

  record NodesChanged(Map<String, NodeReport> entries) implements News {}

  record MembersChanged() implements News {}

  record AssignmentWritten(String key) implements ControlMessage {}

  record Stored(
      ControlProtocol.Reply accepted, boolean confirmed, ActorRef<ControlProtocol.Reply> replyTo)
      implements ControlMessage {}

  record ReadAgain() implements ControlMessage {}

  record Pass() implements ControlMessage {}

  /** This process leaves. */
  record Rest() implements ControlMessage {}
}
