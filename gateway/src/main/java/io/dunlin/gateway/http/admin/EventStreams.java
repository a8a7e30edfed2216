package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dunlin.gateway.http.admin.history.EventHistory;
import io.dunlin.gateway.http.admin.history.EventPosition;
import io.dunlin.gateway.http.admin.history.RecordedEvent;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * The history as server-sent events (WHATWG HTML, section 9.2): what is kept from a position on,
 * then what comes, with a comment now and then so that nobody takes silence for a broken
 * connection.
 *
 * <p>Each reader has a queue that holds the whole history once over and as much again; one that
 * fills it is let go and comes back with the id of its last event.
 */
final class EventStreams {
  private static final int QUEUE = 2 * EventHistory.CAPACITY;
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);
  private static final ByteString HEARTBEAT_COMMENT = ByteString.fromString(": heartbeat\n\n");

  /** How long a browser waits before it comes back. */
  private static final ByteString RETRY = ByteString.fromString("retry: 2000\n\n");

  private static final ByteString GAP =
      ByteString.fromString("event: history.gap\ndata: {\"type\":\"history.gap\"}\n\n");

  private final ActorSystem<?> system;
  private final EventHistory history;
  private final ObjectMapper json = new ObjectMapper();

  EventStreams(ActorSystem<?> system, EventHistory history) {
    this.system = system;
    this.history = history;
  }

  /** One reader's stream; empty when there was no room for one more by now. */
  ResponseEntity entity(EventPosition after) {
    Pair<BoundedSourceQueue<ByteString>, Source<ByteString, org.apache.pekko.NotUsed>> stream =
        Source.<ByteString>queue(QUEUE).preMaterialize(system);
    BoundedSourceQueue<ByteString> queue = stream.first();
    QueueReader reader = new QueueReader(queue);
    boolean joined = history.join(reader, after, past -> begin(queue, past));
    if (!joined) {
      queue.complete();
    }
    Source<ByteString, ?> source =
        stream
            .second()
            .keepAlive(HEARTBEAT, () -> HEARTBEAT_COMMENT)
            .watchTermination(
                (left, done) -> done.whenComplete((ended, failure) -> history.leave(reader)));
    return HttpEntities.createChunked(ContentTypes.parse("text/event-stream"), source);
  }

  private void begin(BoundedSourceQueue<ByteString> queue, EventHistory.Past past) {
    queue.offer(RETRY);
    if (past.gap()) {
      queue.offer(GAP);
    }
    past.events().forEach(event -> queue.offer(frame(event)));
  }

  private ByteString frame(RecordedEvent event) {
    return ByteString.fromString(
        "id: "
            + history.position(event)
            + "\nevent: "
            + event.change().type()
            + "\ndata: "
            + EventResource.view(json, history, event)
            + "\n\n");
  }

  /** Events go into a bounded queue; one that is full loses its reader. */
  private final class QueueReader implements EventHistory.Reader {
    private final BoundedSourceQueue<ByteString> queue;

    QueueReader(BoundedSourceQueue<ByteString> queue) {
      this.queue = queue;
    }

    @Override
    public boolean offer(RecordedEvent event) {
      return queue.offer(frame(event)).equals(QueueOfferResult.enqueued());
    }

    @Override
    public void end() {
      if (!queue.isCompleted()) {
        queue.complete();
      }
    }
  }
}
