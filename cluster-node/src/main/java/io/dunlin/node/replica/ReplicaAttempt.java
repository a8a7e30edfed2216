package io.dunlin.node.replica;

import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.protocol.InferenceEndpoint.Attempt;
import io.dunlin.shared.protocol.InferenceEndpoint.ReplySink;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * An attempt on its way through the replica's mailbox: lets the caller cancel before the actor has
 * seen it, and the actor attach what cancels it afterwards.
 *
 * <pre>
 * null      -> executor's attempt   attach
 * null      -> CANCELLED            cancel came first; attach then cancels at once
 * </pre>
 */
final class ReplicaAttempt implements Attempt {
  private static final Attempt CANCELLED = () -> {};
  private static final VarHandle DELEGATE;

  static {
    try {
      DELEGATE =
          MethodHandles.lookup().findVarHandle(ReplicaAttempt.class, "delegate", Attempt.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ReplySink sink;

  @SuppressWarnings("UnusedVariable") // accessed through DELEGATE
  private volatile @Nullable Attempt delegate;

  ReplicaAttempt(ReplySink sink) {
    this.sink = sink;
  }

  ReplySink sink() {
    return sink;
  }

  void answer(InferenceReply reply) {
    sink.answered(reply);
  }

  void attach(Attempt attempt) {
    if (!DELEGATE.compareAndSet(this, null, attempt)) {
      attempt.cancel();
    }
  }

  @Override
  public void cancel() {
    Attempt before = (Attempt) DELEGATE.getAndSet(this, CANCELLED);
    if (before != null) {
      before.cancel();
    }
  }
}
