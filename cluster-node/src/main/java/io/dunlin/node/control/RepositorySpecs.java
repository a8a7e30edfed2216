package io.dunlin.node.control;

import io.dunlin.node.repository.RepositoryView;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelSpecReader;
import io.dunlin.shared.model.SpecException;
import io.dunlin.shared.protocol.ControlProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code model.yaml} of each model found. A file that is wrong is a problem, told with
 * every error in it; the model goes on with the last good spec, and one that never had a good one
 * is not served: guessing what a broken file meant could put a model where it must not be.
 */
final class RepositorySpecs {
  /**
   * What a scan came to.
   *
   * @param models with their specs
   * @param problems one line each, the same line while the cause is the same
   */
  record Look(List<ControlProtocol.RepositoryModel> models, List<String> problems) {}

  private final Map<String, ModelSpec> lastGood = new HashMap<>();

  /**
   * @param elsewhere models whose spec is not in a file of theirs, by name
   */
  Look read(RepositoryView view, Set<String> elsewhere) {
    List<ControlProtocol.RepositoryModel> models = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    view.problems().forEach(problem -> problems.add(problem.path() + ": " + problem.reason()));
    for (RepositoryView.FoundModel found : view.models()) {
      ModelSpec spec =
          elsewhere.contains(found.name())
              ? ModelSpec.of(found.name(), found.folder().toString())
              : spec(found, problems);
      if (spec != null) {
        models.add(
            new ControlProtocol.RepositoryModel(
                spec,
                found.versions().stream().map(RepositoryView.FoundVersion::number).toList(),
                bytes(found),
                ""));
      }
    }
    lastGood.keySet().retainAll(names(view));
    return new Look(List.copyOf(models), List.copyOf(problems));
  }

  private static Map<Long, Long> bytes(RepositoryView.FoundModel found) {
    Map<Long, Long> bytes = new HashMap<>();
    found.versions().forEach(version -> bytes.put(version.number(), version.bytes()));
    return bytes;
  }

  private @Nullable ModelSpec spec(RepositoryView.FoundModel found, List<String> problems) {
    if (found.specFile().isEmpty()) {
      return ModelSpec.of(found.name(), found.folder().toString());
    }
    Path file = found.specFile().get();
    try {
      ModelSpec spec =
          ModelSpecReader.forModel(found.name(), found.folder().toString())
              .readYaml(Files.readString(file));
      lastGood.put(found.name(), spec);
      return spec;
    } catch (IOException | SpecException e) {
      problems.add(file + ": " + e.getMessage());
      return lastGood.get(found.name());
    }
  }

  private static List<String> names(RepositoryView view) {
    return view.models().stream().map(RepositoryView.FoundModel::name).toList();
  }
}
