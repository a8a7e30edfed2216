package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.gateway.http.admin.history.EventHistory;
import io.dunlin.gateway.http.admin.history.EventPosition;
import io.dunlin.gateway.http.admin.history.RecordedEvent;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import java.util.List;

/** {@code /admin/v1/events}: the history as a stream of server-sent events, or as JSON. */
final class EventResource {
  private final ObjectMapper json;
  private final EventHistory history;

  EventResource(ObjectMapper json, EventHistory history) {
    this.json = json;
    this.history = history;
  }

  List<AdminRoute> routes() {
    return List.of(
        AdminRoute.of("GET", "/admin/v1/events", (request, names) -> Seen.done(events(request))));
  }

  private AdminResponse events(AdminRequest request) {
    EventPosition after =
        request
            .header()
            .apply("Last-Event-ID")
            .or(() -> request.query().apply("after"))
            .map(EventResource::position)
            .orElse(EventPosition.BEGINNING);
    if (wantsJson(request)) {
      return AdminResponse.ok(document(after));
    }
    if (!history.hasRoom()) {
      throw new InferenceException(
          FailureCode.RESOURCE_EXHAUSTED,
          "event readers: " + EventHistory.MAX_READERS + " (expected: fewer; try again later)");
    }
    return new AdminResponse(200, new AdminResponse.EventStream(after), List.of())
        .withHeader("Cache-Control", "no-cache");
  }

  private static boolean wantsJson(AdminRequest request) {
    String format = request.query().apply("format").orElse("");
    if (!format.isEmpty() && !format.equals("json") && !format.equals("sse")) {
      throw Bodies.invalid("format: '" + format + "' (expected: json or sse)");
    }
    String accept = request.header().apply("Accept").orElse("");
    return format.equals("json")
        || (format.isEmpty()
            && accept.contains("application/json")
            && !accept.contains("text/event-stream"));
  }

  private static EventPosition position(String text) {
    return EventPosition.parse(text)
        .orElseThrow(
            () ->
                Bodies.invalid(
                    "event id: '" + text + "' (expected: one that this history gave out)"));
  }

  private ObjectNode document(EventPosition after) {
    EventHistory.Past past = history.past(after);
    ObjectNode body = json.createObjectNode();
    body.put("gap", past.gap());
    ArrayNode events = body.putArray("events");
    past.events().forEach(event -> events.add(view(json, history, event)));
    return body;
  }

  /** One event as JSON. */
  static ObjectNode view(ObjectMapper json, EventHistory history, RecordedEvent event) {
    ObjectNode body = json.createObjectNode();
    body.put("id", history.position(event).toString());
    body.put("time", event.at().toString());
    body.put("type", event.change().type());
    body.put("subject", event.change().subject());
    event.change().details().forEach((name, value) -> body.set(name, json.valueToTree(value)));
    return body;
  }
}
