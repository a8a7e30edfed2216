package io.dunlin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.dunlin.cli.boot.DunlinProcess.Ready;
import io.dunlin.cli.boot.ModelProgress.Change;
import io.dunlin.cli.boot.ProcessSettings;
import io.dunlin.cli.boot.ProcessSettings.Role;
import io.dunlin.node.device.DeviceSpec;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaState;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** Server commands up to the process they start: options, settings, checks, what is shown. */
class ServerCommandsTest {

  private static final Set<Role> BOTH = EnumSet.of(Role.GATEWAY, Role.NODE);
  private static final Map<String, Object> ANY_PORTS =
      Map.of(
          "dunlin.http.port", 0,
          "dunlin.grpc.port", 0,
          "dunlin.admin.port", 0,
          "dunlin.cluster.port", 0);

  private final Shell shell = new Shell();

  @Test
  void everyCommandHelpsWithExamples() {
    CommandLine dunlin = Main.commandLine(shell.terminal());
    assertThat(dunlin.getSubcommands().keySet())
        .containsExactly(
            "up",
            "gateway",
            "node",
            "status",
            "nodes",
            "models",
            "placement",
            "predict",
            "deploy",
            "undeploy",
            "scale",
            "alias",
            "rollback",
            "drain",
            "resume");
    assertThat(dunlin.getSubcommands().keySet())
        .allSatisfy(
            name -> {
              Shell help = new Shell().run(name, "--help");
              assertThat(help.status()).isZero();
              assertThat(help.out()).contains("Usage: dunlin " + name, "Examples:\n  ");
            });
  }

  @Test
  void everyServerOptionIsAnEnvironmentVariableAndADocumentedKey() throws IOException {
    CommandLine dunlin = Main.commandLine(shell.terminal());
    String reference = Files.readString(Path.of("src/main/resources/reference.conf"));
    List<String> servers = List.of("up", "gateway", "node");
    dunlin.getSubcommands().entrySet().stream()
        .filter(command -> servers.contains(command.getKey()))
        .flatMap(command -> command.getValue().getCommandSpec().options().stream())
        .filter(option -> !option.usageHelp())
        .filter(option -> !List.of("--nodes", "--config").contains(option.longestName()))
        .forEach(
            option -> {
              String variable = variable(option);
              assertThat(option.description()).anyMatch(d -> d.contains(variable));
              assertThat(reference).contains(option.longestName()).contains(variable);
            });
  }

  private static String variable(OptionSpec option) {
    String value = ((Method) option.userObject()).getAnnotation(Option.class).defaultValue();
    assertThat(value).as(option.longestName()).startsWith("${env:DUNLIN_").endsWith("}");
    return value.substring("${env:".length(), value.length() - 1);
  }

