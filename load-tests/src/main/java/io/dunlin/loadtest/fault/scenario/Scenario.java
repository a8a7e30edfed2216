package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.cluster.Namespaces;
import io.dunlin.loadtest.fault.cluster.SmallDisk;
import io.dunlin.loadtest.fault.oracle.HalfPlus;
import io.dunlin.loadtest.fault.oracle.HalfPlus.Protocol;
import io.dunlin.loadtest.fault.oracle.QuestionKind;
import io.dunlin.loadtest.fault.oracle.SumAndDifference;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A fault, and what must hold while it lasts. May be repeated on one cluster: {@link #act} leaves
 * it as it found it.
 *
 * <p>Unless said otherwise: models {@code half} and {@code simple} with two replicas on three
 * nodes, one gateway, no request may fail.
 */
public interface Scenario {

  String name();

  /** What happens, in one line. */
  String says();

  default Setting setting() {
    return Setting.usual();
  }

  /** Why it cannot run on this machine; empty when it can. */
  default Optional<String> cannotRun() {
    if (setting().namespaces()) {
      return Namespaces.cannot();
    }
    return setting().diskMebibytes() > 0 ? SmallDisk.cannot() : Optional.empty();
  }

  /** Puts models in place, when all processes are there. */
  default void prepare(Stage stage) throws IOException {
    stage.serve("half", "half_plus_two", 2);
    stage.deploy("simple", "simple", 2);
  }

  default List<QuestionKind> questions() {
    return List.of(
        new HalfPlus("half", Protocol.TF_SERVING),
        new SumAndDifference("simple"),
        new HalfPlus("half", Protocol.V2_JSON),
        new HalfPlus("half", Protocol.V2_BINARY));
  }

  /** The versions that may answer. */
  default Set<Long> versions() {
    return Set.of(1L);
  }

  /** Whether callers try again, at the next gateway, when a connection breaks. */
  default boolean clientsTryAgain() {
    return false;
  }

  /** The longest a caller may wait; empty where there is no promise. */
  default Optional<Duration> waitGoal() {
    return Optional.of(Duration.ofSeconds(1));
  }

  /** What is still to be done when the cluster is at full strength, before the load begins. */
  default void ready(Stage stage) throws IOException {}

  /** Does it, and returns when the cluster is at full strength again. */
  void act(Stage stage) throws IOException;
}
