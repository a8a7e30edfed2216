package io.dunlin.loadtest.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dunlin.loadtest.fault.scenario.Scenario;
import io.dunlin.loadtest.fault.scenario.Scenarios;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultSettingsTest {

  @Test
  void withoutArgumentsEveryScenarioRunsOnce() throws IOException {
    FaultSettings settings = FaultSettings.of(List.of("--first-port", "23000"));
    assertThat(settings.scenarios()).isEqualTo(Scenarios.ALL);
    assertThat(settings.repeats()).isEqualTo(1);
    assertThat(settings.goOn()).isFalse();
    assertThat(settings.atMost()).isEqualTo(FaultSettings.NO_LIMIT);
  }

  @Test
  void aLongRunGoesOnInPieces() throws IOException {
    FaultSettings settings =
        FaultSettings.of(
            List.of(
                "kill-node",
                "--go-on",
                "--repeats",
                "30",
                "--minutes",
                "4.5",
                "--first-port",
                "23000"));
    assertThat(settings.scenarios()).extracting(Scenario::name).containsExactly("kill-node");
    assertThat(settings.repeats()).isEqualTo(30);
    assertThat(settings.goOn()).isTrue();
    assertThat(settings.atMost()).isEqualTo(Duration.ofSeconds(270));
  }

  @Test
  void whatIsNotUnderstoodIsNamed() {
    assertThatThrownBy(() -> FaultSettings.of(List.of("kill-nobody")))
        .hasMessageContaining("kill-nobody");
    assertThatThrownBy(() -> FaultSettings.of(List.of("--repeats")))
        .hasMessageContaining("--repeats: no value");
    assertThatThrownBy(() -> FaultSettings.of(List.of("--colour", "red")))
        .hasMessageContaining("--colour");
  }

  @Test
  void scenariosHaveNamesOfTheirOwn() {
    assertThat(Scenarios.ALL).extracting(Scenario::name).doesNotHaveDuplicates();
  }
}
