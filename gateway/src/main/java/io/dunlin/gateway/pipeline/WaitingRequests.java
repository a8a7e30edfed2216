package io.dunlin.gateway.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Requests that nobody can answer now and that wait for the routing table to change: for a
 * successor to be READY, or a connection to be made. Bounded in requests and bytes; each leaves at
 * the latest when its wait is over. Thread-safe; only requests without a replica come here.
 */
final class WaitingRequests {
  private final int maxRequests;
  private final long maxBytes;
  private final LinkedHashSet<Member> members = new LinkedHashSet<>(); // guarded by this
  private long bytes; // guarded by this

  /** One of them. */
  interface Member {
    /** What it holds while it waits; always the same. */
    long inputBytes();

    /** Something changed, and it is not waiting any more: it looks, and enters again or not. */
    void wake();
  }

  WaitingRequests(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
  }

  /** Takes a request in, if there is room. */
  synchronized boolean tryEnter(Member member) {
    if (members.size() >= maxRequests || member.inputBytes() > maxBytes - bytes) {
      return false;
    }
    if (members.add(member)) {
      bytes += member.inputBytes();
    }
    return true;
  }

  synchronized void leave(Member member) {
    if (members.remove(member)) {
      bytes -= member.inputBytes();
    }
  }

  /** Everybody looks for a replica again, those that came first first. */
  void wakeAll() {
    for (Member member : takeAll()) {
      member.wake();
    }
  }

  private synchronized List<Member> takeAll() {
    if (members.isEmpty()) {
      return List.of();
    }
    List<Member> all = new ArrayList<>(members);
    members.clear();
    bytes = 0;
    return all;
  }

  synchronized int size() {
    return members.size();
  }
}
