package io.dunlin.node.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.dunlin.node.repository.RepositoryView.FoundModel;
import io.dunlin.node.repository.RepositoryView.FoundVersion;
import io.dunlin.node.repository.RepositoryView.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRepositoryTest {
  private static final Instant OLD = Instant.parse("2026-01-01T00:00:00Z");

  private final Path root;
  private Instant now = OLD.plusSeconds(3600);
  private ModelRepository repository;

  ModelRepositoryTest(@TempDir Path root) {
    this.root = root;
    this.repository = new ModelRepository(root, Duration.ofSeconds(2), () -> now);
  }

  @Test
  void findsModelsAndTheirVersions() throws IOException {
    write("b/1/saved_model.pb", 100);
    write("b/00000123/saved_model.pb", 10);
    write("b/00000123/variables/variables.data-00000-of-00001", 1000);
    write("b/model.yaml", 5);
    write("a/7/saved_model.pb", 1);
    age();
    assertThat(repository.scan())
        .isEqualTo(
            new RepositoryView(
                List.of(
                    new FoundModel(
                        "a",
                        root.resolve("a"),
                        Optional.empty(),
                        List.of(new FoundVersion(7, root.resolve("a/7"), 1))),
                    new FoundModel(
                        "b",
                        root.resolve("b"),
                        Optional.of(root.resolve("b/model.yaml")),
                        List.of(
                            new FoundVersion(1, root.resolve("b/1"), 100),
                            new FoundVersion(123, root.resolve("b/00000123"), 1010)))),
                List.of()));
  }

  @Test
  void ignoresWhatIsNeitherModelNorVersion() throws IOException {
    write("README.md", 5);
    write(".git/config", 5);
    write("m/1/saved_model.pb", 1);
    write("m/old/saved_model.pb", 1);
    write("m/-2/saved_model.pb", 1);
    write("m/3x/saved_model.pb", 1);
    write("m/4", 1);
    age();
    RepositoryView view = repository.scan();
    assertThat(view.problems()).isEmpty();
    assertThat(view.models())
        .extracting(FoundModel::name, model -> numbers(model))
        .containsExactly(tuple("m", List.of(1L)));
  }

  @Test
  void listsAModelThatHasNoVersionYet() throws IOException {
    Files.createDirectories(root.resolve("m"));
    assertThat(repository.scan().models())
        .extracting(FoundModel::name, FoundModel::versions)
        .containsExactly(tuple("m", List.of()));
  }

  @Test
  void offersACopiedVersionOnlyWhenItIsWhole() throws IOException {
    write("m/1/saved_model.pb", 1);
    age();
    assertThat(offered()).containsExactly(1L);

    write("m/2/variables/variables.index", 10);
    now = now.plusSeconds(10);
    assertThat(offered()).containsExactly(1L);
    now = now.plusSeconds(10);
    assertThat(repository.scan().problems())
        .containsExactly(new Problem(root.resolve("m/2"), "no saved_model.pb yet"));

    write("m/2/saved_model.pb", 10);
    assertThat(offered()).containsExactly(1L);
    now = now.plusMillis(1_999);
    assertThat(offered()).containsExactly(1L);
    now = now.plusMillis(1);
    assertThat(offered()).containsExactly(1L, 2L);
  }

  @Test
  void offersAMarkedVersionAtOnce() throws IOException {
    assertThat(repository.scan().models()).isEmpty();
    write("m/1/saved_model.pb", 1);
    write("m/1/.ready", 0);
    assertThat(offered()).containsExactly(1L);
  }

  @Test
  void forgetsADeletedVersion() throws IOException {
    write("m/1/saved_model.pb", 1);
    write("m/2/saved_model.pb", 1);
    age();
    assertThat(offered()).containsExactly(1L, 2L);
    delete("m/1");
    assertThat(offered()).containsExactly(2L);
    delete("m");
    assertThat(repository.scan()).isEqualTo(RepositoryView.EMPTY);
  }

  @Test
  void reportsTwoFoldersOfOneVersion() throws IOException {
    write("m/007/saved_model.pb", 2);
    write("m/7/saved_model.pb", 1);
    age();
    RepositoryView view = repository.scan();
    assertThat(view.models().get(0).versions())
        .containsExactly(new FoundVersion(7, root.resolve("m/7"), 1));
    assertThat(view.problems())
        .containsExactly(
            new Problem(
                root.resolve("m/007"), "version 7 is in another folder too; that one is taken"));
  }

  @Test
  void reportsABadNameAndANumberTooLarge() throws IOException {
    write("my model/1/saved_model.pb", 1);
    write("m/99999999999999999999/saved_model.pb", 1);
    age();
    assertThat(repository.scan().problems())
        .containsExactly(
            new Problem(
                root.resolve("m/99999999999999999999"),
                "version: '99999999999999999999' (expected: <= 9223372036854775807)"),
            new Problem(
                root.resolve("my model"),
                "model name: 'my model' (expected: 1 to 128 of letters, digits, '-', '_', '.')"));
  }

  @Test
  void reportsARepositoryThatIsNotThere() {
    ModelRepository missing = new ModelRepository(root.resolve("none"), Duration.ZERO, () -> now);
    RepositoryView view = missing.scan();
    assertThat(view.models()).isEmpty();
    assertThat(view.problems())
        .containsExactly(
            new Problem(
                root.resolve("none"),
                "model repository cannot be read: does not exist: " + root.resolve("none")));
  }

  @Test
  void keepsServingWhenTheRepositoryGoesAway() throws IOException {
    Path models = root.resolve("models");
    write("models/m/1/saved_model.pb", 1);
    age();
    repository = new ModelRepository(models, Duration.ofSeconds(2), () -> now);
    assertThat(offered()).containsExactly(1L);
    Files.move(models, root.resolve("moved"));
    assertThat(offered()).containsExactly(1L);
    assertThat(repository.scan().problems()).hasSize(1);
  }

  @Test
  void looksAtModelsDeployedFromElsewhere(@TempDir Path elsewhere) throws IOException {
    write("m/1/saved_model.pb", 1);
    Files.createDirectories(elsewhere.resolve("5"));
    Files.write(elsewhere.resolve("5/saved_model.pb"), new byte[3]);
    age();
    age(elsewhere);
    RepositoryView view = repository.scan(Map.of("other", elsewhere));
    assertThat(view.models())
        .extracting(FoundModel::name, FoundModel::folder, model -> numbers(model))
        .containsExactly(
            tuple("m", root.resolve("m"), List.of(1L)), tuple("other", elsewhere, List.of(5L)));
  }

  @Test
  void followsSymbolicLinksButNotInCircles(@TempDir Path elsewhere) throws IOException {
    Files.write(elsewhere.resolve("saved_model.pb"), new byte[3]);
    age(elsewhere);
    Files.createDirectories(root.resolve("m"));
    Files.createSymbolicLink(root.resolve("m/1"), elsewhere);
    write("m/2/saved_model.pb", 1);
    Files.createSymbolicLink(root.resolve("m/2/again"), root.resolve("m/2"));
    write("m/3/saved_model.pb", 1);
    Files.createSymbolicLink(root.resolve("m/3/gone"), root.resolve("nowhere"));
    age();
    RepositoryView view = repository.scan();
    assertThat(numbers(view.models().get(0))).containsExactly(1L);
    assertThat(view.problems())
        .extracting(Problem::path, problem -> problem.reason().split(":", 2)[0])
        .containsExactly(
            tuple(root.resolve("m/2"), "symbolic link to a folder it is in"),
            tuple(root.resolve("m/3"), "symbolic link to nothing"));
  }

  @Test
  void reportsWhatItMayNotRead() throws IOException {
    write("m/1/saved_model.pb", 1);
    write("m/1/variables/variables.index", 1);
    age();
    Path variables = root.resolve("m/1/variables");
    Files.setPosixFilePermissions(variables, PosixFilePermissions.fromString("---------"));
    try {
      assumeFalse(Files.isReadable(variables), "this user may read everything");
      RepositoryView view = repository.scan();
      assertThat(numbers(view.models().get(0))).isEmpty();
      assertThat(view.problems())
          .containsExactly(
              new Problem(root.resolve("m/1"), "cannot be read: permission denied: " + variables));
    } finally {
      Files.setPosixFilePermissions(variables, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void refusesAVersionWithFoldersTooDeep() throws IOException {
    write("m/1/saved_model.pb", 1);
    write("m/1/" + "d/".repeat(FileTreeReader.MAX_DEPTH) + "f", 1);
    age();
    assertThat(repository.scan().problems())
        .singleElement()
        .extracting(Problem::reason)
        .asString()
        .startsWith("folders: deeper than 16: ");
  }

  @Test
  void readsAVersionWithAsManyEntriesAsItMayAndNoMore() throws IOException {
    write("m/1/saved_model.pb", 1);
    write("m/1/variables/variables.index", 2);
    // The folder itself, the folder in it, and two files.
    assertThat(FileTreeReader.read(root.resolve("m/1"), 4))
        .asInstanceOf(type(FileTree.Complete.class))
        .satisfies(
            tree ->
                assertThat(tree.entries())
                    .containsOnlyKeys(
                        "/", "saved_model.pb", "variables/", "variables/variables.index"));
    assertThat(FileTreeReader.read(root.resolve("m/1"), 3))
        .isEqualTo(new FileTree.Unreadable("files and folders: more than 3"));
  }

  @Test
  void refusesANegativeTime() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelRepository(root, Duration.ofSeconds(-1), () -> now))
        .withMessage("stableFor: PT-1S (expected: >= 0)");
  }

  private List<Long> offered() {
    return numbers(repository.scan().models().get(0));
  }

  private static List<Long> numbers(FoundModel model) {
    return model.versions().stream().map(FoundVersion::number).toList();
  }

  private void write(String name, int bytes) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[bytes]);
  }

  private void delete(String name) throws IOException {
    try (Stream<Path> paths = Files.walk(root.resolve(name))) {
      for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(path);
      }
    }
  }

  /** Makes everything look as if written long ago. */
  private void age() throws IOException {
    age(root);
  }

  private static void age(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        if (Files.exists(path)) {
          Files.setLastModifiedTime(path, FileTime.from(OLD));
        }
      }
    }
  }
}