  @Test
  void whatIsNotUnderstoodIsOneLineAndStatusTwo() {
    shell.run("up", "--prot");
    assertThat(shell.err())
        .isEqualTo("dunlin up: Unknown option: '--prot' (see dunlin up --help)\n");
    assertThat(shell.status()).isEqualTo(2);
    assertThat(new Shell().run("serve").err()).contains("Unmatched argument");
    assertThat(new Shell().run().out()).contains("Usage: dunlin");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--http-port|99999|dunlin.http.port: '99999' (expected: a port, 0 to 65535)",
        "--http-port|http|dunlin.http.port: 'http' (expected: a number)",
        "--device|tpu|dunlin.device: 'tpu' (expected: cpu, or gpu:K such as gpu:0)",
        "--device-memory|much|dunlin.device-memory: 'much' (expected: a size such as 16GiB)",
        "--cluster-name|a b|dunlin.cluster.name: 'a b' (expected: up to 63 letters, digits and"
            + " '-')",
        "--label|blue|--label: 'blue' (expected: KEY=VALUE)",
        "--nodes|0|--nodes: 0 (expected: 1 to 64)",
        "--config|none.conf|--config: no file none.conf",
        "--models|no such folder|no models folder",
      })
  void aBadValueIsOneLineThatNamesIt(String option, String value, String line) {
    shell.run("up", "--models", "src", option, value);
    if (option.equals("--models")) {
      shell.run("up", option, value);
    }
    assertThat(shell.status()).isNotZero();
    assertThat(shell.err().lines().toList().getLast()).contains(line);
  }

  @Test
  void aGatewayNeedsAMemberAndANodeDoesNot() {
    assertThat(shell.run("gateway").err()).contains("--seed HOST:PORT");
    assertThat(new Shell().run("gateway", "--seed", "nowhere").err())
        .contains("dunlin.cluster.seeds: 'nowhere' (expected: HOST:PORT");
  }

  @Test
  void settingsComeFromTheKeysWithTheirDefaults() {
    ServeOptions options = ServeOptions.from(BOTH, ConfigFactory.load());
    assertThat(options.httpPort()).isEqualTo(8501);
    assertThat(options.grpcPort()).isEqualTo(8500);
    assertThat(options.adminPort()).isEqualTo(8502);
    assertThat(options.clusterPort()).isEqualTo(17355);
    assertThat(options.dataPort()).isEqualTo(17356);
    assertThat(options.bind()).isEqualTo("127.0.0.1");
    ProcessSettings settings = options.settings("1");
    assertThat(settings.nodeId()).endsWith("-17355");
    assertThat(settings.device()).isEqualTo(new DeviceSpec.Cpu());
    assertThat(settings.deviceMemoryBytes()).isEmpty();
    assertThat(settings.data()).isNull();
  }

  @Test
  void everyKeyReachesTheSettings() {
    Config config =
        config(
            Map.of(
                "dunlin.cluster.port", 2000,
                "dunlin.data-plane.port", 3000,
                "dunlin.cluster.seeds", List.of("a:1", "[::1]:2"),
                "dunlin.models", "m",
                "dunlin.data", "d",
                "dunlin.device", "GPU:1",
                "dunlin.device-memory", "16GiB",
                "dunlin.zone", "rack-1",
                "dunlin.labels.accelerator", "a100",
                "dunlin.node-id", "node-x"));
    ProcessSettings settings = ServeOptions.from(BOTH, config).settings("1");
    assertThat(settings.dataPort()).isEqualTo(3000);
    assertThat(settings.seeds()).containsExactly("a:1", "[::1]:2");
    assertThat(settings.models()).isEqualTo(Path.of("m").toAbsolutePath());
    assertThat(settings.data()).isEqualTo(Path.of("d").toAbsolutePath());
    assertThat(settings.device()).isEqualTo(new DeviceSpec.Gpu(1));
    assertThat(settings.deviceMemoryBytes()).hasValue(16L << 30);
    assertThat(settings.zone()).isEqualTo("rack-1");
    assertThat(settings.labels()).containsExactly(Map.entry("accelerator", "a100"));
    assertThat(settings.nodeId()).isEqualTo("node-x");
  }

  @Test
  void aBusyPortIsNamedWithItsOption() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = socket.getLocalPort();
      assertThatThrownBy(
              () -> Ports.check("127.0.0.1", List.of(new Ports.Use(port, "REST", "--http-port"))))
          .isInstanceOf(CliException.class)
          .hasMessageContaining("port " + port + " (REST) cannot be used")
          .hasMessageContaining("it is in use")
          .hasMessageContaining("--http-port ");
    }
  }

  @Test
  void anAddressAtWhichTheClusterCannotCallIsRefused() {
    assertThatThrownBy(() -> Ports.checkReachable("127.0.0.1", List.of("10.0.0.5:17355")))
        .hasMessage(
            "--bind: 127.0.0.1: the cluster at 10.0.0.5:17355 cannot call this process there"
                + " (expected: an address of this machine)");
    assertThatThrownBy(() -> Ports.checkReachable("0.0.0.0", List.of("10.0.0.5:17355")))
        .hasMessageContaining("no process can be called at it");
    Ports.checkReachable("127.0.0.1", List.of("127.0.0.1:1"));
    Ports.checkReachable("10.0.0.6", List.of("10.0.0.5:17355"));
    Ports.checkReachable("0.0.0.0", List.of());
  }

  @Test
  void onePortForTwoThingsIsRefused() {
    assertThatThrownBy(
            () ->
                Ports.check(
                    "127.0.0.1",
                    List.of(new Ports.Use(18999, "a", "--a"), new Ports.Use(18999, "b", "--b"))))
        .hasMessage("port 18999 is asked for twice: --a and --b");
  }

  @Test
  void modelsAreShownOnTheirWayAndAFailureHasItsReason() {
    LoadProgress progress = new LoadProgress(shell.terminal(), () -> 0);
    progress.changed(change("chest-xray", ReplicaState.PENDING, 0, 0, ""));
    progress.changed(change("chest-xray", ReplicaState.LOADING, 0, 0, ""));
    progress.changed(change("chest-xray", ReplicaState.READY, 412, 12 << 20, ""));
    progress.changed(change("broken", ReplicaState.FAILED, 0, 0, "saved_model.pb: cut off\nat .."));
    assertThat(shell.out().lines())
        .containsExactly(
            "  chest-xray               v1  loading",
            "  chest-xray               v1  ready    0.4 s   12 MiB",
            "  broken                   v1  FAILED   saved_model.pb: cut off");
    assertThat(progress.isReady("chest-xray")).isTrue();
    assertThat(progress.isReady("broken")).isFalse();
  }

  @Test
  void onATerminalTheLinesAreDrawnOver() {
    Shell live = new Shell(true);
    long[] now = {0};
    LoadProgress progress = new LoadProgress(live.terminal(), () -> now[0]);
    progress.changed(change("a", ReplicaState.LOADING, 0, 0, ""));
    now[0] = 2_000_000_000L;
    progress.tick();
    assertThat(live.out())
        .contains("loading  ..........  0.0 s")
        .contains("\u001b[1A\r\u001b[2K")
        .contains("loading  ######....  2.0 s");
  }

  @Test
  void aProcessIsAnnouncedWithItsUrlsAndEndsWithStatusZeroWhenAsked() {
    CompletableFuture<Ready> ready =
        CompletableFuture.completedFuture(
            new Ready(
                new InetSocketAddress("127.0.0.1", 8501),
                new InetSocketAddress("127.0.0.1", 8502)));
    CompletableFuture<Integer> terminated = new CompletableFuture<>();
    CompletableFuture<Runnable> stopped = new CompletableFuture<>();
    Server server =
        new Server(
            shell.terminal(),
            (options, progress) -> {
              progress.changed(change("a", ReplicaState.READY, 1, 1, ""));
              return new Server.Running(ready, terminated, () -> "", () -> terminated.complete(0));
            },
            stop -> {
              stopped.complete(stop);
              CompletableFuture.runAsync(() -> stopOnceReady(stop));
            });
    int status = server.run(ServeOptions.from(BOTH, config(ANY_PORTS)), "one process");
    assertThat(status).isZero();
    assertThat(stopped).isCompleted();
    assertThat(shell.out().lines().toList())
        .last()
        .isEqualTo("dunlin ready  http://127.0.0.1:8501  admin http://127.0.0.1:8502");
    assertThat(shell.out()).startsWith("dunlin development · one process (cpu, ");
  }

  @Test
  void aProcessThatDoesNotStartSaysWhy() {
    CompletableFuture<Ready> ready =
        CompletableFuture.failedFuture(new CliException("the cluster has another name"));
    Server server =
        new Server(
            shell.terminal(),
            (options, progress) ->
                new Server.Running(ready, new CompletableFuture<Integer>(), () -> "", () -> {}),
            stop -> {});
    assertThatThrownBy(() -> server.run(ServeOptions.from(BOTH, config(ANY_PORTS)), "x"))
        .hasMessage("did not start: the cluster has another name");
  }

  @Test
  void aProcessThatEndsByItselfSaysWhy() {
    Server server =
        new Server(
            shell.terminal(),
            (options, progress) ->
                new Server.Running(
                    new CompletableFuture<>(),
                    CompletableFuture.completedFuture(0),
                    () -> "the cluster has removed it",
                    () -> {}),
            stop -> {});
    assertThatThrownBy(() -> server.run(ServeOptions.from(BOTH, config(ANY_PORTS)), "x"))
        .hasMessage("the process ended by itself: the cluster has removed it");
  }

  @Test
  void aProcessThatIsToldToEndWhileItStartsEndsWithStatusZero() {
    CompletableFuture<Ready> ready = new CompletableFuture<>();
    CompletableFuture<Integer> terminated = new CompletableFuture<>();
    Server server =
        new Server(
            shell.terminal(),
            (options, progress) ->
                new Server.Running(
                    ready,
                    terminated,
                    () -> "",
                    () -> {
                      ready.completeExceptionally(new IllegalStateException("broken off"));
                      terminated.complete(0);
                    }),
            Runnable::run);
    assertThat(server.run(ServeOptions.from(BOTH, config(ANY_PORTS)), "x")).isZero();
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void aGpuThatIsNotThereIsOneLine() {
    shell.run("node", "--device", "gpu:999", "--cluster-port", "0", "--admin-port", "0");
    assertThat(shell.status()).isEqualTo(1);
    assertThat(shell.err().lines())
        .singleElement()
        .asString()
        .startsWith("dunlin node: device: gpu:999 ")
        .contains(
            "(expected: a GPU that nvidia-smi lists with its memory, or --device-memory SIZE)");
  }

  private void stopOnceReady(Runnable stop) {
    while (!shell.out().contains("dunlin ready")) {
      Thread.onSpinWait();
    }
    stop.run();
  }

  private static Config config(Map<String, Object> keys) {
    return ConfigFactory.parseMap(keys).withFallback(ConfigFactory.load());
  }

  private static Change change(
      String model, ReplicaState state, long millis, long bytes, String reason) {
    return new Change(new ModelVersionId(model, 1), state, millis, bytes, reason);
  }
}
