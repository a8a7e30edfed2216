package io.dunlin.node.capacity;

import io.dunlin.shared.model.ByteSize;
import io.dunlin.shared.model.ReplicaId;
import java.util.List;

/** The answer to a request for memory. */
public sealed interface Reservation {
  /** The memory is reserved. */
  record Granted(Lease lease) implements Reservation {}

  /**
   * It does not fit; nothing is reserved.
   *
   * @param shortages what there is too little of; at least one
   */
  record Refused(ReplicaId replica, List<Shortage> shortages) implements Reservation {
    /** {@code fraud/1/0 needs 6.1 GiB of gpu:0, 2.3 GiB of 16 GiB free}. */
    public String reason() {
      return replica.entityId() + " " + needs();
    }

    /** The same without the replica's name, for where that is known. */
    public String needs() {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < shortages.size(); i++) {
        text.append(i == 0 ? "needs " : "; and ").append(shortages.get(i));
      }
      return text.toString();
    }
  }

  /**
   * @param what the account, such as {@code gpu:0} or {@code host}
   * @param neededBytes asked for
   * @param freeBytes not reserved; negative when a measurement showed more in use than there is
   * @param totalBytes of the account
   */
  record Shortage(String what, long neededBytes, long freeBytes, long totalBytes) {
    public long missingBytes() {
      return neededBytes - freeBytes;
    }

    @Override
    public String toString() {
      String needed = ByteSize.format(neededBytes);
      String free = ByteSize.format(freeBytes);
      if (needed.equals(free)) {
        needed = neededBytes + " B";
        free = freeBytes + " B";
      }
      return needed + " of " + what + ", " + free + " of " + ByteSize.format(totalBytes) + " free";
    }
  }
}
