package io.dunlin.shared.protocol.frame.socket;

import io.dunlin.shared.protocol.frame.CloseReason;
import io.dunlin.shared.protocol.frame.FrameHandler;
import io.dunlin.shared.protocol.frame.OutgoingMessage;

/** Who speaks over a {@link FrameChannel}; called on its event loop. */
public interface FrameChannelOwner extends FrameHandler {
  /** The socket is connected; nothing was said yet. */
  void opened(FrameChannel channel);

  /** The last byte of a message left the outbox. */
  void sent(OutgoingMessage message);

  /** An opened connection is over; called once, and nothing is called after it. */
  void closed(CloseReason reason, String message);
}
