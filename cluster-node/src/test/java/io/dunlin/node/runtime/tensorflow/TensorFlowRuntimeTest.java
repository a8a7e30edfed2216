package io.dunlin.node.runtime.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorFlowRuntimeTest {
  @Test
  void computesHalfPlusTwo() throws Exception {
    try (LoadedModel model = Examples.load("half_plus_two")) {
      List<Tensor> outputs =
          model.run(Signature.DEFAULT_NAME, Values.inputs(Values.column(1, 2, 5)));
      assertThat(outputs).singleElement().isEqualTo(Values.column(2.5f, 3, 4.5f));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "fraud-detection, fraud-detection",
    "fraud-detection, fraud-detection-fraud",
    "fraud-detection, fraud-detection-honest",
    "chest-xray, chest-xray",
    "chest-xray, chest-xray-clear",
    "chest-xray, chest-xray-jpeg",
    "chest-xray, chest-xray-pixels",
    "product-recommendations, product-recommendations",
    "product-recommendations, product-recommendations-new-user",
  })
  void answersTheShippedRequestsAsTensorFlowInPythonDid(String name, String request)
      throws Exception {
    JsonNode body = Examples.request(request + ".json");
    JsonNode expected = Examples.request("expected/" + request + ".json");
    try (LoadedModel model = Examples.load(name)) {
      Signature signature =
          model.description().signature(SampleRequests.signatureName(body)).orElseThrow();
      List<Tensor> outputs = model.run(signature.name(), SampleRequests.inputs(signature, body));
      for (int i = 0; i < outputs.size(); i++) {
        assertSame(outputs.get(i), expected.get(signature.outputs().get(i).name()));
      }
    }
  }

  private static void assertSame(Tensor output, JsonNode expected) {
    List<JsonNode> leaves = leaves(expected, new ArrayList<>());
    assertThat(output.rows()).isEqualTo(expected.size());
    if (output.dtype() == DataType.STRING) {
      assertThat(Values.strings(output))
          .containsExactlyElementsOf(leaves.stream().map(JsonNode::asText).toList());
      return;
    }
    float[] values = new float[leaves.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) leaves.get(i).asDouble();
    }
    assertThat(Values.floats(output)).containsExactly(values, offset(1e-4f));
  }

  private static List<JsonNode> leaves(JsonNode node, List<JsonNode> found) {
    if (node.isArray()) {
      node.forEach(element -> leaves(element, found));
    } else {
      found.add(node);
    }
    return found;
  }
}
