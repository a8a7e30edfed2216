package io.dunlin.loadtest.transport;

import io.dunlin.gateway.transport.NodeAddress;
import io.dunlin.node.dataport.DataPortServer;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.protocol.frame.EchoEndpoint;
import io.dunlin.shared.protocol.frame.Samples;
import io.dunlin.shared.tensor.NamedTensor;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** The other JVM: a node's data port, and a plain socket that reads as many bytes and answers. */
final class PeerProcess implements AutoCloseable {
  private static final int REPLY_BYTES = 64;

  private final Process process;
  private final BufferedReader fromPeer;
  private final NodeAddress dataPort;
  private final int plainPort;

  private PeerProcess(
      Process process, BufferedReader fromPeer, NodeAddress dataPort, int plainPort) {
    this.process = process;
    this.fromPeer = fromPeer;
    this.dataPort = dataPort;
    this.plainPort = plainPort;
  }

  /** What the other JVM runs; it ends when its standard input does. */
  public static void main(String[] args) throws Exception {
    NamedTensor answer = new NamedTensor("y", Samples.bytes(REPLY_BYTES));
    try (DataPortServer server =
            DataPortServer.start(
                DataPlane.nodeSettings(args[0]),
                DataPlane.CLUSTER,
                "node-a",
                (replica, request, sink) -> {
                  sink.answered(
                      new InferenceReply.Completed(
                          new InferenceResult(replica, List.of(answer), EchoEndpoint.TIMINGS)));
                  return () -> {};
                },
                System::nanoTime);
        ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofPlatform().daemon().start(() -> acceptPlain(plain));
      System.out.println(server.address().getPort() + " " + plain.getLocalPort());
      BufferedReader commands =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      while (commands.readLine() != null) {
        System.out.println(Usage.now());
      }
    }
  }

  static PeerProcess start(String overrides) throws IOException {
    Process process =
        new ProcessBuilder(TransportCost.javaCommand(PeerProcess.class, overrides))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader fromPeer =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    List<String> ports = List.of(TransportCost.readLine(fromPeer).split(" ", -1));
    return new PeerProcess(
        process,
        fromPeer,
        TransportCost.address(Integer.parseInt(ports.get(0))),
        Integer.parseInt(ports.get(1)));
  }

  NodeAddress dataPort() {
    return dataPort;
  }

  /** What the other JVM has used so far. */
  Usage usage() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    return Usage.parse(TransportCost.readLine(fromPeer));
  }

  Histogram plainSequential(byte[] bytes, long nanos) throws IOException {
    Histogram latencies = new Histogram(3);
    try (PlainConnection connection = new PlainConnection(plainPort, bytes)) {
      long end = System.nanoTime() + nanos;
      long now = System.nanoTime();
      while (now < end) {
        connection.call();
        long then = System.nanoTime();
        latencies.recordValue(then - now);
        now = then;
      }
    }
    return latencies;
  }

  /** One connection, one thread that writes and one that reads, this many requests under way. */
  double plainThroughput(byte[] bytes, int inFlight, long nanos) throws Exception {
    AtomicLong completed = new AtomicLong();
    Semaphore window = new Semaphore(inFlight);
    try (PlainConnection connection = new PlainConnection(plainPort, bytes)) {
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (connection.receive()) {
                      completed.incrementAndGet();
                      window.release();
                    }
                  });
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < nanos) {
        window.acquire();
        connection.send();
      }
      window.acquire(inFlight);
      double rate = completed.get() * 1e9 / (System.nanoTime() - begin);
      connection.close();
      reader.join();
      return rate;
    }
  }

  PlainLoad plainLoad(byte[] bytes, int connections) {
    return new PlainLoad(plainPort, bytes, connections);
  }

  @Override
  public void close() throws Exception {
    process.getOutputStream().close();
    process.waitFor();
  }

  private static void acceptPlain(ServerSocket server) {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread.ofPlatform().daemon().start(() -> servePlain(socket));
      }
    } catch (IOException e) {
      // The process ends.
    }
  }

  private static void servePlain(Socket socket) {
    byte[] answer = new byte[REPLY_BYTES];
    try (socket) {
      socket.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      byte[] body = {};
      while (true) {
        int length = in.readInt();
        body = body.length == length ? body : new byte[length];
        in.readFully(body);
        out.write(answer);
      }
    } catch (IOException e) {
      // The client is done.
    }
  }

  /** Closed loops on plain connections of their own. */
  static final class PlainLoad implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong completed = new AtomicLong();
    private volatile boolean running = true;

    PlainLoad(int port, byte[] bytes, int connections) {
      for (int i = 0; i < connections; i++) {
        threads.add(Thread.ofPlatform().start(() -> loop(port, bytes)));
      }
    }

    private void loop(int port, byte[] bytes) {
      try (PlainConnection connection = new PlainConnection(port, bytes)) {
        while (running) {
          connection.call();
          completed.incrementAndGet();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    long stop() {
      running = false;
      return completed.get();
    }

    @Override
    public void close() throws InterruptedException {
      running = false;
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  /** One blocking connection: length, bytes, then 64 bytes back. */
  private static final class PlainConnection implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] frame;
    private final byte[] answer = new byte[REPLY_BYTES];

    PlainConnection(int port, byte[] bytes) throws IOException {
      frame = ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).array();
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      in = socket.getInputStream();
      out = socket.getOutputStream();
    }

    void call() throws IOException {
      send();
      if (!receive()) {
        throw new IOException("the peer closed");
      }
    }

    void send() throws IOException {
      out.write(frame);
    }

    /** Reads one answer; false when the connection is over. */
    boolean receive() {
      try {
        return in.readNBytes(answer, 0, REPLY_BYTES) == REPLY_BYTES;
      } catch (IOException e) {
        return false;
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
