package io.dunlin.shared.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dunlin.shared.model.ModelSpec.Replicas;
import io.dunlin.shared.model.ModelSpec.VersionPolicy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSpecPatchTest {
  private static final String BEFORE =
      """
      source: models/m
      replicas: {min: 1, max: 4}
      memory: 1GiB
      timeout: 5s
      versionPolicy: {latest: 2}
      placement: {zones: [a], labels: {ssd: "true", tier: hot}}
      """;

  @Test
  void aKeyInAnObjectLeavesItsNeighboursAlone() throws SpecException {
    assertThat(patched("{\"replicas\": {\"min\": 2}}").replicas()).isEqualTo(new Replicas(2, 4));
    assertThat(patched("{\"placement\": {\"labels\": {\"tier\": null}}}").placement().labels())
        .isEqualTo(Map.of("ssd", "true"));
  }

  @Test
  void nullGivesTheDefaultAgain() throws SpecException {
    ModelSpec spec = patched("{\"memory\": null, \"timeout\": null, \"placement\": null}");

    assertThat(spec.memoryBytes()).isEmpty();
    assertThat(spec.timeout()).isEqualTo(ModelSpec.of("m", "s").timeout());
    assertThat(spec.placement()).isEqualTo(ModelSpec.Placement.NONE);
  }

  @Test
  void listsAndScalarsAreReplaced() throws SpecException {
    assertThat(patched("{\"placement\": {\"zones\": [\"b\", \"c\"]}}").placement().zones())
        .isEqualTo(List.of("b", "c"));
    assertThat(patched("{\"replicas\": 3}").replicas()).isEqualTo(new Replicas(3, 3));
  }

  @Test
  void theVersionPolicyIsReplacedAsAWhole() throws SpecException {
    assertThat(patched("{\"versionPolicy\": {\"specific\": [7]}}").versionPolicy())
        .isEqualTo(new VersionPolicy.Specific(List.of(7L)));
    assertThat(patched("{\"versionPolicy\": {\"latest\": null, \"all\": true}}").versionPolicy())
        .isEqualTo(new VersionPolicy.All());
  }

  @Test
  void anEmptyPatchChangesNothing() throws SpecException {
    assertThat(patched("{}")).isEqualTo(before());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"source\": null}|source: missing (expected: the folder",
        "{\"name\": \"other\"}|name: 'other' (expected: 'm', the model this spec is put to)",
        "{\"replicas\": {\"min\": 5}}|replicas: {\"min\":5,\"max\":4} (expected: min <= max)",
        "{\"replica\": 2}|replica: unknown key (expected: replicas;",
        "{\"versionPolicy\": {\"latest\": null}}|(expected: exactly one of latest, all, specific)",
        "[]|model spec: [] (expected: a merge patch: a JSON object with the keys to change)",
        "{|model spec: not JSON at line 1"
      })
  void theResultIsCheckedLikeAWholeSpec(String patch, String message) {
    assertThatThrownBy(() -> patched(patch))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining(message);
  }

  private static ModelSpec patched(String patch) throws SpecException {
    return ModelSpecPatch.apply(before(), patch);
  }

  private static ModelSpec before() throws SpecException {
    return ModelSpecReader.forModel("m").readYaml(BEFORE);
  }
}
