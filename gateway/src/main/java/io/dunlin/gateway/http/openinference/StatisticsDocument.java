package io.dunlin.gateway.http.openinference;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.gateway.http.openinference.InferenceStatistics.BatchStatistics;
import io.dunlin.gateway.http.openinference.InferenceStatistics.StatisticDuration;
import io.dunlin.gateway.http.openinference.InferenceStatistics.VersionStatistics;
import io.dunlin.gateway.routing.ServedModel;
import io.dunlin.gateway.routing.ServedVersion;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.model.ModelVersionId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer of the statistics extension: one entry for each version that can answer. */
final class StatisticsDocument {
  private static final StatisticDuration NEVER = new StatisticDuration(0, 0);

  private StatisticsDocument() {}

  /** All available versions of these models. */
  static ObjectNode of(List<ServedModel> models, InferenceStatistics statistics) {
    List<ModelVersionId> versions = new ArrayList<>();
    for (ServedModel model : models) {
      versions.addAll(available(model));
    }
    return write(versions, statistics);
  }

  /**
   * One model's available versions, or one of them.
   *
   * @throws InferenceException INVALID_ARGUMENT (so Triton answers) when there is none
   */
  static ObjectNode of(
      @Nullable ServedModel model,
      String name,
      @Nullable String version,
      InferenceStatistics statistics) {
    List<ModelVersionId> versions = model == null ? List.of() : available(model);
    if (model == null || versions.isEmpty()) {
      throw new InferenceException(
          FailureCode.INVALID_ARGUMENT, "requested model '" + name + "' is not available");
    }
    if (version == null) {
      return write(versions, statistics);
    }
    ServedVersion named =
        VersionLookup.find(model, version)
            .filter(ServedVersion::isAvailable)
            .orElseThrow(
                () ->
                    new InferenceException(
                        FailureCode.INVALID_ARGUMENT,
                        "requested model version is not available for model '" + name + "'"));
    return write(List.of(new ModelVersionId(name, named.version())), statistics);
  }

  private static List<ModelVersionId> available(ServedModel model) {
    return model.versions().stream()
        .filter(ServedVersion::isAvailable)
        .map(version -> new ModelVersionId(model.name(), version.version()))
        .sorted()
        .toList();
  }

  private static ObjectNode write(List<ModelVersionId> versions, InferenceStatistics statistics) {
    ObjectNode document = JsonAnswer.object();
    var array = document.putArray("model_stats");
    for (ModelVersionId version : versions) {
      entry(array.addObject(), version, statistics.snapshot(version));
    }
    return document;
  }

  private static void entry(ObjectNode entry, ModelVersionId id, VersionStatistics statistics) {
    entry.put("name", id.model());
    entry.put("version", Long.toString(id.version()));
    entry.put("last_inference", statistics.lastInferenceMillis());
    entry.put("inference_count", statistics.inferenceCount());
    entry.put("execution_count", statistics.executionCount());
    ObjectNode durations = entry.putObject("inference_stats");
    duration(durations, "success", statistics.success());
    duration(durations, "fail", statistics.fail());
    duration(durations, "queue", statistics.queue());
    duration(durations, "compute_input", statistics.computeInput());
    duration(durations, "compute_infer", statistics.computeInfer());
    duration(durations, "compute_output", statistics.computeOutput());
    duration(durations, "cache_hit", NEVER);
    duration(durations, "cache_miss", NEVER);
    entry.putObject("response_stats");
    var batches = entry.putArray("batch_stats");
    for (BatchStatistics batch : statistics.batches()) {
      ObjectNode written = batches.addObject();
      written.put("batch_size", batch.rows());
      duration(written, "compute_input", new StatisticDuration(batch.runs(), batch.inputNanos()));
      duration(written, "compute_infer", new StatisticDuration(batch.runs(), batch.inferNanos()));
      duration(written, "compute_output", new StatisticDuration(batch.runs(), batch.outputNanos()));
    }
    entry.putArray("memory_usage");
  }

  private static void duration(ObjectNode parent, String name, StatisticDuration duration) {
    parent.putObject(name).put("count", duration.count()).put("ns", duration.nanos());
  }
}
