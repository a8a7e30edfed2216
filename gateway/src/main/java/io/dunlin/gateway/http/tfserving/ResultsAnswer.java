package io.dunlin.gateway.http.tfserving;

import io.dunlin.gateway.http.json.ElementWriter;
import io.dunlin.gateway.http.json.ElementWriter.Strings;
import io.dunlin.gateway.http.json.JsonTypeException;
import io.dunlin.gateway.http.json.JsonWriter;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.NamedTensor;
import io.dunlin.shared.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Outputs as the body of a classify or regress answer: {@code {"results":[..]}} with one element
 * per example, a list of {@code [label, score]} pairs or a number.
 */
final class ResultsAnswer {
  private static final String CLASSES = "classes";
  private static final String SCORES = "scores";
  private static final String OUTPUTS = "outputs";

  private ResultsAnswer() {}

  /**
   * Pairs {@code classes} (string [n,k]) with {@code scores} (float [n,k]). Where the model puts
   * out only one of them, labels are empty or scores 0.
   *
   * @throws JsonTypeException when the outputs are not like that
   */
  static JsonWriter classify(InferenceResult result, long examples, int maxBytes) {
    Tensor classes = find(result, CLASSES);
    Tensor scores = find(result, SCORES);
    if (classes == null && scores == null) {
      throw new JsonTypeException(
          "Expected classification signature outputs to contain at least one of \"classes\" or"
              + " \"scores\"");
    }
    long perExample = -1;
    if (classes != null) {
      perExample = requireTable(classes, CLASSES, DataType.STRING, examples);
    }
    if (scores != null) {
      long found = requireTable(scores, SCORES, DataType.FLOAT, examples);
      if (classes != null && found != perExample) {
        throw new JsonTypeException(
            "Tensors 'classes' and 'scores' of unequal size: " + perExample + " and " + found);
      }
      perExample = found;
    }
    JsonWriter out = new JsonWriter(1024, maxBytes);
    ElementWriter labelWriter =
        classes == null ? null : new ElementWriter(out, classes, Strings.TEXT_OR_BASE64);
    ElementWriter scoreWriter =
        scores == null ? null : new ElementWriter(out, scores, Strings.TEXT);
    out.raw("{\"results\":");
    char before = '[';
    for (long i = 0; i < examples; i++) {
      out.raw(before);
      before = ',';
      writePairs(out, labelWriter, scoreWriter, perExample);
    }
    out.raw("]}");
    return out;
  }

  private static void writePairs(
      JsonWriter out, @Nullable ElementWriter labels, @Nullable ElementWriter scores, long count) {
    out.raw('[');
    for (long i = 0; i < count; i++) {
      out.raw(i == 0 ? "[" : ",[");
      if (labels == null) {
        out.raw("\"\"");
      } else {
        labels.writeElement();
      }
      out.raw(',');
      if (scores == null) {
        out.raw("0.0");
      } else {
        scores.writeElement();
      }
      out.raw(']');
    }
    out.raw(']');
  }

  /**
   * Prints {@code outputs} (float [n] or [n,1]).
   *
   * @throws JsonTypeException when the output is not like that
   */
  static JsonWriter regress(InferenceResult result, long examples, int maxBytes) {
    Tensor values = find(result, OUTPUTS);
    if (values == null) {
      throw new JsonTypeException("Expected regression signature outputs to contain \"outputs\"");
    }
    long[] dims = values.dims();
    boolean vector = dims.length == 1 || dims.length == 2 && dims[1] == 1;
    if (values.dtype() != DataType.FLOAT || !vector || dims[0] != examples) {
      throw unfit(values, OUTPUTS, DataType.FLOAT, "[" + examples + "] or [" + examples + ",1]");
    }
    JsonWriter out = new JsonWriter(1024, maxBytes);
    out.raw("{\"results\":[");
    new ElementWriter(out, values, Strings.TEXT).writeRun(examples);
    out.raw("]}");
    return out;
  }

  /** The second size of a tensor that must be a table with one row per example. */
  private static long requireTable(Tensor tensor, String name, DataType dtype, long examples) {
    if (tensor.dtype() != dtype || tensor.rank() != 2 || tensor.dim(0) != examples) {
      throw unfit(tensor, name, dtype, "[" + examples + ",k]");
    }
    return tensor.dim(1);
  }

  private static JsonTypeException unfit(Tensor tensor, String name, DataType dtype, String shape) {
    return new JsonTypeException(
        "Tensor '"
            + name
            + "': "
            + tensor.dtype().label()
            + Arrays.toString(tensor.dims())
            + " (expected Tensor shape: "
            + dtype.label()
            + shape
            + ")");
  }

  private static @Nullable Tensor find(InferenceResult result, String name) {
    return result.output(name).map(NamedTensor::tensor).orElse(null);
  }
}
