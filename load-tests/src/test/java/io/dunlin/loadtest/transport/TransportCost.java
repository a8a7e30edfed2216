package io.dunlin.loadtest.transport;

import com.typesafe.config.ConfigFactory;
import io.dunlin.gateway.transport.ConnectionObserver;
import io.dunlin.gateway.transport.NodeAddress;
import io.dunlin.gateway.transport.RemoteEndpoint;
import io.dunlin.gateway.transport.RemoteEndpoints;
import io.dunlin.gateway.transport.TransportSettings;
import io.dunlin.shared.protocol.frame.Samples;
import io.dunlin.shared.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * What the data plane costs, against plain sockets that copy the same bytes in the same run; two
 * JVMs on one machine, a request of N bytes and a reply of 64.
 *
 * <p>Run the main class with {@code load-tests}' test class path, optionally with seconds per
 * figure and settings: {@code TransportCost 3 dunlin.gateway.transport.chunk-bytes=32KiB}.
 * Sequential figures are one request at a time; throughput is a closed loop with 8 or 32 in flight,
 * over one connection for Dunlin, over 8 blocking connections for the plain sockets.
 */
public final class TransportCost {
  private static final int[] SIZES = {1024, 64 * 1024, 600 * 1024, 4 * 1024 * 1024};
  private static final int SMALL = 1024;
  private static final int LARGE = 600 * 1024;

  private final long nanosPerFigure;
  private final String overrides;
  private final PeerProcess peer;
  private final PrintStream out;

  private TransportCost(
      double secondsPerFigure, String overrides, PeerProcess peer, PrintStream out) {
    this.nanosPerFigure = (long) (secondsPerFigure * 1e9);
    this.overrides = overrides;
    this.peer = peer;
    this.out = out;
  }

  public static void main(String[] args) throws Exception {
    double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 2;
    StringBuilder overrides = new StringBuilder();
    for (int i = 1; i < args.length; i++) {
      overrides.append(args[i]).append('\n');
    }
    try (PeerProcess peer = PeerProcess.start(overrides.toString())) {
      new TransportCost(seconds, overrides.toString(), peer, System.out).run();
    }
  }

  private void run() throws Exception {
    try (RemoteEndpoints endpoints = connect()) {
      RemoteEndpoint endpoint = endpoints.endpoint(peer.dataPort());
      awaitUp(endpoint);
      out.printf(
          "%-8s %24s %24s %9s %9s %9s %6s %10s %10s %12s%n",
          "bytes",
          "plain p50/p99/p99.9 us",
          "dunlin p50/p99/p99.9 us",
          "plain/s",
          "dunlin8/s",
          "dunlin32/s",
          "ratio",
          "cpu us/req",
          "plain cpu",
          "alloc B/req");
      for (int size : SIZES) {
        figures(endpoint, size);
      }
      headOfLine(endpoint);
    }
  }

  private void figures(RemoteEndpoint endpoint, int size) throws Exception {
    Load load = new Load(endpoint, Samples.bytes(size));
    byte[] bytes = new byte[size];
    // Warm-up, then alternating so that a busy neighbour hits both.
    peer.plainSequential(bytes, nanosPerFigure);
    load.sequential(nanosPerFigure);
    peer.plainThroughput(bytes, 8, nanosPerFigure);
    load.throughput(32, nanosPerFigure);

    Histogram plain = peer.plainSequential(bytes, nanosPerFigure);
    Histogram dunlin = load.sequential(nanosPerFigure);
    Measured plainRate = measure(() -> peer.plainThroughput(bytes, 8, nanosPerFigure));
    Measured eight = measure(() -> load.throughput(8, nanosPerFigure));
    Measured thirtyTwo = measure(() -> load.throughput(32, nanosPerFigure));
    out.printf(
        "%-8d %24s %24s %9.0f %9.0f %9.0f %6.2f %10.1f %10.1f %6.0f/%6.0f%n",
        size,
        percentiles(plain),
        percentiles(dunlin),
        plainRate.perSecond(),
        eight.perSecond(),
        thirtyTwo.perSecond(),
        Math.max(eight.perSecond(), thirtyTwo.perSecond()) / plainRate.perSecond(),
        thirtyTwo.cpuMicros(),
        plainRate.cpuMicros(),
        thirtyTwo.here().allocatedBytes() / thirtyTwo.requests(),
        thirtyTwo.there().allocatedBytes() / thirtyTwo.requests());
  }

