package io.dunlin.gateway.http.openinference;

import static io.dunlin.gateway.http.openinference.FakeModels.signature;
import static io.dunlin.gateway.http.openinference.FakeModels.spec;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.tensor.DataType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetadataTest {
  private final Fixture fixture = new Fixture();

  private JsonNode ok(String path) {
    Fixture.Answer answer = fixture.get(path).send();
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.response().contentType()).isEqualTo("application/json");
    return answer.json();
  }

  @Test
  void theServerListsWhatItImplementsAndNothingElse() {
    assertThat(ok("/v2"))
        .isEqualTo(
            Fixture.parse(
                """
                {"name": "dunlin", "version": "0.1.0", "extensions": ["classification",
                 "model_repository", "schedule_policy", "model_configuration",
                 "binary_tensor_data", "parameters", "statistics"]}
                """));
    assertThat(ok("/v2/")).isEqualTo(ok("/v2"));
  }

  @Test
  void modelsAreListedByName() {
    fixture.models.named("aaa");
    assertThat(ok("/v2/models").path("models").get(0).asText()).isEqualTo("aaa");
    assertThat(ok("/v2/models").path("models")).hasSize(fixture.models.all().size());
  }

  @Test
  void aModelSaysItsVersionsAndTensors() {
    fixture
        .models
        .ready("simple", 3, FakeModels.sums())
        .inState("simple", 2, ReplicaState.FAILED, "broken")
        .inState("simple", 4, ReplicaState.LOADING, "");
    JsonNode metadata = ok("/v2/models/simple");
    assertThat(metadata)
        .isEqualTo(
            Fixture.parse(
                """
                {"name": "simple", "versions": ["1", "3"], "platform": "tensorflow_savedmodel",
                 "inputs": [{"name": "INPUT0", "datatype": "INT32", "shape": [-1, 16]},
                            {"name": "INPUT1", "datatype": "INT32", "shape": [-1, 16]}],
                 "outputs": [{"name": "OUTPUT0", "datatype": "INT32", "shape": [-1, 16]},
                             {"name": "OUTPUT1", "datatype": "INT32", "shape": [-1, 16]}]}
                """));
    assertThat(ok("/v2/models/simple/versions/1").path("versions").toString()).isEqualTo("[\"1\"]");
  }

  @Test
  void anAliasNamesAVersion() {
    fixture.models.ready("simple", 3, FakeModels.sums()).alias("simple", "stable", 1);
    assertThat(ok("/v2/models/simple/versions/stable").path("versions").toString())
        .isEqualTo("[\"1\"]");
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL, BOOL, TYPE_BOOL",
    "UINT8, UINT8, TYPE_UINT8",
    "UINT16, UINT16, TYPE_UINT16",
    "UINT32, UINT32, TYPE_UINT32",
    "UINT64, UINT64, TYPE_UINT64",
    "INT8, INT8, TYPE_INT8",
    "INT16, INT16, TYPE_INT16",
    "INT32, INT32, TYPE_INT32",
    "INT64, INT64, TYPE_INT64",
    "HALF, FP16, TYPE_FP16",
    "BFLOAT16, BF16, TYPE_BF16",
    "FLOAT, FP32, TYPE_FP32",
    "DOUBLE, FP64, TYPE_FP64",
    "STRING, BYTES, TYPE_STRING",
    "COMPLEX64, COMPLEX64, TYPE_INVALID",
  })
  void everyTypeHasItsNames(DataType dtype, String datatype, String configType) {
    String model = "/v2/models/identity_" + dtype.label();
    assertThat(ok(model).at("/inputs/0/datatype").asText()).isEqualTo(datatype);
    assertThat(ok(model + "/config").at("/input/0/data_type").asText()).isEqualTo(configType);
  }

  @Test
  void unknownRanksAndScalarsHaveShapesToo() {
    fixture.models.ready(
        "odd",
        1,
        signature(
            List.of(FakeModels.specOfUnknownRank("any", DataType.FLOAT)),
            List.of(spec("scalar", DataType.FLOAT))));
    JsonNode metadata = ok("/v2/models/odd");
    assertThat(metadata.at("/inputs/0/shape").toString()).isEqualTo("[-1]");
    assertThat(metadata.at("/outputs/0/shape").toString()).isEqualTo("[]");
  }

  @Test
  void aModelWithoutTheDefaultSignatureShowsItsFirstOwn() {
    fixture.models.ready(
        "other",
        1,
        signature("__saved_model_init_op", List.of(), List.of(spec("init", DataType.INT32))),
        FakeModels.identity("score", DataType.DOUBLE));
    assertThat(ok("/v2/models/other").at("/inputs/0/datatype").asText()).isEqualTo("FP64");
  }

  @Test
  void aModelWithoutSignaturesHasNoTensors() {
    fixture.models.ready("empty", 1);
    assertThat(ok("/v2/models/empty").path("inputs")).isEmpty();
    assertThat(ok("/v2/models/empty").path("outputs")).isEmpty();
    Fixture.Answer answer = fixture.infer("empty", "{\"inputs\":[]}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).isEqualTo("model 'empty' has no signature to call");
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/models/none, 404, Request for unknown model: 'none' is not found",
    "/v2/models/simple/versions/99, 404,"
        + " Request for unknown model: 'simple' version 99 is not found",
    "/v2/models/simple/versions/99999999999999999999, 404,"
        + " Request for unknown model: 'simple' version 99999999999999999999 is not found",
    "/v2/models/simple/versions/v1.2, 404,"
        + " Request for unknown model: 'simple' version v1.2 is not found",
    "/v2/models/nothing, 404, Request for unknown model: 'nothing' has no available versions:"
        + " its source has no version",
    "/v2/models/broken, 404, Request for unknown model: 'broken' has no available versions:"
        + " no variables",
    "/v2/models/broken/versions/2, 503,"
        + " Request for unknown model: 'broken' version 2 is not at ready state: no variables",
    "/v2/models/none/config, 404, Request for unknown model: 'none' is not found",
    "/v2/models/simple/versions/99/config, 404,"
        + " Request for unknown model: 'simple' version 99 is not found",
  })
  void whatIsNotThereIsSaidInTritonsWords(String path, int status, String error) {
    fixture.models.named("nothing").inState("broken", 2, ReplicaState.FAILED, "no variables");
    Fixture.Answer answer = fixture.get(path).send();
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.error()).isEqualTo(error);
  }

  @Test
  void theConfigOfABatchedModelLeavesOutTheBatchDimension() {
    assertThat(ok("/v2/models/simple/config"))
        .isEqualTo(
            Fixture.parse(
                """
                {"name": "simple", "platform": "tensorflow_savedmodel", "backend": "tensorflow",
                 "version_policy": {"latest": {"num_versions": 1}}, "max_batch_size": 32,
                 "input": [
                  {"name": "INPUT0", "data_type": "TYPE_INT32", "dims": [16],
                   "format": "FORMAT_NONE", "is_shape_tensor": false,
                   "allow_ragged_batch": false, "optional": false},
                  {"name": "INPUT1", "data_type": "TYPE_INT32", "dims": [16],
                   "format": "FORMAT_NONE", "is_shape_tensor": false,
                   "allow_ragged_batch": false, "optional": false}],
                 "output": [
                  {"name": "OUTPUT0", "data_type": "TYPE_INT32", "dims": [16],
                   "label_filename": "", "is_shape_tensor": false},
                  {"name": "OUTPUT1", "data_type": "TYPE_INT32", "dims": [16],
                   "label_filename": "", "is_shape_tensor": false}],
                 "dynamic_batching": {}, "model_transaction_policy": {"decoupled": false},
                 "parameters": {}}
                """));
  }

  @Test
  void theConfigOfAModelWithoutRowsHasAllDimensions() {
    fixture.models.ready(
        "fixed",
        1,
        signature(List.of(spec("v", DataType.FLOAT, 3)), List.of(spec("total", DataType.FLOAT))));
    JsonNode config = ok("/v2/models/fixed/config");
    assertThat(config.path("max_batch_size").asInt()).isZero();
    assertThat(config.at("/input/0/dims").toString()).isEqualTo("[3]");
    assertThat(config.has("dynamic_batching")).isFalse();
  }
}
