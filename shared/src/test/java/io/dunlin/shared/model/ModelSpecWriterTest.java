package io.dunlin.shared.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.model.ModelSpec.VersionPolicy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelSpecWriterTest {
  @Test
  void everyKeyIsWrittenInTheOrderOfTheContract() {
    List<String> keys = new ArrayList<>();
    ModelSpecWriter.toTree(ModelSpec.of("fraud", "models/fraud"))
        .fieldNames()
        .forEachRemaining(keys::add);

    assertThat(keys).containsExactlyElementsOf(ModelSpecMapping.ROOT_KEYS);
  }

  @Test
  void theDefaultSpecHasThisForm() {
    assertThat(ModelSpecWriter.toTree(ModelSpec.of("fraud", "models/fraud")).toString())
        .isEqualTo(
            "{\"name\":\"fraud\",\"source\":\"models/fraud\",\"versionPolicy\":{\"latest\":1},"
                + "\"replicas\":{\"min\":1,\"max\":1},\"device\":\"any\",\"memory\":\"measured\","
                + "\"batching\":{\"enabled\":true,\"maxBatchSize\":64,\"maxQueueDelay\":\"0ms\","
                + "\"allowedBatchSizes\":[]},\"queue\":{\"maxRows\":4096,\"maxBytes\":268435456},"
                + "\"timeout\":\"30s\",\"warmup\":{\"enabled\":true,\"runs\":1},"
                + "\"placement\":{\"zones\":[],\"labels\":{},\"spread\":true},\"priority\":3,"
                + "\"threading\":{\"lanes\":1,\"intraOp\":0,\"inlineOps\":true},"
                + "\"idempotent\":true,\"hedging\":false}");
  }

  @Test
  void everyPolicyIsReadBack() throws SpecException {
    List<VersionPolicy> policies =
        List.of(
            new VersionPolicy.All(),
            new VersionPolicy.Latest(3),
            new VersionPolicy.Specific(List.of(1L, 7L)));
    for (VersionPolicy policy : policies) {
      String json =
          ModelSpecWriter.toTree(ModelSpec.of("m", "s"))
              .set("versionPolicy", ModelSpecWriter.toTree(with(policy)).get("versionPolicy"))
              .toString();
      assertThat(ModelSpecReader.standalone().readJson(json).versionPolicy()).isEqualTo(policy);
    }
  }

  private static ModelSpec with(VersionPolicy policy) {
    ModelSpec spec = ModelSpec.of("m", "s");
    return new ModelSpec(
        spec.name(),
        spec.source(),
        policy,
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
  }
}