  private Measured measure(Callable<Double> load) throws Exception {
    Usage here = Usage.now();
    Usage there = peer.usage();
    long begin = System.nanoTime();
    double perSecond = load.call();
    double requests = perSecond * (System.nanoTime() - begin) / 1e9;
    return new Measured(perSecond, requests, Usage.now().minus(here), peer.usage().minus(there));
  }

  /** A load and what it cost both JVMs. */
  private record Measured(double perSecond, double requests, Usage here, Usage there) {
    double cpuMicros() {
      return (here.cpuNanos() + there.cpuNanos()) / requests / 1e3;
    }
  }

  private void headOfLine(RemoteEndpoint endpoint) throws Exception {
    Load small = new Load(endpoint, Samples.bytes(SMALL));
    byte[] plainSmall = new byte[SMALL];
    out.printf("%nsmall (%d B) requests one at a time, p50/p99/p99.9 us:%n", SMALL);
    for (int round = 0; round < 3; round++) {
      Histogram plainRest = peer.plainSequential(plainSmall, nanosPerFigure);
      Histogram rest = small.sequential(nanosPerFigure);
      for (int inFlight : new int[] {2, 8}) {
        try (PeerProcess.PlainLoad load = peer.plainLoad(new byte[LARGE], inFlight)) {
          Histogram busy = peer.plainSequential(plainSmall, nanosPerFigure);
          print(
              "plain, " + inFlight + " large connections",
              plainRest,
              busy,
              load.stop() * 1e9 / nanosPerFigure);
        }
        busy("dunlin, " + inFlight + " large in flight", small, endpoint, inFlight, rest);
      }
    }
  }

  private void busy(String what, Load small, RemoteEndpoint forLarge, int inFlight, Histogram rest)
      throws InterruptedException {
    Load large = new Load(forLarge, Samples.bytes(LARGE));
    large.start(inFlight);
    Histogram busy = small.sequential(nanosPerFigure);
    print(what, rest, busy, large.stop());
  }

  private void print(String what, Histogram rest, Histogram busy, double largeRate) {
    out.printf(
        "  %-34s at rest %20s   saturated %20s   p99 ratio %6.1f   large/s %6.0f%n",
        what,
        percentiles(rest),
        percentiles(busy),
        (double) busy.getValueAtPercentile(99) / rest.getValueAtPercentile(99),
        largeRate);
  }

  private static String percentiles(Histogram nanos) {
    return "%.0f/%.0f/%.0f"
        .formatted(
            nanos.getValueAtPercentile(50) / 1e3,
            nanos.getValueAtPercentile(99) / 1e3,
            nanos.getValueAtPercentile(99.9) / 1e3);
  }

  private RemoteEndpoints connect() {
    return new RemoteEndpoints(
        DataPlane.CLUSTER,
        "gateway-1",
        TransportSettings.from(
            ConfigFactory.parseString(overrides).withFallback(ConfigFactory.load()).resolve()),
        System::nanoTime,
        DataPlane.random(),
        ConnectionObserver.NONE);
  }

  private static void awaitUp(RemoteEndpoint endpoint) throws InterruptedException {
    for (int i = 0; i < 1000 && !endpoint.isUp(); i++) {
      Tensor probe = Samples.bytes(1);
      CountDownLatch answered = new CountDownLatch(1);
      endpoint.infer(
          DataPlane.REPLICA,
          DataPlane.request("up", Duration.ofSeconds(1), probe),
          reply -> answered.countDown());
      answered.await();
      Thread.onSpinWait();
      Thread.yield();
      LockSupport.parkNanos(5_000_000);
    }
  }

  static List<String> javaCommand(Class<?> main, String... args) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(
        List.of(
            "-Xmx1g",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(List.of(args));
    return command;
  }

  static String readLine(BufferedReader from) throws IOException {
    String line = from.readLine();
    if (line == null) {
      throw new IOException("the other process ended");
    }
    return line;
  }

  static NodeAddress address(int port) {
    return new NodeAddress("node-a", "127.0.0.1", port);
  }
}
