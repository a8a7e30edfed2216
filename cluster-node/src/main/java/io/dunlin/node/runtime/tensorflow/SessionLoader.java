package io.dunlin.node.runtime.tensorflow;

import io.dunlin.node.runtime.LoadOptions;
import io.dunlin.node.runtime.ModelLoadException;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.jspecify.annotations.Nullable;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Operation;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.global.tensorflow;

/**
 * One load, step by step: look at the folder, read the signatures, let TensorFlow load, find each
 * signature's tensors in the graph. What fails releases everything allocated before it.
 */
final class SessionLoader {
  private final SavedModelFolder folder;
  private final NativeOwner owner;
  private final NativeStatus status;
  private final TF_Graph graph;

  private SessionLoader(SavedModelFolder folder, NativeOwner owner) {
    this.folder = folder;
    this.owner = owner;
    this.status = new NativeStatus();
    owner.own(status, status::close);
    this.graph = tensorflow.TF_NewGraph();
    owner.own(graph, () -> tensorflow.TF_DeleteGraph(graph));
  }

  static TensorFlowModel load(
      ModelVersionId version, Path path, LoadOptions options, TensorFlowSettings settings)
      throws ModelLoadException {
    SavedModelFolder folder = SavedModelFolder.inspect(path);
    SavedModelFile.Graph serving = SavedModelFile.read(folder.graphFile()).servingGraph();
    List<Signature> signatures = SignatureReader.read(serving.signatures());
    TensorFlowNative.load();
    NativeOwner owner = new NativeOwner();
    try {
      SessionLoader loader = new SessionLoader(folder, owner);
      TF_Session session = loader.session(serving.tags(), options, settings);
      if (serving.restores() && !folder.hasVariables()) {
        loader.requireNoVariables();
      }
      TF_Buffer runOptions = SessionConfig.runOptions(owner, options.inlineOps());
      Map<String, SignatureCall> calls = new HashMap<>();
      for (Signature signature : signatures) {
        calls.put(signature.name(), loader.call(signature, session, runOptions));
      }
      return new TensorFlowModel(
          new ModelDescription(version, TensorFlowRuntime.PLATFORM, signatures),
          calls,
          owner,
          folder.loadedBytes());
    } catch (ModelLoadException | RuntimeException | Error e) {
      owner.close();
      throw e;
    }
  }

  private TF_Session session(List<String> tags, LoadOptions options, TensorFlowSettings settings)
      throws ModelLoadException {
    TF_Session session;
    try (NativeOwner scratch = new NativeOwner();
        BytePointer path = new BytePointer(folder.path().toString(), StandardCharsets.UTF_8);
        PointerPointer<BytePointer> tagArray = new PointerPointer<>(tags.size())) {
      TF_SessionOptions sessionOptions =
          SessionConfig.options(scratch, settings, options.intraOpThreads(), status);
      status.requireLoaded("session options");
      for (int i = 0; i < tags.size(); i++) {
        BytePointer tag = new BytePointer(tags.get(i), StandardCharsets.UTF_8);
        tagArray.put(i, scratch.own(tag, tag::close));
      }
      session =
          tensorflow.TF_LoadSessionFromSavedModel(
              sessionOptions,
              // Variables are read by this thread, which is a load's, not by the pool of all
              // models.
              SessionConfig.runOptions(scratch, true),
              path,
              tagArray,
              tags.size(),
              graph,
              null,
              status.handle());
    }
    status.requireLoaded("TensorFlow cannot load it");
    owner.own(session, () -> close(session));
    return session;
  }

  /** Without the variables' index TensorFlow restores nothing and says nothing: every run fails. */
  private void requireNoVariables() throws ModelLoadException {
    try (SizeTPointer position = new SizeTPointer(1)) {
      position.put(0);
      for (TF_Operation next = tensorflow.TF_GraphNextOperation(graph, position);
          next != null;
          next = tensorflow.TF_GraphNextOperation(graph, position)) {
        String type = tensorflow.TF_OperationOpType(next).getString();
        if (type.equals("VarHandleOp") || type.equals("VariableV2") || type.equals("Variable")) {
          throw new ModelLoadException(
              "variables: the graph has variable '"
                  + tensorflow.TF_OperationName(next).getString()
                  + "' but there is no file "
                  + folder.variableIndex());
        }
      }
    }
  }

  private SignatureCall call(
      Signature signature, TF_Session session, @Nullable TF_Buffer runOptions)
      throws ModelLoadException {
    RunSlots slots = new RunSlots(signature.inputs().size(), signature.outputs().size());
    owner.own(slots, slots::close);
    return new SignatureCall(
        signature,
        session,
        runOptions,
        find(signature, "input", signature.inputs()),
        find(signature, "output", signature.outputs()),
        slots);
  }

  /** The native array of the tensors' places in the graph. */
  private TF_Output find(Signature signature, String role, List<TensorSpec> specs)
      throws ModelLoadException {
    TF_Output array = new TF_Output(Math.max(1, specs.size()));
    owner.own(array, array::close);
    for (int i = 0; i < specs.size(); i++) {
      TensorSpec spec = specs.get(i);
      String where = "signature '" + signature.name() + "', " + role + " '" + spec.name() + "'";
      place(array.position(i), where, spec);
    }
    return array.position(0);
  }

  private void place(TF_Output output, String where, TensorSpec spec) throws ModelLoadException {
    String name = spec.graphName();
    int colon = name.lastIndexOf(':');
    String operationName = colon < 0 ? name : name.substring(0, colon);
    int index = colon < 0 ? 0 : parseIndex(name.substring(colon + 1));
    TF_Operation operation = tensorflow.TF_GraphOperationByName(graph, operationName);
    if (operation == null || index < 0 || index >= tensorflow.TF_OperationNumOutputs(operation)) {
      throw new ModelLoadException(where + ": the graph has no tensor '" + name + "'");
    }
    output.oper(operation).index(index);
    int dtype = tensorflow.TF_OperationOutputType(output);
    if (dtype != spec.dtype().number()) {
      throw new ModelLoadException(
          where
              + ": tensor '"
              + name
              + "' has dtype number "
              + dtype
              + " (expected: "
              + spec.dtype().number()
              + ", "
              + spec.dtype().protoName()
              + ")");
    }
  }

  private static int parseIndex(String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private void close(TF_Session session) {
    tensorflow.TF_CloseSession(session, status.handle());
    tensorflow.TF_DeleteSession(session, status.handle());
  }
}
