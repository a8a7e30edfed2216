package io.dunlin.node.control;

import static io.dunlin.node.control.Views.replica;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.model.ReplicaId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CommandWindowTest {
  private final CommandWindow window = new CommandWindow(2, 1_000);

  private static List<ReplicaId> replicas(int... ordinals) {
    return IntStream.of(ordinals).mapToObj(ordinal -> replica("m", 1, ordinal)).toList();
  }

  @Test
  void onlySoManyAreUnderWay() {
    assertThat(window.next(replicas(0, 1, 2), 0)).isEqualTo(replicas(0, 1));
    assertThat(window.next(replicas(0, 1, 2), 500)).isEmpty();
    assertThat(window.next(replicas(1, 2), 600)).as("0 was reported").isEqualTo(replicas(2));
  }

  @Test
  void oneWithoutEffectIsToldAgainBehindThoseNeverTold() {
    window.next(replicas(0, 1, 2, 3), 0);
    assertThat(window.next(replicas(0, 1, 2, 3), 1_000)).isEqualTo(replicas(2, 3));
    assertThat(window.next(replicas(0, 1, 2, 3), 2_000)).isEqualTo(replicas(0, 1));
  }
}
