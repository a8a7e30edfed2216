package io.dunlin.gateway.http.openinference;

import static io.dunlin.gateway.http.openinference.FakeModels.signature;
import static io.dunlin.gateway.http.openinference.FakeModels.spec;
import static io.dunlin.gateway.http.openinference.InferBodies.ONE_TO_16;
import static io.dunlin.gateway.http.openinference.InferBodies.identity;
import static io.dunlin.gateway.http.openinference.InferBodies.sums;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dunlin.shared.tensor.DataType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Section C4 of the protocol: what is malformed, and what does not fit the model. */
class InferBindingTest {
  private final Fixture fixture = new Fixture();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | expected 2 inputs but got 0 inputs for model 'simple'. Got input(s) [], but missing"
            + " required input(s) ['INPUT0','INPUT1']. Please provide all required input(s).",
        "[a0] | expected 2 inputs but got 1 inputs for model 'simple'. Got input(s) ['INPUT0'], but"
            + " missing required input(s) ['INPUT1']. Please provide all required input(s).",
        "[a0,a0] | input 'INPUT0' already exists in request",
        "[a0,a1,a2] | unexpected inference input 'INPUT2' for model 'simple' (expected:"
            + " ['INPUT0','INPUT1'])",
        "[a0,a2] | unexpected inference input 'INPUT2' for model 'simple'",
        "[a0,fp] | inference input 'INPUT1' data-type is 'FP32', but model 'simple' expects 'INT32'",
        "[a0,fixed] | unexpected shape for input 'INPUT1' for model 'simple'. Expected [-1,16], got"
            + " [1,2]",
        "[a0,rank] | unexpected shape for input 'INPUT1' for model 'simple'. Expected [-1,16], got"
            + " [16]",
      })
  void inputsAreHeldAgainstTheModel(String inputs, String error) {
    String a = "{'name':'INPUT%d','shape':[1,16],'datatype':'INT32','data':" + ONE_TO_16 + "}";
    String body =
        ("{'inputs':"
                + inputs
                    .replace("a0", a.formatted(0))
                    .replace("a1", a.formatted(1))
                    .replace("a2", a.formatted(2))
                    .replace("fp", a.formatted(1).replace("INT32", "FP32"))
                    .replace(
                        "fixed", "{'name':'INPUT1','shape':[1,2],'datatype':'INT32','data':[1,2]}")
                    .replace("rank", a.formatted(1).replace("[1,16]", "[16]"))
                + "}")
            .replace('\'', '"');
    assertThat(fixture.refused("simple", body)).startsWith(error);
  }

  @Test
  void inputsInAnotherOrderAreBoundByName() {
    String body =
        """
        {"inputs": [
           {"name": "INPUT1", "shape": [1, 16], "datatype": "INT32", "data": %s},
           {"name": "INPUT0", "shape": [1, 16], "datatype": "INT32",
            "data": [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}]}
        """
            .formatted(ONE_TO_16);
    assertThat(fixture.inferred("simple", body).at("/outputs/1/data/0").asInt()).isEqualTo(-1);
  }

  @Test
  void onlyListedOutputsAreAnsweredInTheOrderAskedFor() {
    JsonNode one = fixture.inferred("simple", sums(",\"outputs\":[{\"name\":\"OUTPUT1\"}]"));
    assertThat(one.path("outputs")).hasSize(1);
    assertThat(one.at("/outputs/0/name").asText()).isEqualTo("OUTPUT1");
    JsonNode both =
        fixture.inferred(
            "simple", sums(",\"outputs\":[{\"name\":\"OUTPUT1\"},{\"name\":\"OUTPUT0\"}]"));
    assertThat(both.at("/outputs/0/name").asText()).isEqualTo("OUTPUT1");
    assertThat(both.at("/outputs/1/name").asText()).isEqualTo("OUTPUT0");
  }

  @Test
  void unknownOrRepeatedOutputsAreRefused() {
    assertThat(fixture.refused("simple", sums(",\"outputs\":[{\"name\":\"OUTPUT9\"}]")))
        .isEqualTo(
            "unexpected inference output 'OUTPUT9' for model 'simple'"
                + " (expected: one of [OUTPUT0, OUTPUT1])");
    assertThat(
            fixture.refused(
                "simple", sums(",\"outputs\":[{\"name\":\"OUTPUT0\"},{\"name\":\"OUTPUT0\"}]")))
        .isEqualTo("output 'OUTPUT0' already requested");
  }

  @Test
  void typesWithoutAnOpenInferenceNameCannotBeCarried() {
    fixture.models.ready(
        "spectrum",
        1,
        signature(
            List.of(spec("x", DataType.FLOAT, -1, -1)),
            List.of(spec("y", DataType.FLOAT, -1, -1), spec("z", DataType.COMPLEX64, -1, -1))));
    String body = identity("FP32", "[1,1]", "[1]");
    assertThat(fixture.refused("spectrum", body))
        .startsWith("output 'z' is of type complex64, which this protocol cannot carry");
    fixture.inferred(
        "spectrum", body.substring(0, body.length() - 1) + ",\"outputs\":[{\"name\":\"y\"}]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                     | The document is empty",
        "'   '                  | The document is empty",
        "{                      | failed to parse the request JSON buffer",
        "{'inputs':[}           | failed to parse the request JSON buffer",
        "{'inputs':[{'name':'x' | failed to parse the request JSON buffer",
        "{'inputs':[]}}         | text after the JSON object, at offset 13 (expected: the end, at 14)",
        "{'inputs':[]}{}        | text after the JSON object",
        "[]                     | Unable to parse 'request': ",
        "'\"x\"'                | Unable to parse 'request': ",
        "{}                     | Unable to parse 'inputs': attempt to access non-existing",
        "{'inputs':null}        | Unable to parse 'inputs': ",
        "{'inputs':{}}          | Unable to parse 'inputs': ",
        "{'inputs':[1]}         | Unable to parse 'inputs[0]': ",
        "{'inputs':[],'inputs':[]} | request: member 'inputs' is given twice",
        "{'id':1}               | Unable to parse 'id': ",
        "{'parameters':[]}      | Unable to parse 'parameters': ",
        "{'outputs':{}}         | Unable to parse 'outputs': ",
        "{'outputs':[{}]}       | outputs[0]: no 'name' (expected: a string)",
        "{'outputs':[{'name':1}]} | Unable to parse 'outputs[0].name': ",
        "{'outputs':[{'name':'y','parameters':{'binary_data':1}}]} |"
            + " Unable to parse 'outputs[0].parameters.binary_data': ",
        "{'outputs':[{'name':'y','parameters':{'classification':0}}]} |"
            + " Unable to parse 'outputs[0].parameters.classification': 0 (expected: an integer > 0)",
        "{'outputs':[{'name':'y','parameters':{'classification':-3}}]} |"
            + " Unable to parse 'outputs[0].parameters.classification': -3",
        "{'outputs':[{'name':'y','parameters':{'classification':1.5}}]} |"
            + " Unable to parse 'outputs[0].parameters.classification': ",
      })
  void malformedRequestsAreRefused(String body, String error) {
    assertThat(fixture.refused("identity", body.replace('\'', '"'))).contains(error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'datatype':'FP32','shape':[1,1],'data':[1]   | no 'name' (expected: a string)",
        "'name':1,'datatype':'FP32','shape':[1,1]     | Unable to parse 'inputs[0].name': ",
        "'name':'x','shape':[1,1],'data':[1]          | no 'datatype' (expected: a string)",
        "'name':'x','datatype':7,'shape':[1,1]        | Unable to parse 'inputs[0].datatype': ",
        "'name':'x','datatype':'FLOAT','shape':[1,1]  | 'inputs[0].datatype': 'FLOAT' (expected: one"
            + " of BOOL, UINT8,",
        "'name':'x','datatype':'FP32','data':[1]      | no 'shape' (expected: an array of integers",
        "'name':'x','datatype':'FP32','shape':3       | Unable to parse 'inputs[0].shape': ",
        "'name':'x','datatype':'FP32','shape':['1']   | Unable to parse 'inputs[0].shape': ",
        "'name':'x','datatype':'FP32','shape':[1.0]   | Unable to parse 'inputs[0].shape': ",
        "'name':'x','datatype':'FP32','shape':[-1,1],'data':[1] | Unable to parse"
            + " 'inputs[0].shape': -1 (expected: an unsigned integer)",
        "'name':'x','datatype':'FP32','shape':[4294967296,4294967296],'data':[1] |"
            + " 'inputs[0].shape': shape: [4294967296, 4294967296] (expected: fewer than 2^63",
        "'name':'x','datatype':'FP32','shape':[9223372036854775807],'data':[1] |"
            + " has 1 elements (expected: 9223372036854775807, the product of 'shape')",
        "'name':'x','datatype':'FP32','shape':[1,1]   | But none is set for input 'x'",
        "'name':'x','datatype':'FP32','shape':[1,1],'data':null | But none is set for input 'x'",
        "'name':'x','datatype':'FP32','shape':[1,1],'data':1 | Unable to parse 'inputs[0].data': ",
        "'name':'x','datatype':'FP32','shape':[1,1],'data':{} | Unable to parse 'inputs[0].data': ",
        "'name':'x','datatype':'FP32','shape':[1,1],'data':[1],'data':[1] |"
            + " inputs[0]: member 'data' is given twice",
        "'name':'x','datatype':'FP32','shape':[1,1],'data':[1],'parameters':{'binary_data_size':4}"
            + " | But both are set for input 'x'",
        "'name':'x','datatype':'FP32','shape':[1,1],'parameters':{'binary_data_size':4} |"
            + " must specify valid 'Inference-Header-Content-Length' in request header",
        "'name':'x','datatype':'FP32','shape':[1,1],'parameters':{'binary_data_size':'4'} |"
            + " Unable to parse 'inputs[0].parameters.binary_data_size': ",
        "'name':'x','datatype':'FP32','shape':[1,1],'parameters':{'binary_data_size':-4} |"
            + " Unable to parse 'inputs[0].parameters.binary_data_size': -4 (expected: an unsigned",
        "'name':'x','datatype':'FP32','shape':[1,2],'data':[1] |"
            + " Shape does not match true shape of 'data' field: 'inputs[0].data' has 1 elements"
            + " (expected: 2, the product of 'shape')",
        "'name':'x','datatype':'FP32','shape':[1,2],'data':[1,2,3] |"
            + " 'inputs[0].data' has 3 elements (expected: 2, the product of 'shape')",
        "'name':'x','datatype':'FP32','shape':[1,4],'data':[1,2,3,4,5,6,7] |"
            + " 'inputs[0].data' has more elements (expected: 4, the product of 'shape')",
        "'name':'x','datatype':'FP32','data':[1,2,3],'shape':[1,2] |"
            + " 'inputs[0].data' has 3 elements (expected: 2, the product of 'shape')",
      })
  void malformedInputsAreRefusedByField(String members, String error) {
    assertThat(fixture.refused("identity", ("{'inputs':[{" + members + "}]}").replace('\'', '"')))
        .contains(error);
  }

  @Test
  void moreTensorsThanAnyModelHasAreRefusedEarly() {
    StringBuilder body = new StringBuilder("{\"inputs\":[");
    for (int i = 0; i <= InferRequestReader.MAX_TENSORS; i++) {
      body.append(i == 0 ? "" : ",")
          .append("{\"name\":\"")
          .append(i)
          .append("\",\"shape\":[0],\"datatype\":\"BOOL\",\"data\":[]}");
    }
    assertThat(fixture.refused("identity", body.append("]}").toString()))
        .isEqualTo("inputs: more than 4096 (expected: at most that many)");
  }

  @Test
  void tensorsOfTooManyDimensionsAreRefused() {
    String shape = "[1" + ",1".repeat(254) + "]";
    assertThat(fixture.refused("identity", identity("FP32", shape, "[1]")))
        .startsWith("'inputs[0].shape': more than 254 sizes");
  }

  @Test
  void longErrorTextsAreCut() {
    String name = "\uD83D\uDE00".repeat(5000);
    String body = identity("FP32", "[1,1]", "[1]").replace("\"x\"", "\"" + name + "\"");
    assertThat(fixture.refused("identity", body)).hasSizeBetween(2000, 2060).endsWith("...");
  }

  @Test
  void sharedMemoryIsNotSupported() {
    for (String body :
        List.of(
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"parameters\":"
                + "{\"shared_memory_region\":\"r\",\"shared_memory_byte_size\":4}}]}",
            "{\"outputs\":[{\"name\":\"y\",\"parameters\":{\"shared_memory_region\":\"r\"}}]}")) {
      Fixture.Answer answer = fixture.infer("identity", body);
      assertThat(answer.status()).isEqualTo(501);
      assertThat(answer.error()).contains("shared memory is not supported");
    }
  }

  @Test
  void inputTensorsAreBoundedInBytes() {
    Fixture small = new Fixture(64, 64 << 20);
    String nine = "[1,2,3,4,5,6,7,8,9]";
    assertThat(
            small.infer("identity_double", identity("FP64", "[1,8]", "[1,2,3,4,5,6,7,8]")).status())
        .isEqualTo(200);
    for (String body :
        List.of(
            identity("FP64", "[1,9]", nine),
            "{\"inputs\":[{\"data\":"
                + nine
                + ",\"name\":\"x\",\"shape\":[1,9],"
                + "\"datatype\":\"FP64\"}]}")) {
      Fixture.Answer answer = small.infer("identity_double", body);
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.error()).contains("exceed 64 bytes");
      assertThat(answer.json().path("code").asText()).isEqualTo("payload_too_large");
    }
    assertThat(
            small
                .infer(
                    "identity_string", identity("BYTES", "[1,1]", "[\"" + "a".repeat(61) + "\"]"))
                .status())
        .isEqualTo(413);
    String half = "{\"name\":\"INPUT%d\",\"shape\":[1,16],\"datatype\":\"INT32\",\"data\":%s}";
    assertThat(
            small
                .infer(
                    "simple",
                    "{\"inputs\":["
                        + half.formatted(0, ONE_TO_16)
                        + ","
                        + half.formatted(1, ONE_TO_16)
                        + "]}")
                .status())
        .isEqualTo(413);
  }
}
