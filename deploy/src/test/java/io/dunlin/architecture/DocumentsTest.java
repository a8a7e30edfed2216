package io.dunlin.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelSpecReader;
import io.dunlin.shared.model.ModelSpecWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents say that a program can check: links, settings, keys of a model's spec. */
class DocumentsTest {
  private static final Path ROOT = JavaSource.repository();
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");
  private static final Pattern SETTING = Pattern.compile("`(dunlin\\.[a-z0-9.-]+)`");

  static List<Path> documents() {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !ROOT.relativize(file).toString().matches(".*(target|node_modules)/.*"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyLinkLeadsSomewhere(Path document) throws IOException {
    List<String> broken = new ArrayList<>();
    Matcher links = LINK.matcher(Files.readString(document));
    while (links.find()) {
      String link = links.group(1);
      if (!link.startsWith("http") && !leadsSomewhere(document, link)) {
        broken.add(link);
      }
    }
    assertThat(broken).isEmpty();
  }

  private static boolean leadsSomewhere(Path document, String link) throws IOException {
    String[] parts = link.split("#", 2);
    Path target =
        parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).toAbsolutePath();
    return Files.exists(target) && (parts.length == 1 || anchors(target).contains(parts[1]));
  }

  /** As GitHub makes them of headings. */
  private static Set<String> anchors(Path document) throws IOException {
    Set<String> anchors = new TreeSet<>();
    Matcher headings = HEADING.matcher(Files.readString(document));
    while (headings.find()) {
      anchors.add(
          headings
              .group(1)
              .toLowerCase(Locale.ROOT)
              .replaceAll("[^a-z0-9 _-]", "")
              .replace(' ', '-'));
    }
    return anchors;
  }

  /** Those that speak of a process's settings: load tests have properties of their own. */
  static List<Path> documentsOfSettings() {
    return documents().stream().filter(file -> !file.endsWith("docs/load-tests.md")).toList();
  }

  @ParameterizedTest
  @MethodSource("documentsOfSettings")
  void everySettingExists(Path document) throws IOException {
    Config config = ConfigFactory.load();
    Matcher settings = SETTING.matcher(Files.readString(document));
    while (settings.find()) {
      assertThat(config.hasPathOrNull(settings.group(1)))
          .as("%s has a setting %s", ROOT.relativize(document), settings.group(1))
          .isTrue();
    }
  }

  @Test
  void everyKeyOfTheSpecIsDocumentedAndEveryDocumentedKeyIsKnown() throws IOException {
    Set<String> documented = documentedKeys();
    assertThat(documented).containsAll(keys(ModelSpecWriter.toTree(ModelSpec.of("m", "s")), ""));
    for (String key : documented) {
      assertThatCode(() -> ModelSpecReader.standalone().readTree(specWithout(key)))
          .as("key %s", key)
          .doesNotThrowAnyException();
    }
  }

  /** Keys of objects that are keys of others, with dots; values and lists have none. */
  private static Set<String> keys(JsonNode object, String prefix) {
    Set<String> keys = new TreeSet<>();
    object
        .properties()
        .forEach(
            field -> {
              String key = prefix + field.getKey();
              boolean isSection =
                  Set.of("batching", "queue", "warmup", "placement", "threading").contains(key);
              keys.addAll(isSection ? keys(field.getValue(), key + ".") : Set.of(key));
            });
    return keys;
  }

  /** A valid spec that names the key and leaves it at its default: null does that. */
  private static ObjectNode specWithout(String key) {
    ObjectNode spec = JsonNodeFactory.instance.objectNode();
    spec.put("name", "m").put("source", "s");
    String[] path = key.split("\\.");
    ObjectNode parent = path.length == 1 ? spec : spec.putObject(path[0]);
    if (!parent.has(path[path.length - 1])) {
      parent.putNull(path[path.length - 1]);
    }
    return spec;
  }

  private static Set<String> documentedKeys() throws IOException {
    Set<String> keys = new TreeSet<>();
    String text = Files.readString(ROOT.resolve("docs/models.md"));
    String table = text.substring(text.indexOf("| key |"), text.indexOf("Between `replicas.min`"));
    String section = "";
    for (String row : table.lines().filter(line -> line.startsWith("| `")).toList()) {
      Matcher names = Pattern.compile("`([^`]+)`").matcher(row.split("\\|")[1]);
      while (names.find()) {
        String name = names.group(1);
        section = name.contains(".") && !name.startsWith(".") ? name.split("\\.")[0] : section;
        keys.add(name.startsWith(".") ? section + name : name);
      }
    }
    return keys;
  }
}
