package io.dunlin.gateway.http.tfserving;

import io.dunlin.gateway.http.json.JsonWriter;
import io.dunlin.gateway.http.tfserving.ModelLookup.Available;
import io.dunlin.gateway.routing.ServedVersion;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.TensorSpec;
import java.util.List;

/**
 * Status and metadata of a model, printed as proto3 JSON prints {@code GetModelStatusResponse} and
 * {@code GetModelMetadataResponse}: names in snake_case, 64-bit integers as strings, default values
 * included.
 */
final class DescriptionAnswer {
  private DescriptionAnswer() {}

  /** One entry per version, in the order given. */
  static JsonWriter status(List<ServedVersion> versions) {
    JsonWriter out = new JsonWriter(64 + 160 * versions.size());
    out.raw("{\"model_version_status\":");
    char before = '[';
    for (ServedVersion version : versions) {
      boolean failed = version.state() == ReplicaState.FAILED;
      out.raw(before);
      before = ',';
      out.raw("{\"version\":\"");
      out.number(version.version());
      out.raw("\",\"state\":\"");
      out.raw(state(version));
      out.raw("\",\"status\":{\"error_code\":\"");
      out.raw(failed ? "UNKNOWN" : "OK");
      out.raw("\",\"error_message\":");
      out.string(failed ? version.reason() : "");
      out.raw("}}");
    }
    out.raw("]}");
    return out;
  }

  /** The name in TensorFlow Serving's {@code ModelVersionStatus.State}. */
  private static String state(ServedVersion version) {
    return switch (version.state()) {
      case PENDING -> "START";
      case LOADING, WARMING -> "LOADING";
      case READY -> version.isAvailable() ? "AVAILABLE" : "LOADING";
      case DRAINING, UNLOADING -> "UNLOADING";
      case UNLOADED, FAILED -> "END";
    };
  }

  /**
   * Every signature of a version. {@code signature_def} is nested twice: the metadata map's key,
   * then the field of the {@code SignatureDefMap} under it.
   */
  static JsonWriter metadata(Available target) {
    JsonWriter out = new JsonWriter(2048);
    out.raw("{\"model_spec\":{\"name\":");
    out.string(target.description().version().model());
    out.raw(",\"signature_name\":\"\",\"version\":\"");
    out.number(target.version().version());
    out.raw("\"},\"metadata\":{\"signature_def\":{\"signature_def\":{");
    boolean first = true;
    for (Signature signature : target.description().signatures()) {
      if (!first) {
        out.raw(',');
      }
      first = false;
      out.key(signature.name());
      out.raw("{\"inputs\":");
      tensors(out, signature.inputs());
      out.raw(",\"outputs\":");
      tensors(out, signature.outputs());
      out.raw(",\"method_name\":");
      out.string(signature.methodName());
      out.raw(",\"defaults\":{}}");
    }
    out.raw("}}}}");
    return out;
  }

  private static void tensors(JsonWriter out, List<TensorSpec> specs) {
    out.raw('{');
    for (int i = 0; i < specs.size(); i++) {
      if (i > 0) {
        out.raw(',');
      }
      TensorSpec spec = specs.get(i);
      out.key(spec.name());
      out.raw("{\"dtype\":\"");
      out.raw(spec.dtype().protoName());
      out.raw("\",\"tensor_shape\":");
      shape(out, spec.shape());
      out.raw(",\"name\":");
      out.string(spec.graphName());
      out.raw('}');
    }
    out.raw('}');
  }

  private static void shape(JsonWriter out, Shape shape) {
    out.raw("{\"dim\":[");
    for (int axis = 0; axis < shape.rank(); axis++) {
      out.raw(axis == 0 ? "{\"size\":\"" : ",{\"size\":\"");
      out.number(shape.dim(axis));
      out.raw("\",\"name\":\"\"}");
    }
    out.raw(shape.isUnknownRank() ? "],\"unknown_rank\":true}" : "],\"unknown_rank\":false}");
  }
}
