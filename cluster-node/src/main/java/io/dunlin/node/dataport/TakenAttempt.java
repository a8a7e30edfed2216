package io.dunlin.node.dataport;

import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.protocol.InferenceEndpoint.Attempt;
import io.dunlin.shared.protocol.InferenceEndpoint.ReplySink;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An attempt a gateway sent, from its first byte until its reply has left. Confined to the
 * session's event loop but for {@link #answered}.
 */
final class TakenAttempt implements ReplySink {
  private final long id;
  private final long costBytes;
  private final long arrivedNanos;
  private final GatewaySession session;
  private final AtomicBoolean answered = new AtomicBoolean();
  private @Nullable Attempt handle;
  private boolean cancelled;

  TakenAttempt(long id, long costBytes, long arrivedNanos, GatewaySession session) {
    this.id = id;
    this.costBytes = costBytes;
    this.arrivedNanos = arrivedNanos;
    this.session = session;
  }

  long id() {
    return id;
  }

  long costBytes() {
    return costBytes;
  }

  /** When its first byte came. */
  long arrivedNanos() {
    return arrivedNanos;
  }

  /** It was handed to the endpoint, which gave this handle. */
  void handedOver(Attempt newHandle) {
    handle = newHandle;
    if (cancelled) {
      newHandle.cancel();
    }
  }

  /** Nobody waits any more. */
  void cancel() {
    cancelled = true;
    if (handle != null) {
      handle.cancel();
    }
  }

  /** The first answer counts; a second one would be the endpoint's bug and is dropped. */
  @Override
  public void answered(InferenceReply reply) {
    if (answered.compareAndSet(false, true)) {
      session.answer(this, reply);
    }
  }
}
