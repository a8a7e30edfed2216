package io.dunlin.gateway.http.admin.history;

import io.dunlin.gateway.routing.ClusterSnapshot;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last events this gateway saw, and its present readers. Thread-safe; holds a bounded number of
 * events and of readers. A reader that does not keep up is dropped and comes back for the rest with
 * the id of the last event it has.
 */
public final class EventHistory {
  /** Most events kept. */
  public static final int CAPACITY = 1024;

  /** Most readers at one time. */
  public static final int MAX_READERS = 64;

  private final String process;
  private final InstantSource clock;
  private final ArrayDeque<RecordedEvent> events = new ArrayDeque<>();
  private final List<Reader> readers = new ArrayList<>();
  private @Nullable ClusterSnapshot last;
  private long number;
  private boolean closed;

  /** Takes events one by one. */
  public interface Reader {
    /** Takes one without waiting; false when it cannot, and gets no more then. */
    boolean offer(RecordedEvent event);

    /** There will be no more. */
    void end();
  }

  /**
   * What a reader asked for.
   *
   * @param gap whether events between the position asked for and the first given are lost
   * @param events those kept, oldest first
   */
  public record Past(boolean gap, List<RecordedEvent> events) {}

  /**
   * @param process names this run of the gateway
   */
  public EventHistory(String process, InstantSource clock) {
    this.process = process;
    this.clock = clock;
  }

  /** Records what is different from the snapshot before. */
  public synchronized void observe(ClusterSnapshot snapshot) {
    ClusterSnapshot before = last;
    last = snapshot;
    for (ClusterChange change : SnapshotDiffer.between(before, snapshot)) {
      RecordedEvent event = new RecordedEvent(++number, clock.instant(), change);
      if (events.size() == CAPACITY) {
        events.removeFirst();
      }
      events.addLast(event);
      Iterator<Reader> each = readers.iterator();
      while (each.hasNext()) {
        Reader reader = each.next();
        if (!reader.offer(event)) {
          each.remove();
          reader.end();
        }
      }
    }
  }

  /** The id of an event, for a reader to come back with. */
  public EventPosition position(RecordedEvent event) {
    return new EventPosition(process, event.number());
  }

  /** What is kept from after a position on. */
  public synchronized Past past(EventPosition after) {
    boolean ours = after.process().equals(process) && after.number() <= number;
    long from = ours ? after.number() : 0;
    List<RecordedEvent> kept = events.stream().filter(event -> event.number() > from).toList();
    boolean beginning = after.equals(EventPosition.BEGINNING);
    long first = kept.isEmpty() ? number + 1 : kept.getFirst().number();
    return new Past(!beginning && (!ours || first != from + 1), kept);
  }

  /**
   * Adds a reader and says what it missed; nothing falls between the two.
   *
   * @return false when there are too many readers or the history has ended
   */
  public synchronized boolean join(Reader reader, EventPosition after, PastReader take) {
    if (closed || readers.size() >= MAX_READERS) {
      return false;
    }
    take.accept(past(after));
    readers.add(reader);
    return true;
  }

  /** Takes what a reader missed before it gets what comes. */
  @FunctionalInterface
  public interface PastReader {
    void accept(Past past);
  }

  /** Lets a reader go. */
  public synchronized void leave(Reader reader) {
    readers.remove(reader);
  }

  /** Whether one more reader would be taken. */
  public synchronized boolean hasRoom() {
    return !closed && readers.size() < MAX_READERS;
  }

  /** Ends every reader's stream, and takes no more. */
  public synchronized void close() {
    closed = true;
    readers.forEach(Reader::end);
    readers.clear();
  }
}
