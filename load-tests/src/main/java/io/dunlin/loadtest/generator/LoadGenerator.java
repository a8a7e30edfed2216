package io.dunlin.loadtest.generator;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Runs a {@link LoadPlan} in the calling thread. One instance, one run. */
public final class LoadGenerator {
  private static final int READ_BUFFER_BYTES = 256 << 10;

  /** A server that refuses connections is tried again after this, not at once. */
  private static final long RECONNECT_NANOS = 20_000_000;

  /** The selector's clock ticks in milliseconds; shorter waits poll at this pace. */
  private static final long POLL_NANOS = 50_000;

  private final LoadPlan plan;
  private final Selector selector;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);
  private final List<Connection> connections = new ArrayList<>();
  private final ArrayDeque<Connection> idle = new ArrayDeque<>();
  private final ArrayDeque<Lost> lost = new ArrayDeque<>();
  private final @Nullable Arrivals arrivals;
  private final long startNanos;
  private final long untilNanos;
  private final LoadRecorder recorder;
  private long nextDueNanos;
  private long inFlight;
  private int turn;

  /** A connection to open again. */
  private record Lost(Connection connection, long retryNanos) {}

  private LoadGenerator(LoadPlan plan, Selector selector) {
    this.plan = plan;
    this.selector = selector;
    this.arrivals = plan.arrivals().map(schedule -> schedule.get()).orElse(null);
    startNanos = System.nanoTime();
    untilNanos = startNanos + plan.warmup().plus(plan.duration()).toNanos();
    recorder = new LoadRecorder(arrivals != null, startNanos + plan.warmup().toNanos(), untilNanos);
    nextDueNanos = startNanos + (arrivals == null ? 0 : arrivals.nextNanos());
  }

  /**
   * Sends the plan's requests and waits for their answers.
   *
   * @throws IOException when no connection can be made at the start
   */
  public static LoadResult run(LoadPlan plan) throws IOException {
    try (Selector selector = Selector.open()) {
      LoadGenerator generator = new LoadGenerator(plan, selector);
      try {
        return generator.run();
      } finally {
        generator.connections.forEach(Connection::close);
      }
    }
  }

  private LoadResult run() throws IOException {
    for (int i = 0; i < plan.connections(); i++) {
      Connection connection = new Connection(plan.target(), selector);
      connections.add(connection);
      open(connection);
    }
    long giveUpNanos = untilNanos + plan.patience().toNanos();
    long now = System.nanoTime();
    while (now - giveUpNanos < 0 && (now - untilNanos < 0 || isOwed())) {
      reopen(now);
      sendDue(now);
      await(now);
      now = System.nanoTime();
    }
    countUnanswered(now);
    return recorder.result();
  }

  /** Whether requests that count are still to be sent or answered. */
  private boolean isOwed() {
    return inFlight > 0 || (arrivals != null && nextDueNanos - untilNanos < 0);
  }

  private void sendDue(long now) {
    if (arrivals == null) {
      while (now - untilNanos < 0 && !idle.isEmpty()) {
        send(idle.remove(), now);
      }
      return;
    }
    while (nextDueNanos - now <= 0 && nextDueNanos - untilNanos < 0 && !idle.isEmpty()) {
      long due = nextDueNanos;
      nextDueNanos = startNanos + arrivals.nextNanos();
      send(idle.remove(), due);
    }
  }

  /** Handles what is ready, waiting for it at most until something is due. */
  private void await(long now) throws IOException {
    long wait = untilNanos - now;
    if (arrivals != null && !idle.isEmpty() && nextDueNanos - untilNanos < 0) {
      wait = nextDueNanos - now;
    }
    if (wait >= 0 && wait < 1_000_000) {
      LockSupport.parkNanos(Math.min(wait, POLL_NANOS));
      selector.selectNow(this::ready);
    } else {
      selector.select(this::ready, Math.clamp(wait / 1_000_000, 1, 10));
    }
  }

  private void ready(SelectionKey key) {
    Connection connection = (Connection) key.attachment();
    try {
      if (key.isConnectable()) {
        connection.finishConnect();
        idle.add(connection);
        return;
      }
      if (key.isWritable()) {
        connection.write();
      }
      if (key.isReadable() && connection.read(buffer)) {
        answered(connection);
      }
    } catch (IOException | MalformedAnswerException | CancelledKeyException e) {
      broken(connection, e);
    }
  }

  private void answered(Connection connection) throws IOException {
    long now = System.nanoTime();
    recorder.ended(outcome(connection), connection.dueNanos(), now);
    inFlight--;
    boolean keepAlive = connection.parser().keepAlive();
    connection.answered();
    if (!keepAlive) {
      connection.close();
      open(connection);
    } else if (arrivals == null && now - untilNanos < 0) {
      send(connection, now); // without a detour over the queue: the closed loop's hot path
    } else {
      idle.add(connection);
    }
  }

  private Outcome outcome(Connection connection) {
    Outcome outcome = Outcome.ofStatus(connection.parser().status());
    PreparedRequest request = connection.request();
    if (request == null || !connection.checked()) {
      return outcome;
    }
    if (outcome != Outcome.OK) {
      if (recorder.wantsObjections()) {
        Answer answer = connection.parser().answer();
        recorder.objection(request.name() + ": " + answer.status() + " " + answer.text());
      }
      return outcome;
    }
    recorder.bodyChecked();
    Optional<String> objection = request.check().objection(connection.parser().answer());
    objection.ifPresent(text -> recorder.objection(request.name() + ": " + text));
    return objection.isPresent() ? Outcome.WRONG : Outcome.OK;
  }

  private void send(Connection connection, long due) {
    PreparedRequest request = plan.requests().get(turn);
    turn = turn + 1 == plan.requests().size() ? 0 : turn + 1;
    inFlight++;
    try {
      connection.send(request, due, plan.checkEvery());
    } catch (IOException e) {
      broken(connection, e);
    }
  }

  private void broken(Connection connection, Exception cause) {
    PreparedRequest request = connection.request();
    long now = System.nanoTime();
    if (request != null) {
      recorder.ended(Outcome.BROKEN, connection.dueNanos(), now);
      recorder.objection(request.name() + ": " + cause);
      inFlight--;
    } else {
      idle.remove(connection);
    }
    connection.close();
    lost.add(new Lost(connection, now + RECONNECT_NANOS));
  }

  private void open(Connection connection) throws IOException {
    if (connection.connect()) {
      idle.add(connection);
    }
  }

  private void reopen(long now) {
    while (!lost.isEmpty() && lost.element().retryNanos() - now <= 0) {
      Connection connection = lost.remove().connection();
      try {
        open(connection);
      } catch (IOException e) {
        connection.close();
        lost.add(new Lost(connection, now + RECONNECT_NANOS));
      }
    }
  }

  private void countUnanswered(long now) {
    for (Connection connection : connections) {
      if (connection.request() != null) {
        recorder.unanswered(connection.dueNanos(), now);
      }
    }
    while (arrivals != null && nextDueNanos - untilNanos < 0) {
      recorder.unanswered(nextDueNanos, now);
      nextDueNanos = startNanos + arrivals.nextNanos();
    }
  }
}
