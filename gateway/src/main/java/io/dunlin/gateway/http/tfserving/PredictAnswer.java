package io.dunlin.gateway.http.tfserving;

import io.dunlin.gateway.http.json.ElementWriter;
import io.dunlin.gateway.http.json.ElementWriter.Strings;
import io.dunlin.gateway.http.json.JsonTypeException;
import io.dunlin.gateway.http.json.JsonWriter;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.NamedTensor;
import io.dunlin.shared.tensor.Tensor;
import java.util.List;

/**
 * Outputs as the body of a predict answer, in the format of the request: {@code
 * {"predictions":[...]}} by rows, {@code {"outputs":...}} by columns. A single output goes without
 * its name.
 *
 * <p>A string output whose name ends in {@code _bytes} is printed as {@code b64} objects. In other
 * string outputs only an element that is not UTF-8 is: the answer is valid JSON whatever the model
 * puts out, and nothing is lost.
 */
final class PredictAnswer {
  /** Beyond this the text grows as it is written: the guess may be far too high. */
  private static final int MAX_FIRST_BYTES = 8 << 20;

  private PredictAnswer() {}

  /**
   * @throws JsonTypeException when an output has no JSON form, or the outputs cannot be cut into
   *     the same number of rows
   * @throws io.dunlin.gateway.http.json.JsonTooLargeException when it exceeds {@code maxBytes}
   */
  static JsonWriter write(List<NamedTensor> outputs, boolean rows, int maxBytes) {
    long expected = 64;
    for (NamedTensor output : outputs) {
      expected += ElementWriter.expectedBytes(output.tensor());
      if (rows && output.tensor().rank() > 0) {
        expected += output.tensor().rows() * (output.name().length() + 8L);
      }
    }
    JsonWriter out = new JsonWriter((int) Math.min(expected, MAX_FIRST_BYTES), maxBytes);
    if (rows) {
      long count = rowCount(outputs);
      out.raw("{\"predictions\":[");
      writeRows(out, outputs, count);
      out.raw("]}");
    } else {
      out.raw("{\"outputs\":");
      writeColumns(out, outputs);
      out.raw('}');
    }
    return out;
  }

  private static long rowCount(List<NamedTensor> outputs) {
    if (outputs.isEmpty()) {
      throw new JsonTypeException("Model gave no outputs (expected: at least one)");
    }
    long count = -1;
    for (NamedTensor output : outputs) {
      Tensor tensor = output.tensor();
      if (tensor.rank() == 0) {
        throw new JsonTypeException(
            "Tensor name: "
                + output.name()
                + " has no shape information (expected: at least one dimension, for the rows of"
                + " 'instances')");
      }
      if (count >= 0 && tensor.rows() != count) {
        throw new JsonTypeException(
            "Tensor name: "
                + output.name()
                + " has inconsistent batch size: "
                + tensor.rows()
                + " expecting: "
                + count);
      }
      count = tensor.rows();
    }
    return count;
  }

  private static void writeRows(JsonWriter out, List<NamedTensor> outputs, long rows) {
    int count = outputs.size();
    ElementWriter[] writers = new ElementWriter[count];
    for (int i = 0; i < count; i++) {
      writers[i] = elements(out, outputs.get(i));
    }
    if (count == 1 && outputs.get(0).tensor().rank() == 1) {
      writers[0].writeRun(rows);
      return;
    }
    for (long row = 0; row < rows; row++) {
      if (row > 0) {
        out.raw(',');
      }
      if (count == 1) {
        writers[0].writeNested(outputs.get(0).tensor(), 1);
        continue;
      }
      for (int i = 0; i < count; i++) {
        out.raw(i == 0 ? '{' : ',');
        out.key(outputs.get(i).name());
        writers[i].writeNested(outputs.get(i).tensor(), 1);
      }
      out.raw('}');
    }
  }

  private static void writeColumns(JsonWriter out, List<NamedTensor> outputs) {
    if (outputs.size() == 1) {
      NamedTensor output = outputs.get(0);
      elements(out, output).writeNested(output.tensor(), 0);
      return;
    }
    out.raw('{');
    for (int i = 0; i < outputs.size(); i++) {
      if (i > 0) {
        out.raw(',');
      }
      NamedTensor output = outputs.get(i);
      out.key(output.name());
      elements(out, output).writeNested(output.tensor(), 0);
    }
    out.raw('}');
  }

  private static ElementWriter elements(JsonWriter out, NamedTensor output) {
    boolean binary = output.tensor().dtype() == DataType.STRING && output.name().endsWith("_bytes");
    return new ElementWriter(
        out, output.tensor(), binary ? Strings.BASE64 : Strings.TEXT_OR_BASE64);
  }
}
