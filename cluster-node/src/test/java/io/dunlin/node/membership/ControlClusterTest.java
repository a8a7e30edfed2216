package io.dunlin.node.membership;

import static io.dunlin.node.membership.NodeSystem.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.protocol.ControlProtocol;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes in one JVM, over real Cluster Sharding, Distributed Data and singletons. */
class ControlClusterTest {
  private static final ModelVersionId V1 = new ModelVersionId("m", 1);

  @TempDir private Path folder;
  private final List<NodeSystem> nodes = new ArrayList<>();

  @AfterEach
  void stop() {
    nodes.reversed().forEach(NodeSystem::close);
  }

  private NodeSystem node(String id) throws Exception {
    NodeSystem node = NodeSystem.start(id, nodes.isEmpty() ? null : nodes.getFirst(), "");
    nodes.add(node);
    return node;
  }

  private static void lose(NodeSystem dead, NodeSystem witness, List<NodeSystem> nodes) {
    nodes.remove(dead);
    witness.down(dead);
    dead.close();
  }

  private ModelSpec spec(int replicas) throws IOException {
    Path version = Files.createDirectories(folder.resolve("m/1"));
    Files.write(version.resolve("saved_model.pb"), new byte[10]);
    ModelSpec plain = ModelSpec.of("m", folder.resolve("m").toString());
    return new ModelSpec(
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
        plain.placement(),
        plain.priority(),
        plain.threading());
  }

  @Test
  void replicasSpreadAreReplacedWhenNodesAreLostAndOutliveTheController() throws Exception {
    NodeSystem a = node("a");
    assertThat(a.ask(reply -> deploy(reply))).isInstanceOf(ControlProtocol.Accepted.class);
    await("one READY on the node that is alone", () -> a.readyNodes(V1).equals(List.of("a")));
    NodeSystem b = node("b");
    await("the other on the node that joined", () -> a.readyNodes(V1).equals(List.of("a", "b")));
    NodeSystem c = node("c");
    assertThat(answer(b, a)).isInstanceOf(InferenceReply.Completed.class);

    lose(b, a, nodes);
    await("placed anew", () -> a.readyNodes(V1).equals(List.of("a", "c")));
    NodeSystem d = node("d");
    lose(a, c, nodes);
    await("placed anew by another controller", () -> c.readyNodes(V1).equals(List.of("c", "d")));
    assertThat(answer(d, c)).isInstanceOf(InferenceReply.Completed.class);
  }

  @Test
  void aNodeThatLeavesIsEmptyBeforeItGoes() throws Exception {
    NodeSystem a = node("a");
    NodeSystem b = node("b");
    assertThat(a.ask(reply -> deploy(reply))).isInstanceOf(ControlProtocol.Accepted.class);
    await("READY on both", () -> a.readyNodes(V1).equals(List.of("a", "b")));
    NodeSystem c = node("c");
    long began = System.nanoTime();
    b.handOver().toCompletableFuture().join();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
    assertThat(c.readyNodes(V1)).as("READY before the other went").contains("a", "c");
    await("the others know", () -> c.readyNodes(V1).equals(List.of("a", "c")));
  }

  private ControlProtocol.Command deploy(ActorRef<ControlProtocol.Reply> replyTo) {
    try {
      return new ControlProtocol.Deploy(spec(2), null, replyTo);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private InferenceReply answer(NodeSystem node, NodeSystem witness) {
    return node.infer(
        witness.ready().entrySet().stream()
            .filter(replica -> replica.getValue().equals(node.id()))
            .findFirst()
            .orElseThrow()
            .getKey(),
        new InferenceRequest(
            "id",
            V1,
            Signature.DEFAULT_NAME,
            List.of(Tensor.of(DataType.FLOAT, new long[] {1}, new byte[4])),
            List.of(),
            Deadline.after(System.nanoTime(), Duration.ofSeconds(5)),
            Priority.DEFAULT));
  }
}
