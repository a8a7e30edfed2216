package io.dunlin.loadtest.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.loadtest.jvm.ControlServer;
import io.dunlin.loadtest.request.TensorJson;
import io.dunlin.node.runtime.LoadOptions;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.node.runtime.tensorflow.TensorFlowRuntime;
import io.dunlin.node.runtime.tensorflow.TensorFlowSettings;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.tensor.NamedTensor;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * The floor of a model: {@link LoadedModel#run} with one request's tensors in a loop, no server, no
 * decoding. {@code ModelLoop CONTROL_PORT VERSION_FOLDER REQUEST_FILE}, where the request is a V2
 * JSON body or a TensorFlow Serving one in row format.
 *
 * <p>Commands: {@code outputs} answers the outputs as a JSON object, the right answer for every
 * other path to the model; {@code run THREADS WARMUP_MILLIS MILLIS} answers the number of runs and
 * the latency histogram, see {@link LoopFigures}.
 */
public final class ModelLoop {
  private final LoadedModel model;
  private final Signature signature;
  private final List<LoadedModel.Input> inputs;

  private ModelLoop(LoadedModel model, Signature signature, List<LoadedModel.Input> inputs) {
    this.model = model;
    this.signature = signature;
    this.inputs = inputs;
  }

  public static void main(String[] args) throws Exception {
    int controlPort = Integer.parseInt(args[0]);
    Path folder = Path.of(args[1]);
    TensorFlowRuntime runtime = new TensorFlowRuntime(TensorFlowSettings.DEFAULT);
    try (LoadedModel model =
        runtime.load(new ModelVersionId("model", 1), folder, LoadOptions.DEFAULT)) {
      ModelLoop loop = prepare(model, new JsonMapper().readTree(Path.of(args[2]).toFile()));
      new ControlServer(controlPort)
          .on("outputs", argument -> loop.outputs().toString())
          .on("run", loop::run)
          .serve();
    }
  }

  private static ModelLoop prepare(LoadedModel model, JsonNode request) throws IOException {
    Signature signature =
        model
            .description()
            .signature(Signature.DEFAULT_NAME)
            .orElseThrow(() -> new IOException("the model has no " + Signature.DEFAULT_NAME));
    List<NamedTensor> tensors =
        request.has("inputs")
            ? TensorJson.fromV2(request)
            : TensorJson.fromRows(signature, request);
    List<LoadedModel.Input> inputs = new ArrayList<>();
    for (var spec : signature.inputs()) {
      inputs.add(
          tensors.stream()
              .filter(named -> named.name().equals(spec.name()))
              .map(named -> LoadedModel.Input.of(named.tensor()))
              .findFirst()
              .orElseThrow(() -> new IOException("the request has no input " + spec.name())));
    }
    return new ModelLoop(model, signature, inputs);
  }

  private ObjectNode outputs() throws ModelRunException {
    ObjectNode outputs = JsonNodeFactory.instance.objectNode();
    List<Tensor> tensors = model.run(signature.name(), inputs);
    for (int i = 0; i < tensors.size(); i++) {
      outputs.set(signature.outputs().get(i).name(), TensorJson.data(tensors.get(i)));
    }
    return outputs;
  }

  private String run(String argument) throws InterruptedException, ExecutionException {
    String[] fields = argument.split(" ", -1);
    int threads = Integer.parseInt(fields[0]);
    long from = System.nanoTime() + Long.parseLong(fields[1]) * 1_000_000;
    long until = from + Long.parseLong(fields[2]) * 1_000_000;
    List<Future<Histogram>> parts = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < threads; i++) {
        parts.add(pool.submit(() -> loop(from, until)));
      }
      Histogram all = new Histogram(3);
      for (Future<Histogram> part : parts) {
        all.add(part.get());
      }
      return LoopFigures.encode(all);
    }
  }

  private Histogram loop(long from, long until) throws ModelRunException {
    Histogram nanos = new Histogram(3);
    long begin = System.nanoTime();
    while (begin - until < 0) {
      model.run(signature.name(), inputs);
      long end = System.nanoTime();
      if (begin - from >= 0) {
        nanos.recordValue(end - begin);
      }
      begin = end;
    }
    return nanos;
  }
}
