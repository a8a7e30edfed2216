package io.dunlin.loadtest.fault.driver;

import io.dunlin.loadtest.fault.oracle.Ended;
import io.dunlin.loadtest.fault.oracle.Judgement;
import io.dunlin.loadtest.fault.oracle.Question;
import io.dunlin.loadtest.fault.oracle.Verdict;
import io.dunlin.loadtest.generator.Connection;
import io.dunlin.loadtest.generator.MalformedAnswerException;
import io.dunlin.loadtest.generator.UnaskedBytesException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sends numbered questions by a schedule until it is stopped, in a thread of its own.
 *
 * <pre>
 * due       a free connection of its target takes it, or a new one, or it waits for one
 * answered  judged by its question
 * broken    tried again where the plan says so and its deadline allows; else BROKEN
 * more      bytes nobody asked for, at once or later: TWICE, whatever the answer said
 * silent    a second after its deadline its connection is closed: UNANSWERED
 * </pre>
 */
public final class NumberedDriver {
  private static final int READ_BUFFER_BYTES = 64 << 10;
  private static final long POLL_NANOS = 50_000;
  private static final long GRACE_NANOS = 1_000_000_000;
  private static final long RETRY_PAUSE_NANOS = 20_000_000;

  /** How long idle connections are watched, when all is over, for what should not come. */
  private static final long LINGER_NANOS = 250_000_000;

