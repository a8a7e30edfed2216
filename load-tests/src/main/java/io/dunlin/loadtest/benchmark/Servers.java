package io.dunlin.loadtest.benchmark;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.dunlin.loadtest.jvm.ChildJvm;
import io.dunlin.loadtest.request.ExpectedOutputs;
import io.dunlin.loadtest.server.EchoServer;
import io.dunlin.loadtest.server.ModelLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Starts what a scenario needs and stops it all at the end. */
final class Servers implements AutoCloseable {
  private static final String DUNLIN_MAIN = "io.dunlin.cli.Main";

  private final Settings settings;
  private final Deque<ChildJvm> running = new ArrayDeque<>();
  private int loops;

  Servers(Settings settings) {
    this.settings = settings;
  }

  /** A server that listens. */
  record Listening(ChildJvm jvm, InetSocketAddress address) {
    String host() {
      return address.getHostString() + ":" + address.getPort();
    }
  }

  /** One process, gateway and node, serving a folder of models, all of them ready. */
  Listening dunlin(BenchmarkModels models) throws IOException {
    int[] ports = freePorts(4);
    List<String> args =
        new ArrayList<>(
            List.of(
                "up",
                "--models",
                models.folder().toString(),
                "--data",
                Files.createTempDirectory(models.folder().getParent(), "data").toString(),
                "--http-port",
                Integer.toString(ports[0]),
                "--grpc-port",
                Integer.toString(ports[1]),
                "--admin-port",
                Integer.toString(ports[2]),
                "--cluster-port",
                Integer.toString(ports[3])));
    args.addAll(settings.dunlinArgs());
    Listening server =
        listening(
            ChildJvm.program("dunlin", settings.serverFlags(), logs(), DUNLIN_MAIN, args),
            ports[0]);
    for (String model : models.names()) {
      Readiness.await(server, "/v2/models/" + model + "/ready");
    }
    return server;
  }

  /** The bare Pekko HTTP echo. */
  Listening echo() throws IOException {
    int port = freePorts(1)[0];
    Listening server =
        listening(
            ChildJvm.program(
                "echo",
                settings.serverFlags(),
                logs(),
                EchoServer.class.getName(),
                List.of(Integer.toString(port))),
            port);
    Readiness.await(server, "/");
    return server;
  }

  /**
   * A model in a JVM of its own.
   *
   * @param request a V2 JSON body or a TensorFlow Serving one in row format
   */
  ChildJvm modelLoop(Path versionFolder, Path request) throws IOException {
    loops++;
    ChildJvm loop =
        ChildJvm.tool(
            "model-" + loops,
            settings.serverFlags(),
            logs(),
            ModelLoop.class,
            List.of(versionFolder.toString(), request.toString()));
    running.push(loop);
    return loop;
  }

  /** The right outputs for a loop's request, from the model itself. */
  static ExpectedOutputs outputsOf(ChildJvm loop) throws IOException {
    return ExpectedOutputs.of(new JsonMapper().readTree(loop.ask("outputs")));
  }

  private Listening listening(ChildJvm jvm, int port) {
    running.push(jvm);
    return new Listening(jvm, new InetSocketAddress("127.0.0.1", port));
  }

  private Path logs() {
    return settings.output().resolve("logs");
  }

  /** Ports nobody listens on now. Another process may take one first; then the child says so. */
  private static int[] freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      int[] ports = new int[count];
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        sockets.add(socket);
        ports[i] = socket.getLocalPort();
      }
      return ports;
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  @Override
  public void close() {
    running.forEach(ChildJvm::close);
    running.clear();
  }
}
