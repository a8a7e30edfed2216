package io.dunlin.node.runtime.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorFlowRuntimeTest {
  @Test
  void computesHalfPlusTwo() throws ModelRunException {
    try (LoadedModel model = Examples.load("half_plus_two")) {
      List<Tensor> outputs =
          model.run(Signature.DEFAULT_NAME, Values.inputs(Values.column(1, 2, 5)));
      assertThat(outputs).singleElement().isEqualTo(Values.column(2.5f, 3, 4.5f));
    }
  }

  @Test
  void answersTheFraudRequestAsTensorFlowInPythonDid() throws ModelRunException {
    JsonNode expected = Examples.request("expected/fraud-detection.json");
    try (LoadedModel model = Examples.load("fraud-detection")) {
      Signature signature = model.description().signature(Signature.DEFAULT_NAME).orElseThrow();
      JsonNode rows = Examples.request("fraud-detection.json").get("instances");
      List<Tensor> outputs =
          model.run(Signature.DEFAULT_NAME, FraudRequests.inputs(signature, rows));
      assertThat(signature.outputs())
          .extracting(spec -> spec.name())
          .containsExactly("decision", "fraud_probability");
      List<String> decisions = Values.strings(outputs.get(0));
      float[] probabilities = Values.floats(outputs.get(1));
      assertThat(decisions).hasSize(rows.size());
      for (int i = 0; i < rows.size(); i++) {
        assertThat(decisions.get(i)).isEqualTo(expected.get("decision").get(i).asText());
        assertThat(probabilities[i])
            .isCloseTo((float) expected.get("fraud_probability").get(i).asDouble(), within(1e-5f));
      }
    }
  }
}
