package io.dunlin.node.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.node.repository.RepositoryView;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.protocol.ControlProtocol;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SourceFindingsTest {
  private final SourceFindings findings = new SourceFindings(Duration.ofSeconds(5));
  private final ModelSpec spec = ModelSpec.of("m", "/models/m");

  private String problem(ModelSpec wanted, long second, String reason, Long... versions) {
    List<RepositoryView.Problem> problems =
        reason.isEmpty()
            ? List.of()
            : List.of(
                new RepositoryView.Problem(Path.of("/models/other"), "another model's"),
                new RepositoryView.Problem(Path.of("/models/m/1"), reason));
    return findings
        .judge(
            List.of(
                ControlProtocol.RepositoryModel.of(
                    ModelSpec.of("m", wanted.source()), List.of(versions))),
            new RepositoryView(List.of(), problems),
            Map.of("m", wanted),
            Instant.ofEpochSecond(second))
        .getFirst()
        .problem();
  }

  @Test
  void aSourceIsSaidToBeWrongOnceItHasBeenForAWhile() {
    assertThat(problem(spec, 0, "no saved_model.pb yet")).isEmpty();
    assertThat(problem(spec, 4, "no saved_model.pb yet")).isEmpty();
    assertThat(problem(spec, 5, "no saved_model.pb yet")).isEqualTo("1: no saved_model.pb yet");
    assertThat(problem(spec, 6, "", 1L)).as("mended").isEmpty();
    assertThat(problem(spec, 7, "no saved_model.pb yet")).as("wrong anew").isEmpty();
  }

  @Test
  void anotherSourceHasAWhileOfItsOwn() {
    problem(spec, 0, "");
    assertThat(problem(spec, 5, "")).startsWith("holds no version folder");
    assertThat(problem(ModelSpec.of("m", "/models/n"), 6, "")).isEmpty();
  }

  @Test
  void aVersionThatThePolicyNamesAndTheSourceHasNotIsNamed() {
    ModelSpec specific =
        new ModelSpec(
            spec.name(),
            spec.source(),
            new ModelSpec.VersionPolicy.Specific(List.of(1L, 7L)),
            spec.replicas(),
            spec.device(),
            spec.memoryBytes(),
            spec.batching(),
            spec.queue(),
            spec.timeout(),
            spec.warmup(),
            spec.placement(),
            spec.priority(),
            spec.threading());
    problem(specific, 0, "", 1L, 2L);
    assertThat(problem(specific, 5, "", 1L, 2L))
        .isEqualTo("has versions [1, 2], versionPolicy asks for [7] too");
  }

  @Test
  void modelsOfTheRepositoryAreLeftAlone() {
    List<ControlProtocol.RepositoryModel> models =
        List.of(ControlProtocol.RepositoryModel.of(spec, List.of()));
    RepositoryView view = new RepositoryView(List.of(), List.of());
    findings.judge(models, view, Map.of(), Instant.EPOCH);
    assertThat(findings.judge(models, view, Map.of(), Instant.ofEpochSecond(60))).isEqualTo(models);
  }
}
