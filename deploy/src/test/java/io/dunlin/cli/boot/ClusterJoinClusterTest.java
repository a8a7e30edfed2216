package io.dunlin.cli.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.dunlin.node.device.DeviceSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Processes without gateway and node, several in this JVM, that become a cluster or say why not.
 */
class ClusterJoinClusterTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofSeconds(6);

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void stopAll() throws Exception {
    for (Process process : processes) {
      process.kill();
    }
  }

  /** One process that joins, or has been refused. */
  private static final class Process {
    private final ActorSystem<Void> system;
    private final CompletionStage<Member> joined;
    private final CompletableFuture<String> gaveWay = new CompletableFuture<>();

    Process(ProcessSettings settings, Config changes, Duration timeout) {
      String name = UUID.randomUUID().toString();
      Config config = changes.withFallback(ClusterConfig.of(settings, name));
      system = ActorSystem.create(Behaviors.empty(), ClusterConfig.NAME, config);
      joined =
          new ClusterJoin(system, settings, name, line -> gaveWay.complete(line)).joined(timeout);
    }

    Process isUp() throws Exception {
      joined.toCompletableFuture().get(LONG.toSeconds(), TimeUnit.SECONDS);
      return this;
    }

    List<Integer> members() {
      return StreamSupport.stream(Cluster.get(system).state().getMembers().spliterator(), false)
          .filter(member -> member.status().equals(MemberStatus.up()))
          .map(member -> member.address().getPort().orElseThrow())
          .sorted()
          .toList();
    }

    void seesOnly(List<Integer> ports) {
      TestProbe.<Object>create(system)
          .awaitAssert(
              LONG, () -> assertThat(members()).isEqualTo(ports.stream().sorted().toList()));
    }

    void leave() throws Exception {
      CoordinatedShutdown.get(system)
          .runAll(CoordinatedShutdown.unknownReason())
          .toCompletableFuture()
          .get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    /** Ends without a word, as a killed process does. */
    void kill() throws Exception {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().get(LONG.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static ProcessSettings settings(
      String cluster, String id, int port, List<Integer> seeds) {
    return new ProcessSettings(
        Set.of(ProcessSettings.Role.NODE),
        "127.0.0.1",
        0,
        0,
        port,
        0,
        cluster,
        seeds.stream().map(seed -> "127.0.0.1:" + seed).toList(),
        null,
        null,
        id,
        new DeviceSpec.Cpu(),
        OptionalLong.of(1 << 20),
        "",
        Map.of(),
        "0.1.0");
  }

  private Process start(int port, List<Integer> seeds) {
    return start(settings("dunlin", "node-" + port, port, seeds), ConfigFactory.empty(), LONG);
  }

  private Process start(ProcessSettings settings, Config changes, Duration timeout) {
    Process process = new Process(settings, changes, timeout);
    processes.add(process);
    return process;
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      sockets.add(socket);
      ports.add(socket.getLocalPort());
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
  }

  private static void isRefused(Process process, String... words) {
    assertThatThrownBy(
            () -> process.joined.toCompletableFuture().get(LONG.toSeconds(), TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(StartException.class)
        .message()
        .doesNotContain("\n")
        .contains(words);
  }

  @Test
  void processesWithTheSameSeedsFormOneClusterWhicheverStartsFirstAndAgainWhenAllWereKilled()
      throws Exception {
    List<Integer> ports = freePorts(3);
    for (List<Integer> order : List.of(List.of(2, 1, 0), List.of(1, 0, 2))) {
      Process early = start(ports.get(order.get(0)), ports);
      Process next = start(ports.get(order.get(1)), ports);
      early.isUp();
      next.isUp();
      Process late = start(ports.get(order.get(2)), ports).isUp();
      late.seesOnly(ports);
      early.seesOnly(ports);
      stopAll();
      processes.clear();
    }
  }

  @Test
  void aProcessThatIsStartedAgainJoinsTheClusterThatGoesOnWithoutIt() throws Exception {
    List<Integer> ports = freePorts(3);
    List<Process> all = ports.stream().map(port -> start(port, ports)).toList();
    for (Process process : all) {
      process.isUp();
    }
    all.getFirst().leave();
    Process again = start(ports.getFirst(), ports).isUp();
    again.seesOnly(ports);
    all.getLast().seesOnly(ports);
  }

  @Test
  void fewerThanHalfOfTheSeedsBeginNothingAndSayWhatIsMissing() throws Exception {
    List<Integer> ports = freePorts(3);
    Process alone =
        start(settings("dunlin", "node-1", ports.getFirst(), ports), ConfigFactory.empty(), SHORT);
    isRefused(
        alone,
        "in no cluster within 6 s: ",
        "one is begun when 2 of the 3 seeds are there",
        "no answer from 127.0.0.1:" + ports.get(1) + " (nothing listens there)");
  }

  @Test
  void aSeedThatListensAndNeverAnswersIsNamed() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Process process =
          start(
              settings("dunlin", "node-1", 0, List.of(silent.getLocalPort())),
              ConfigFactory.empty(),
              SHORT);
      isRefused(
          process,
          "in no cluster within 6 s: no answer from 127.0.0.1:" + silent.getLocalPort(),
          "something listens there and does not answer as a Dunlin process");
    }
  }

  @Test
  void aProcessOfAnotherClusterIsRefusedByNameAndTheClusterGoesOn() throws Exception {
    int port = freePorts(1).getFirst();
    Process first = start(port, List.of()).isUp();
    Process other =
        start(settings("blue", "node-b", 0, List.of(port)), ConfigFactory.empty(), LONG);
    isRefused(
        other,
        "the cluster at 127.0.0.1:" + port + " is another one",
        "cluster name (--cluster-name) is 'blue' here and 'dunlin' there");
    Process odd =
        start(
            settings("dunlin", "node-c", 0, List.of(port)),
            ConfigFactory.parseString("pekko.cluster.split-brain-resolver.stable-after = 9s"),
            LONG);
    isRefused(odd, "pekko.cluster.split-brain-resolver.stable-after is '9s' here and '3s' there");
    first.seesOnly(List.of(port));
    assertThat(first.gaveWay).isNotDone();
  }

  @Test
  void ofTwoProcessesWithOneNameTheLaterIsRefused() throws Exception {
    List<Integer> ports = freePorts(2);
    Process first =
        start(settings("dunlin", "n", ports.get(0), List.of()), ConfigFactory.empty(), LONG).isUp();
    Process second =
        start(
            settings("dunlin", "n", ports.get(1), List.of(ports.get(0))),
            ConfigFactory.empty(),
            LONG);
    isRefused(
        second,
        "node id 'n' is that of the process at 127.0.0.1:" + ports.get(0),
        "--node-id NAME");
    second.leave();
    first.seesOnly(List.of(ports.get(0)));
  }

  @Test
  void ofTwoClustersThatShouldBeOneTheSmallerGivesWay() throws Exception {
    List<Integer> ports = freePorts(3);
    List<Integer> seeds = ports.subList(0, 2);
    Process a = start(ports.get(0), seeds);
    Process b = start(ports.get(1), seeds);
    a.isUp();
    b.isUp();
    b.leave();
    Process alone = start(ports.get(1), List.of()).isUp();
    Process c = start(ports.get(2), List.of(ports.get(0))).isUp();
    c.seesOnly(List.of(ports.get(0), ports.get(2)));
    assertThat(alone.gaveWay.get(LONG.toSeconds(), TimeUnit.SECONDS))
        .startsWith(
            "two clusters have the name 'dunlin': 1 member here, 2 members with 127.0.0.1:");
    assertThat(a.gaveWay).isNotDone();
  }
}
