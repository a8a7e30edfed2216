package io.dunlin.loadtest.benchmark;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.dunlin.loadtest.generator.LoadGenerator;
import io.dunlin.loadtest.generator.LoadPlan;
import io.dunlin.loadtest.generator.LoadResult;
import io.dunlin.loadtest.generator.PreparedRequest;
import io.dunlin.loadtest.jvm.ChildJvm;
import io.dunlin.loadtest.jvm.ForeignProcess;
import io.dunlin.loadtest.jvm.ProcessPair;
import io.dunlin.loadtest.jvm.ServerProcess;
import io.dunlin.loadtest.request.ExpectedOutputs;
import io.dunlin.loadtest.server.CopyServer;
import io.dunlin.loadtest.server.DunlinServer;
import io.dunlin.loadtest.server.EchoServer;
import io.dunlin.loadtest.server.ModelLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** Starts what a scenario needs and stops it all at the end. */
final class Servers implements AutoCloseable {
  private final Settings settings;
  private final Deque<ServerProcess> running = new ArrayDeque<>();
  private int loops;

  Servers(Settings settings) {
    this.settings = settings;
  }

  /** A server that listens. */
  record Listening(ServerProcess jvm, InetSocketAddress address) {
    String host() {
      return address.getHostString() + ":" + address.getPort();
    }
  }

  /** One process, gateway and node, serving a folder of models, all of them ready. */
  Listening dunlin(BenchmarkModels models) throws IOException {
    return dunlin("dunlin", List.of(), models);
  }

  /** The same, with further JVM flags; settings of Dunlin are flags too, as in -Ddunlin.X=Y. */
  Listening dunlin(String name, List<String> moreFlags, BenchmarkModels models) throws IOException {
    List<String> flags = new ArrayList<>(settings.serverFlags());
    flags.addAll(moreFlags);
    ChildJvm jvm =
        ChildJvm.tool(
            name,
            flags,
            logs(),
            DunlinServer.class,
            List.of(
                "GATEWAY,NODE",
                Integer.toString(freePort()),
                "-",
                models.folder().toString(),
                models.subfolder(name + "-data").toString()));
    running.push(jvm);
    return ready(jvm, jvm, models);
  }

  /** A gateway and a node in processes of their own: every request takes the hop between them. */
  Listening remote(BenchmarkModels models) throws IOException {
    int seedPort = freePort();
    ChildJvm node =
        ChildJvm.tool(
            "remote-node",
            settings.serverFlags(),
            logs(),
            DunlinServer.class,
            List.of(
                "NODE",
                Integer.toString(seedPort),
                "-",
                models.folder().toString(),
                models.subfolder("node-data").toString()));
    running.push(node);
    ChildJvm gateway =
        ChildJvm.tool(
            "remote-gateway",
            settings.serverFlags(),
            logs(),
            DunlinServer.class,
            List.of("GATEWAY", Integer.toString(freePort()), "127.0.0.1:" + seedPort, "-", "-"));
    running.push(gateway);
    return ready(gateway, new ProcessPair("remote", gateway, node), models);
  }

  private static Listening ready(ChildJvm gateway, ServerProcess all, BenchmarkModels models)
      throws IOException {
    String[] address = gateway.ask("address").split(":", -1);
    Listening server =
        new Listening(all, new InetSocketAddress(address[0], Integer.parseInt(address[1])));
    for (String model : models.names()) {
      Readiness.await(server, "/v2/models/" + model + "/ready");
    }
    return server;
  }

  /** What the bytes alone cost: see {@link CopyServer}. */
  Listening copy(int answerBytes) throws IOException {
    int port = freePort();
    ChildJvm jvm =
        ChildJvm.program(
            "copy",
            settings.serverFlags(),
            logs(),
            CopyServer.class.getName(),
            List.of(Integer.toString(port), Integer.toString(answerBytes)));
    running.push(jvm);
    return new Listening(jvm, new InetSocketAddress("127.0.0.1", port));
  }

  /** The bare Pekko HTTP echo. */
  Listening echo() throws IOException {
    int port = freePort();
    ChildJvm jvm =
        ChildJvm.program(
            "echo",
            settings.serverFlags(),
            logs(),
            EchoServer.class.getName(),
            List.of(Integer.toString(port)));
    running.push(jvm);
    Listening server = new Listening(jvm, new InetSocketAddress("127.0.0.1", port));
    Readiness.await(server, "/");
    return server;
  }

  /**
   * A program that is not ours; its last arguments are a port and a version folder.
   *
   * @param readyPath answers 200 when it is ready
   */
  Listening foreign(String name, List<String> command, String version, String readyPath)
      throws IOException {
    int port = freePort();
    List<String> whole = new ArrayList<>(command);
    whole.add(Integer.toString(port));
    whole.add(version);
    ForeignProcess process =
        ForeignProcess.start(
            name.replace(' ', '-'), whole, Map.of("TF_CPP_MIN_LOG_LEVEL", "2"), logs());
    running.push(process);
    Listening server = new Listening(process, new InetSocketAddress("127.0.0.1", port));
    Readiness.await(server, readyPath);
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

  /**
   * Loads a server as fast as it goes, for the time of a warm-up: a schedule of some hundred
   * requests a second would leave half of its code interpreted.
   */
  void warmUp(Listening server, PreparedRequest request) throws IOException {
    if (settings.warmup().isPositive()) {
      LoadResult unused =
          LoadGenerator.run(
              LoadPlan.closedLoop(
                  server.address(),
                  List.of(request),
                  settings.connections(),
                  Duration.ZERO,
                  settings.warmup()));
    }
  }

  private Path logs() {
    return settings.output().resolve("logs");
  }

  /** A port nobody listens on now. Another process may take it first; then the child says so. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    running.forEach(ServerProcess::close);
    running.clear();
  }
}
