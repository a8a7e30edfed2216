package io.dunlin.gateway.http.openinference;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.gateway.routing.ServedModel;
import io.dunlin.gateway.routing.ServedVersion;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.TensorSpec;
import java.util.List;
import java.util.Locale;

/** The server's and the models' metadata. Pure. */
final class MetadataDocument {
  /** Triton's names of the extensions implemented here, and no others. */
  private static final List<String> EXTENSIONS =
      List.of(
          "classification",
          "model_repository",
          "schedule_policy",
          "model_configuration",
          "binary_tensor_data",
          "parameters",
          "statistics");

  private MetadataDocument() {}

  static ObjectNode server(OpenInferenceSettings settings) {
    ObjectNode document = JsonAnswer.object();
    document.put("name", settings.serverName());
    document.put("version", settings.serverVersion());
    ArrayNode extensions = document.putArray("extensions");
    EXTENSIONS.forEach(extensions::add);
    return document;
  }

  /** The names of all models, whatever their state. */
  static ObjectNode models(List<ServedModel> models) {
    ObjectNode document = JsonAnswer.object();
    ArrayNode names = document.putArray("models");
    models.forEach(model -> names.add(model.name()));
    return document;
  }

  /**
   * @param named whether the request named the version, so that only it is listed
   */
  static ObjectNode model(VersionLookup.Found found, Signature signature, boolean named) {
    ObjectNode document = JsonAnswer.object();
    document.put("name", found.model().name());
    ArrayNode versions = document.putArray("versions");
    if (named) {
      versions.add(Long.toString(found.version().version()));
    } else {
      // The model lists its highest version first, V2 its lowest.
      List<ServedVersion> all = found.model().versions();
      for (int i = all.size() - 1; i >= 0; i--) {
        if (all.get(i).isAvailable()) {
          versions.add(Long.toString(all.get(i).version()));
        }
      }
    }
    document.put("platform", found.description().platform());
    tensors(document.putArray("inputs"), signature.inputs());
    tensors(document.putArray("outputs"), signature.outputs());
    return document;
  }

  /** V2's name of a type; for one V2 does not have, TensorFlow's in upper case. */
  static String datatype(DataType dtype) {
    return dtype.v2Name().orElseGet(() -> dtype.label().toUpperCase(Locale.ROOT));
  }

  private static void tensors(ArrayNode array, List<TensorSpec> specs) {
    for (TensorSpec spec : specs) {
      ObjectNode tensor = array.addObject();
      tensor.put("name", spec.name());
      tensor.put("datatype", datatype(spec.dtype()));
      dims(tensor.putArray("shape"), spec.shape(), 0);
    }
  }

  /** Writes the sizes from an axis on; V2 has no unknown rank, Triton writes one variable size. */
  static void dims(ArrayNode array, Shape shape, int from) {
    if (shape.isUnknownRank()) {
      array.add(-1);
    }
    for (int axis = from; axis < shape.rank(); axis++) {
      array.add(shape.dim(axis));
    }
  }
}
