package io.dunlin.node.control;

import static io.dunlin.node.control.Views.replica;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.model.ReplicaState;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ModelVersionsTest {
  private static Map<Long, Integer> wanted(Views views) {
    ClusterView view = views.view();
    return ModelVersions.of(view, view.observed())
        .wanted(Objects.requireNonNull(view.catalog().get("m")));
  }

  /** So many READY replicas of a version, each on a node of its own. */
  private static Views ready(Views views, long version, int count) {
    for (int i = 0; i < count; i++) {
      views
          .assigned(replica("m", version, i), "n" + i)
          .reported(replica("m", version, i), "n" + i, ReplicaState.READY);
    }
    return views;
  }

  @Test
  void anOldVersionKeepsItsReplicasUntilTheNewOneIsComplete() {
    Views views = ready(new Views().wanted("m", 3, 2L), 1, 3);
    assertThat(wanted(views)).isEqualTo(Map.of(1L, 3, 2L, 3));
    assertThat(wanted(ready(views, 2, 3))).isEqualTo(Map.of(2L, 3));
  }

  @Test
  void whileTheNewOneFindsNoRoomForAllTheOldOnesGoOneByOne() {
    Views views = ready(ready(new Views().wanted("m", 3, 2L), 1, 3), 2, 1);
    assertThat(wanted(views)).isEqualTo(Map.of(1L, 2, 2L, 3));
  }

  @Test
  void theNextOldOneWaitsUntilTheOneBeforeItIsGone() {
    Views views =
        ready(ready(new Views().wanted("m", 3, 2L), 1, 3), 2, 1)
            .reported(replica("m", 1, 7), "n9", ReplicaState.UNLOADING);
    assertThat(wanted(views)).isEqualTo(Map.of(1L, 3, 2L, 3));
  }

  @Test
  void nothingGoesWhileANewReplicaIsOnItsWayOrHasFailed() {
    Views views =
        ready(ready(new Views().wanted("m", 3, 2L), 1, 3), 2, 1)
            .assigned(replica("m", 2, 1), "n1")
            .reported(replica("m", 2, 1), "n1", ReplicaState.FAILED);
    assertThat(wanted(views)).isEqualTo(Map.of(1L, 3, 2L, 3));
  }

  @Test
  void whereBothFindAsLittleRoomTheOldVersionGoes() {
    Views views = ready(ready(new Views().wanted("m", 3, 2L), 1, 1), 2, 1);
    assertThat(wanted(views)).isEqualTo(Map.of(2L, 3));
  }

  @Test
  void aVersionInBetweenThatNeverServedIsGivenUp() {
    Views views =
        ready(new Views().wanted("m", 1, 3L), 1, 1)
            .assigned(replica("m", 2, 0), "n1")
            .reported(replica("m", 2, 0), "n1", ReplicaState.LOADING);
    assertThat(wanted(views)).isEqualTo(Map.of(1L, 1, 3L, 1));
  }
}
