package io.dunlin.node.control;

import static io.dunlin.node.control.Views.sharing;
import static io.dunlin.node.control.Views.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.model.ModelSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an entry remembers of the ones before it. */
class RevisionsTest {
  private final CatalogEntry first = next(null, spec("m", 1));

  private static CatalogEntry next(@Nullable CatalogEntry before, ModelSpec spec) {
    return Revisions.next(before, spec, List.of(1L), Map.of(), CatalogEntry.FROM_ADMIN, false);
  }

  private static ModelSpec with(
      String source, ModelSpec.Batching batching, ModelSpec.Threading threading) {
    ModelSpec spec = spec("m", 1);
    return new ModelSpec(
        spec.name(),
        source,
        spec.versionPolicy(),
        spec.replicas(),
        spec.device(),
        spec.memoryBytes(),
        batching,
        spec.queue(),
        spec.timeout(),
        spec.warmup(),
        spec.placement(),
        spec.priority(),
        threading);
  }

  private void assertRevisions(ModelSpec spec, long specRevision, long loadRevision) {
    CatalogEntry after = next(next(first, first.spec()), spec);
    assertThat(after.revision()).isEqualTo(3);
    assertThat(after.specRevision()).as("specRevision").isEqualTo(specRevision);
    assertThat(after.loadRevision()).as("loadRevision").isEqualTo(loadRevision);
  }

  @Test
  void theFirstEntryHasTheFirstSpecAndNothingToReload() {
    assertThat(first.revision()).isEqualTo(1);
    assertThat(first.specRevision()).isEqualTo(1);
    assertThat(first.loadRevision()).isZero();
  }

  @Test
  void theSameSpecAgainIsNoOtherSpec() {
    assertRevisions(first.spec(), 1, 0);
  }

  @Test
  void batchingPlacementAndLanesChangeWithoutALoad() {
    ModelSpec.Batching batching = new ModelSpec.Batching(true, 8, Duration.ofMillis(1), List.of(8));
    assertRevisions(with(first.spec().source(), batching, ModelSpec.Threading.DEFAULT), 3, 0);
    assertRevisions(sharing("m", 2), 3, 0);
    assertRevisions(
        with(
            first.spec().source(), ModelSpec.Batching.DEFAULT, new ModelSpec.Threading(4, 0, true)),
        3,
        0);
  }

  @Test
  void aSourceAndWhatTensorFlowTakesInWithALoadAreReloaded() {
    ModelSpec.Batching same = ModelSpec.Batching.DEFAULT;
    assertRevisions(with("models/other", same, ModelSpec.Threading.DEFAULT), 3, 3);
    assertRevisions(with("models/m", same, new ModelSpec.Threading(1, 2, true)), 3, 3);
    assertRevisions(with("models/m", same, new ModelSpec.Threading(1, 0, false)), 3, 3);
  }

  @Test
  void oneFolderUnderTwoNamesIsOneSource() {
    assertRevisions(
        with("models/x/../m/", ModelSpec.Batching.DEFAULT, ModelSpec.Threading.DEFAULT), 3, 0);
  }
}
