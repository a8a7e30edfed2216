package io.dunlin.node.membership;

import static io.dunlin.node.membership.NodeSystem.await;

import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.protocol.ControlProtocol;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Prints how long replicas take to be allocated: four nodes in this JVM over real Cluster Sharding
 * and Distributed Data, models that load in no time, so that what is left is placement, writing
 * assignments, allocating shards one after the other, and reporting. {@code
 * load-tests/control-plane.sh allocation} runs it.
 */
public final class AllocationCost {
  private static final int NODES = 4;

  private AllocationCost() {}

  public static void main(String[] args) throws Exception {
    List<Integer> counts = new ArrayList<>();
    for (String arg : args) {
      counts.add(Integer.parseInt(arg));
    }
    if (counts.isEmpty()) {
      counts.addAll(List.of(100, 500, 1_000, 2_000));
    }
    System.out.println("replicas  all READY s  ms each   first half ms each  all gone s");
    for (int count : counts) {
      measure(count);
    }
  }

  private static void measure(int count) throws Exception {
    Path folder = Files.createTempDirectory("dunlin-allocation");
    List<NodeSystem> nodes = new ArrayList<>();
    try {
      for (int i = 0; i < NODES; i++) {
        nodes.add(NodeSystem.start("node-" + i, nodes.isEmpty() ? null : nodes.getFirst(), ""));
      }
      NodeSystem first = nodes.getFirst();
      // one replica beforehand: the source is known, and all that is started once is
      deploy(first, folder, 1);
      await("the first replica", () -> first.ready().size() == 1);
      long began = System.nanoTime();
      deploy(first, folder, count);
      Duration patience = Duration.ofMinutes(5);
      await(count / 2 + " READY", patience, () -> first.ready().size() >= count / 2);
      double half = millisSince(began);
      await(count + " READY", patience, () -> first.ready().size() >= count);
      double all = millisSince(began);
      long ending = System.nanoTime();
      first.ask(reply -> new ControlProtocol.Undeploy("m", null, reply));
      await("all gone", patience, () -> first.ready().isEmpty());
      // in one piece, so that nothing of a log gets between
      System.out.println(
          String.format(
              Locale.ROOT,
              "%8d  %11.1f  %7.1f  %18.1f  %10.1f",
              count,
              all / 1_000,
              all / (count - 1),
              half / (count / 2.0 - 1),
              millisSince(ending) / 1_000));
    } finally {
      nodes.reversed().forEach(NodeSystem::close);
      delete(folder);
    }
  }

  private static double millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e6;
  }

  private static void deploy(NodeSystem node, Path folder, int replicas) throws Exception {
    Path version = Files.createDirectories(folder.resolve("m/1"));
    Files.write(version.resolve("saved_model.pb"), new byte[10]);
    ModelSpec plain = ModelSpec.of("m", folder.resolve("m").toString());
    ModelSpec spec =
        new ModelSpec(
            plain.name(),
            plain.source(),
            plain.versionPolicy(),
            new ModelSpec.Replicas(replicas, replicas),
            plain.device(),
            plain.memoryBytes(),
            plain.batching(),
            plain.queue(),
            plain.timeout(),
            plain.warmup(),
            new ModelSpec.Placement(List.of(), Map.of(), false),
            plain.priority(),
            plain.threading());
    ControlProtocol.Reply reply = node.ask(to -> new ControlProtocol.Deploy(spec, null, to));
    if (!(reply instanceof ControlProtocol.Accepted)) {
      throw new IllegalStateException("not accepted: " + reply);
    }
  }

  private static void delete(Path folder) throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
