package io.dunlin.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be said of source files without compiling them. */
class SourceRulesTest {

  private static final int MAX_LINES = 400;

  /** Tests are tables more than logic, so they may be longer. */
  private static final int MAX_TEST_LINES = 800;

  /** Longer than that, each with the reason: path below the root -> lines allowed. */
  private static final Map<String, Integer> LONGER =
      Map.of(
          // One connection's states, flow control and turns share their fields; parted, they would
          // pass all of them to each other.
          "shared/src/main/java/io/dunlin/shared/protocol/frame/socket/FrameChannel.java", 480);

  private static final Set<String> NAMES_THAT_SAY_NOTHING =
      Set.of("util", "utils", "common", "commons", "helper", "helpers", "impl", "misc");

  private static final Pattern SLEEP =
      Pattern.compile("\\bThread\\s*\\.\\s*sleep\\b|SECONDS\\s*\\.\\s*sleep\\b");

  private static final List<JavaSource> SOURCES = JavaSource.all(JavaSource.repository());

  @Test
  void everyModuleIsRead() {
    assertThat(SOURCES.stream().map(s -> s.path().substring(0, s.path().indexOf('/'))))
        .contains("shared", "cluster-node", "gateway", "deploy");
  }

  @Test
  void everyPackageSaysWhatItIsForAndIsNullMarked() {
    assertThat(SOURCES.stream().filter(JavaSource::isMain).map(JavaSource::folder).distinct())
        .allSatisfy(
            folder ->
                assertThat(folder.resolve("package-info.java"))
                    .exists()
                    .content()
                    .contains("/**")
                    .contains("@NullMarked"));
  }

  @Test
  void noPackageIsNamedForNothing() {
    assertThat(SOURCES)
        .allSatisfy(
            source ->
                assertThat(source.path().split("/"))
                    .doesNotContainAnyElementsOf(NAMES_THAT_SAY_NOTHING));
  }

  @Test
  void noClassIsTooLongToRead() {
    assertThat(SOURCES)
        .allSatisfy(
            source ->
                assertThat(source.lines())
                    .as("lines of %s", source.path())
                    .isLessThanOrEqualTo(allowedLines(source)));
  }

  @Test
  void noExceptionForLengthOutlivesItsReason() {
    assertThat(LONGER.keySet())
        .allSatisfy(
            path ->
                assertThat(SOURCES)
                    .anySatisfy(
                        source -> {
                          assertThat(source.path()).isEqualTo(path);
                          assertThat(source.lines()).isGreaterThan(MAX_LINES);
                        }));
  }

  @Test
  void nothingSleepsNotEvenATest() {
    assertThat(SOURCES)
        .filteredOn(source -> SLEEP.matcher(source.code()).find())
        .filteredOn(source -> !source.path().contains("/architecture/planted/"))
        .extracting(JavaSource::path)
        .isEmpty();
  }

  @Test
  void nothingImportsAMockLibraryOrAnOldTestFramework() {
    assertThat(SOURCES)
        .filteredOn(
            source ->
                Pattern.compile(
                        "(?m)^import (static )?(org\\.mockito|org\\.easymock|org\\.powermock"
                            + "|org\\.scalatest|org\\.junit\\.(?!jupiter|platform)|akka)\\.?")
                    .matcher(source.code())
                    .find())
        .extracting(JavaSource::path)
        .isEmpty();
  }

  @Test
  void sleepIsFoundInCodeButNotInWordsAboutIt(@TempDir Path root) throws Exception {
    Path folder = Files.createDirectories(root.resolve("module/src/test/java"));
    Files.writeString(
        folder.resolve("Sleeps.java"), "class A { void b() { Thread.sleep(1); } } // really");
    Files.writeString(
        folder.resolve("Talks.java"),
        """
        /** Never Thread.sleep here. */
        class B {
          String c = "Thread.sleep \\" // not a comment";
          char d = '"'; // Thread.sleep
        }
        """);
    assertThat(JavaSource.all(root))
        .filteredOn(source -> SLEEP.matcher(source.code()).find())
        .extracting(JavaSource::path)
        .containsExactly("module/src/test/java/Sleeps.java");
  }

  private static long allowedLines(JavaSource source) {
    return LONGER.getOrDefault(source.path(), source.isMain() ? MAX_LINES : MAX_TEST_LINES);
  }
}
