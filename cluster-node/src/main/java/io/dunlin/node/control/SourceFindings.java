package io.dunlin.node.control;

import io.dunlin.node.repository.RepositoryView;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.protocol.ControlProtocol;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Why models that were deployed from elsewhere cannot be served from their source on this node. A
 * folder that is being copied looks wrong at first, so nothing is said before it has been wrong for
 * a while. No I/O, no clock.
 */
final class SourceFindings {
  private static final int MAX_TEXT = 300;

  private record Wrong(String source, Instant since) {}

  private final Duration grace;
  private Map<String, Wrong> wrong = new HashMap<>();

  /**
   * @param grace how long a source must have been wrong
   */
  SourceFindings(Duration grace) {
    this.grace = grace;
  }

  /**
   * The models found, each with what is wrong with its source.
   *
   * @param found by this look
   * @param view what the look saw
   * @param wanted specs of the models deployed from elsewhere, by name
   */
  List<ControlProtocol.RepositoryModel> judge(
      List<ControlProtocol.RepositoryModel> found,
      RepositoryView view,
      Map<String, ModelSpec> wanted,
      Instant now) {
    Map<String, Wrong> wrongNow = new HashMap<>();
    List<ControlProtocol.RepositoryModel> judged = new ArrayList<>();
    for (ControlProtocol.RepositoryModel model : found) {
      ModelSpec spec = wanted.get(model.spec().name());
      String problem = spec == null ? "" : problem(model, view, spec);
      if (spec != null && !problem.isEmpty()) {
        Wrong before = wrong.get(spec.name());
        Wrong since =
            before != null && before.source().equals(spec.source())
                ? before
                : new Wrong(spec.source(), now);
        wrongNow.put(spec.name(), since);
        problem = since.since().plus(grace).isAfter(now) ? "" : problem;
      }
      judged.add(
          new ControlProtocol.RepositoryModel(
              model.spec(), model.versions(), model.bytes(), problem));
    }
    wrong = wrongNow;
    return List.copyOf(judged);
  }

  private static String problem(
      ControlProtocol.RepositoryModel model, RepositoryView view, ModelSpec spec) {
    TreeSet<Long> has = new TreeSet<>(model.versions());
    if (spec.versionPolicy() instanceof ModelSpec.VersionPolicy.Specific specific) {
      TreeSet<Long> missing = new TreeSet<>(specific.versions());
      missing.removeAll(has);
      if (!missing.isEmpty() && !has.isEmpty()) {
        return "has versions " + has + ", versionPolicy asks for " + missing + " too";
      }
    }
    if (!has.isEmpty()) {
      return "";
    }
    Path folder = Path.of(model.spec().source());
    List<String> problems = new ArrayList<>();
    for (RepositoryView.Problem problem : view.problems()) {
      if (problem.path().startsWith(folder)) {
        problems.add(said(folder, problem));
      }
    }
    if (problems.isEmpty()) {
      return "holds no version folder (expected: <version>/saved_model.pb)";
    }
    String text = String.join("; ", problems);
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + " ..";
  }

  /** The folder is named by whoever tells of this. */
  private static String said(Path folder, RepositoryView.Problem problem) {
    Path below = folder.relativize(problem.path());
    return below.toString().isEmpty() ? problem.reason() : below + ": " + problem.reason();
  }
}
