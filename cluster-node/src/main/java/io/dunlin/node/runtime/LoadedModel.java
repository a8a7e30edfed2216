package io.dunlin.node.runtime;

import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.tensor.Tensor;
import java.util.List;

/**
 * A model version in memory. {@link #run} may be called by several threads at once; {@link #close}
 * waits for runs under way and later runs throw {@link IllegalStateException}.
 */
public interface LoadedModel extends AutoCloseable {
  ModelDescription description();

  /**
   * Runs a signature once.
   *
   * @param signature a name from {@link #description()}
   * @param inputs one entry per input of the signature, in its order
   * @return one tensor per output of the signature, in its order
   * @throws ModelRunException when the graph refuses the inputs or fails; says whose mistake it was
   */
  List<Tensor> run(String signature, List<Input> inputs) throws ModelRunException;

  /**
   * Bytes of native memory the loaded artifact was measured to hold; an estimate until warmed up.
   */
  long memoryBytes();

  @Override
  void close();

  /**
   * One input of a run: parts that are stacked along the first dimension on their way into native
   * memory, so that a batch costs no copy of its own.
   *
   * @param parts at least one; several must stack ({@link Tensor#stacksWith})
   * @param paddingRows copies of the last row to append, so that the run has an allowed batch size
   */
  record Input(List<Tensor> parts, int paddingRows) {
    public static Input of(Tensor tensor) {
      return new Input(List.of(tensor), 0);
    }
  }
}