  private final DriverPlan plan;
  private final Selector selector;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);
  private final Map<Connection, Lane> lanes = new IdentityHashMap<>();
  private final List<ArrayDeque<Lane>> idle = new ArrayList<>();
  private final List<ArrayDeque<Flight>> waiting = new ArrayList<>();
  private final int[] open;
  private final ArrayDeque<Flight> inOrder = new ArrayDeque<>();
  private final ArrayDeque<Retry> retries = new ArrayDeque<>();
  private final List<Ended> ended = new ArrayList<>();
  private final CompletableFuture<List<Ended>> result = new CompletableFuture<>();
  private final long startNanos = System.nanoTime();
  private final double gapNanos;
  private long next;
  private long longestStallNanos;
  private volatile boolean stopping;

  /** A request to send again. */
  private record Retry(Flight flight, long atNanos) {}

  private NumberedDriver(DriverPlan plan, Selector selector) {
    this.plan = plan;
    this.selector = selector;
    gapNanos = 1e9 / plan.perSecond();
    open = new int[plan.targets().size()];
    plan.targets()
        .forEach(
            target -> {
              idle.add(new ArrayDeque<>());
              waiting.add(new ArrayDeque<>());
            });
  }

  /** Begins to send. */
  public static NumberedDriver start(DriverPlan plan) throws IOException {
    NumberedDriver driver = new NumberedDriver(plan, Selector.open());
    Thread.ofPlatform().daemon().name("numbered-driver").start(driver::runToEnd);
    return driver;
  }

  /** What {@link System#nanoTime} was when the run began: its instant 0. */
  public long startNanos() {
    return startNanos;
  }

  /** Sends no more, waits for what is under way, and tells how each request ended. */
  public List<Ended> stop() {
    stopping = true;
    selector.wakeup();
    return result.join();
  }

  /**
   * The longest time between two looks at the clock, which are never more than 10 ms apart on an
   * idle machine. What is above that was waited for the machine, not for a server. Valid after
   * {@link #stop}.
   */
  public Duration longestStall() {
    return Duration.ofNanos(longestStallNanos);
  }

  private void runToEnd() {
    try (Selector closing = selector) {
      run();
      lanes.values().forEach(lane -> lane.connection.close());
      result.complete(List.copyOf(ended));
    } catch (IOException | RuntimeException e) {
      result.completeExceptionally(e);
    }
  }

  private void run() throws IOException {
    long now = System.nanoTime();
    while (!stopping || !inOrder.isEmpty()) {
      long before = now;
      now = System.nanoTime();
      longestStallNanos = Math.max(longestStallNanos, now - before);
      sendDue(now);
      giveUp(now);
      await(now);
    }
    long until = now + LINGER_NANOS;
    while (System.nanoTime() - until < 0) {
      selector.select(this::ready, 10);
    }
  }

  private long nextDue() {
    // From the count, not by adding up gaps: rounding must not shift the rate.
    return startNanos + (long) (gapNanos * next);
  }

  private void sendDue(long now) {
    while (!retries.isEmpty() && retries.element().atNanos() - now <= 0) {
      assign(retries.remove().flight());
    }
    while (!stopping && nextDue() - now <= 0) {
      int target = (int) (next % plan.targets().size());
      Question question = plan.questions().number(next, host(target));
      Flight flight = new Flight(question, nextDue(), target);
      next++;
      inOrder.add(flight);
      assign(flight);
    }
  }

  private String host(int target) {
    InetSocketAddress address = plan.targets().get(target);
    return address.getHostString() + ":" + address.getPort();
  }

  private void assign(Flight flight) {
    if (flight.over) {
      return;
    }
    Lane lane = idle.get(flight.target).poll();
    if (lane != null) {
      send(lane, flight);
    } else if (open[flight.target] < plan.maxConnections()) {
      openFor(flight);
    } else {
      waiting.get(flight.target).add(flight);
    }
  }

  private void openFor(Flight flight) {
    Connection connection = new Connection(plan.targets().get(flight.target), selector);
    Lane lane = new Lane(connection, flight.target);
    lane.flight = flight;
    lanes.put(connection, lane);
    open[lane.target]++;
    try {
      if (connection.connect()) {
        lane.connected = true;
        send(lane, flight);
      }
    } catch (IOException e) {
      broken(lane, e);
    }
  }

  private void send(Lane lane, Flight flight) {
    lane.flight = flight;
    flight.attempts++;
    try {
      lane.connection.send(flight.question.request(), flight.dueNanos, 1);
    } catch (IOException e) {
      broken(lane, e);
    }
  }

  private void await(long now) throws IOException {
    long wait = stopping ? 10_000_000 : nextDue() - now;
    if (wait < 1_000_000) {
      LockSupport.parkNanos(Math.min(Math.max(wait, 1), POLL_NANOS));
      selector.selectNow(this::ready);
    } else {
      selector.select(this::ready, Math.clamp(wait / 1_000_000, 1, 10));
    }
  }

  private void ready(SelectionKey key) {
    Lane lane = lanes.get((Connection) key.attachment());
    if (lane == null) {
      return;
    }
    Connection connection = lane.connection;
    try {
      if (key.isConnectable()) {
        connection.finishConnect();
        lane.connected = true;
        Flight flight = lane.flight;
        if (flight != null && !flight.over) {
          send(lane, flight);
        } else {
          free(lane);
        }
        return;
      }
      if (key.isWritable()) {
        connection.write();
      }
      if (key.isReadable() && connection.read(buffer)) {
        answered(lane);
      }
    } catch (UnaskedBytesException e) {
      twice(lane, e);
    } catch (MalformedAnswerException e) {
      nonsense(lane, e);
    } catch (IOException | CancelledKeyException e) {
      broken(lane, e);
    }
  }

  private void answered(Lane lane) {
    long now = System.nanoTime();
    Flight flight = lane.flight;
    boolean keepAlive = lane.connection.parser().keepAlive();
    Judgement judgement =
        flight == null ? null : flight.question.judge().judge(lane.connection.parser().answer());
    lane.connection.answered();
    lane.answered = flight;
    lane.flight = null;
    if (keepAlive) {
      free(lane);
    } else {
      close(lane);
    }
    if (flight == null || judgement == null) {
      return;
    }
    if (judgement.verdict() == Verdict.REFUSED && mayTryAgain(flight, now)) {
      tryAgain(flight, now);
    } else {
      end(flight, now, judgement);
    }
  }

  private void free(Lane lane) {
    lane.flight = null;
    Flight next = waiting.get(lane.target).poll();
    while (next != null && next.over) {
      next = waiting.get(lane.target).poll();
    }
    if (next != null) {
      send(lane, next);
    } else {
      idle.get(lane.target).add(lane);
    }
  }

  private void broken(Lane lane, Exception cause) {
    Flight flight = lane.flight;
    close(lane);
    if (flight == null || flight.over) {
      return;
    }
    if (!lane.connected) {
      flight.attempts++; // a connection that could not be made was an attempt too
    }
    long now = System.nanoTime();
    if (mayTryAgain(flight, now)) {
      tryAgain(flight, now);
    } else {
      String when = lane.connected ? "" : "while connecting: ";
      end(flight, now, new Judgement(Verdict.BROKEN, 0, "", when + cause));
    }
  }

  /** Not tried again: a caller would have taken it for an answer. */
  private void nonsense(Lane lane, MalformedAnswerException cause) {
    Flight flight = lane.flight;
    close(lane);
    if (flight != null && !flight.over) {
      end(flight, System.nanoTime(), new Judgement(Verdict.BROKEN, 0, "", cause.toString()));
    }
  }

  private void twice(Lane lane, UnaskedBytesException cause) {
    Flight flight = lane.flight == null ? lane.answered : lane.flight;
    close(lane);
    if (flight == null) {
      return; // nothing was ever asked here, so nobody can have been told anything
    }
    Judgement judgement = new Judgement(Verdict.TWICE, 0, "", cause.toString());
    if (flight.over) {
      ended.removeIf(request -> request.number() == flight.question.number());
    }
    end(flight, System.nanoTime(), judgement);
  }

  private boolean mayTryAgain(Flight flight, long now) {
    return plan.tryAgain() && now - flight.dueNanos < plan.deadline().toNanos();
  }

  /** At once at the next target; after all of them had their turn, with a pause. */
  private void tryAgain(Flight flight, long now) {
    int targets = plan.targets().size();
    flight.target = (flight.target + 1) % targets;
    long pause = flight.attempts % targets == 0 ? RETRY_PAUSE_NANOS : 0;
    retries.add(new Retry(flight, now + pause));
  }

  private void close(Lane lane) {
    if (lanes.remove(lane.connection) == null) {
      return;
    }
    lane.connection.close();
    lane.flight = null;
    idle.get(lane.target).remove(lane);
    open[lane.target]--;
    Flight waitingFlight = waiting.get(lane.target).poll();
    if (waitingFlight != null) {
      assign(waitingFlight);
    }
  }

  private void giveUp(long now) {
    long patience = plan.deadline().toNanos() + GRACE_NANOS;
    Flight first = inOrder.peek();
    while (first != null && (first.over || now - first.dueNanos > patience)) {
      inOrder.remove();
      if (!first.over) {
        end(first, now, new Judgement(Verdict.UNANSWERED, 0, "", "nothing came"));
        Lane lane = carrying(first);
        if (lane != null) {
          lane.flight = null;
          close(lane);
        }
      }
      first = inOrder.peek();
    }
  }

  private @Nullable Lane carrying(Flight flight) {
    for (Lane lane : lanes.values()) {
      if (lane.flight == flight) {
        return lane;
      }
    }
    return null;
  }

  private void end(Flight flight, long now, Judgement judgement) {
    flight.over = true;
    boolean late =
        judgement.verdict().isRight() && now - flight.dueNanos > plan.deadline().toNanos();
    ended.add(
        new Ended(
            flight.question.number(),
            flight.dueNanos - startNanos,
            now - startNanos,
            flight.target,
            flight.attempts,
            late ? Verdict.LATE : judgement.verdict(),
            judgement.version(),
            judgement.replica(),
            judgement.detail()));
  }
}
