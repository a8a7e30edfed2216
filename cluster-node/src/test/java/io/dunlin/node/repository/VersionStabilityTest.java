package io.dunlin.node.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.node.repository.FileTree.Complete;
import io.dunlin.node.repository.FileTree.FileStamp;
import io.dunlin.node.repository.FileTree.Unreadable;
import io.dunlin.node.repository.RepositorySnapshot.ModelFolder;
import io.dunlin.node.repository.RepositorySnapshot.VersionFolder;
import io.dunlin.node.repository.RepositoryView.FoundModel;
import io.dunlin.node.repository.RepositoryView.FoundVersion;
import io.dunlin.node.repository.RepositoryView.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class VersionStabilityTest {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private static final Path MODEL = Path.of("models", "m");
  private static final Path VERSION = MODEL.resolve("1");
  private static final Complete WHOLE = tree(START.minusSeconds(60), "saved_model.pb", 10);

  private final VersionStability stability = new VersionStability(Duration.ofSeconds(2));

  @Test
  void takesAnOldVersionAtTheFirstLook() {
    assertThat(look(0, WHOLE)).containsExactly(new FoundVersion(1, VERSION, 10));
  }

  @Test
  void waitsForTwoLooksWhenTheVersionIsYoungAtTheFirst() {
    Complete young = tree(START.minusMillis(1_999), "saved_model.pb", 10);
    assertThat(look(0, young)).isEmpty();
    assertThat(look(1_999, young)).isEmpty();
    assertThat(look(2_000, young)).hasSize(1);
  }

  @Test
  void takesAVersionExactlyAsOldAsAskedAtTheFirstLook() {
    assertThat(look(0, tree(START.minusMillis(2_000), "saved_model.pb", 10))).hasSize(1);
  }

  @Test
  void doesNotTrustOldTimesAfterTheFirstLook() {
    assertThat(lookAtNothing(0)).isEmpty();
    assertThat(look(1_000, WHOLE)).isEmpty();
    assertThat(problems(1_500, WHOLE))
        .containsExactly(
            new Problem(
                VERSION, "not offered yet: still being written, or not the same for 2000 ms"));
    assertThat(look(3_000, WHOLE)).hasSize(1);
  }

  @Test
  void beginsToWaitAnewWheneverAnythingChanges() {
    lookAtNothing(0);
    look(1_000, tree(START, "saved_model.pb", 10));
    look(2_900, tree(START, "saved_model.pb", 11));
    assertThat(look(4_800, tree(START.plusMillis(1), "saved_model.pb", 11))).isEmpty();
    Complete grown = tree(START.plusMillis(1), "saved_model.pb", 11, "variables/v", 5);
    assertThat(look(6_700, grown)).isEmpty();
    assertThat(look(8_699, grown)).isEmpty();
    assertThat(look(8_700, grown)).containsExactly(new FoundVersion(1, VERSION, 16));
  }

  @Test
  void neverOffersAVersionWithoutAGraph() {
    Complete half = tree(START.minusSeconds(60), "variables/variables.index", 10, ".ready", 0);
    assertThat(look(0, half)).isEmpty();
    assertThat(problems(60_000, half))
        .containsExactly(new Problem(VERSION, "no saved_model.pb yet"));
  }

  @Test
  void takesAMarkedVersionAtOnce() {
    lookAtNothing(0);
    assertThat(look(1, tree(START.plusSeconds(9), "saved_model.pb", 10, ".ready", 0))).hasSize(1);
  }

  @Test
  void keepsAnOfferedVersionWhoseFilesChangeAndSaysSo() {
    look(0, WHOLE);
    Complete changed = tree(START, "saved_model.pb", 99);
    assertThat(look(100, changed)).containsExactly(new FoundVersion(1, VERSION, 99));
    assertThat(problems(200, changed))
        .containsExactly(
            new Problem(
                VERSION,
                "its files changed after it was offered (expected: changes as a new version)"));
    assertThat(problems(300, WHOLE)).isEmpty();
  }

  @Test
  void doesNotMindFilesThatComeLater() {
    look(0, WHOLE);
    Complete more = tree(START.minusSeconds(60), "saved_model.pb", 10, "README", 3);
    assertThat(problems(100, more)).isEmpty();
    assertThat(look(200, more)).hasSize(1);
  }

  @Test
  void withdrawsAVersionThatLosesAFileUntilItIsStableAgain() {
    Complete two = tree(START.minusSeconds(60), "saved_model.pb", 10, "variables/v", 5);
    assertThat(look(0, two)).hasSize(1);
    assertThat(look(5_000, WHOLE)).isEmpty();
    assertThat(look(6_999, WHOLE)).isEmpty();
    assertThat(look(7_000, WHOLE)).hasSize(1);
  }

  @Test
  void forgetsADeletedVersion() {
    look(0, WHOLE);
    assertThat(lookAtNothing(1_000)).isEmpty();
    assertThat(look(2_000, WHOLE)).isEmpty();
    assertThat(look(4_000, WHOLE)).hasSize(1);
  }

  @Test
  void keepsAnOfferedVersionThatCannotBeReadForAWhile() {
    look(0, WHOLE);
    Unreadable broken = new Unreadable("permission denied: x");
    assertThat(look(1_000, broken)).containsExactly(new FoundVersion(1, VERSION, 10));
    assertThat(problems(2_000, broken))
        .containsExactly(new Problem(VERSION, "permission denied: x"));
    assertThat(look(3_000, WHOLE)).hasSize(1);
  }

  @Test
  void doesNotOfferAVersionItNeverCouldRead() {
    assertThat(look(0, new Unreadable("files: more than 10000"))).isEmpty();
    assertThat(look(1_000, WHOLE)).isEmpty();
    assertThat(look(3_000, WHOLE)).hasSize(1);
  }

  @Test
  void keepsEverythingWhileTheRepositoryCannotBeRead() {
    look(0, WHOLE);
    Problem unreadable = new Problem(Path.of("models"), "gone");
    RepositoryView view =
        stability.update(
            new RepositorySnapshot(false, List.of(), List.of(unreadable)), START.plusSeconds(1));
    assertThat(view.models()).extracting(FoundModel::name).containsExactly("m");
    assertThat(view.models().get(0).versions()).hasSize(1);
    assertThat(view.problems()).containsExactly(unreadable);
    assertThat(look(2_000, WHOLE)).hasSize(1);
  }

  @Test
  void countsTheFirstLookFromWhenTheRepositoryCouldBeRead() {
    stability.update(new RepositorySnapshot(false, List.of(), List.of()), START);
    assertThat(look(1_000, WHOLE)).hasSize(1);
  }

  @Test
  void keepsTheVersionsOfAModelFolderThatCannotBeRead() {
    look(0, WHOLE);
    ModelFolder unreadable = new ModelFolder("m", MODEL, Optional.empty(), false, List.of());
    assertThat(versions(stability.update(snapshot(unreadable), START.plusSeconds(1)))).hasSize(1);
    assertThat(look(2_000, WHOLE)).hasSize(1);
  }

  @Test
  void startsOverWhenAModelMovesToAnotherFolder() {
    look(0, WHOLE);
    Path elsewhere = Path.of("other", "m");
    ModelFolder moved =
        new ModelFolder(
            "m",
            elsewhere,
            Optional.empty(),
            true,
            List.of(new VersionFolder(1, elsewhere.resolve("1"), WHOLE)));
    assertThat(versions(stability.update(snapshot(moved), START.plusSeconds(1)))).isEmpty();
    assertThat(versions(stability.update(snapshot(moved), START.plusSeconds(3))))
        .containsExactly(new FoundVersion(1, elsewhere.resolve("1"), 10));
  }

  @Test
  void takesOneOfTwoFoldersWithOneNumberAndReportsTheOther() {
    Path padded = MODEL.resolve("001");
    ModelFolder folder =
        new ModelFolder(
            "m",
            MODEL,
            Optional.empty(),
            true,
            List.of(new VersionFolder(1, VERSION, WHOLE), new VersionFolder(1, padded, WHOLE)));
    RepositoryView view = stability.update(snapshot(folder), START);
    assertThat(versions(view)).containsExactly(new FoundVersion(1, VERSION, 10));
    assertThat(view.problems())
        .containsExactly(
            new Problem(padded, "version 1 is in another folder too; that one is taken"));
  }

  private List<FoundVersion> look(long millis, FileTree tree) {
    return versions(update(millis, tree));
  }

  private List<Problem> problems(long millis, FileTree tree) {
    return update(millis, tree).problems();
  }

  private RepositoryView update(long millis, FileTree tree) {
    VersionFolder version = new VersionFolder(1, VERSION, tree);
    return stability.update(
        snapshot(new ModelFolder("m", MODEL, Optional.empty(), true, List.of(version))),
        START.plusMillis(millis));
  }

  private List<FoundVersion> lookAtNothing(long millis) {
    return versions(
        stability.update(
            snapshot(new ModelFolder("m", MODEL, Optional.empty(), true, List.of())),
            START.plusMillis(millis)));
  }

  private static List<FoundVersion> versions(RepositoryView view) {
    return view.models().get(0).versions();
  }

  private static RepositorySnapshot snapshot(ModelFolder folder) {
    return new RepositorySnapshot(true, List.of(folder), List.of());
  }

  /** Names and sizes by turns. */
  private static Complete tree(Instant modified, Object... files) {
    TreeMap<String, FileStamp> entries = new TreeMap<>();
    for (int i = 0; i < files.length; i += 2) {
      entries.put((String) files[i], new FileStamp((Integer) files[i + 1], modified));
    }
    return new Complete(entries);
  }
}
