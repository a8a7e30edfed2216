package io.dunlin.loadtest.fault.cluster;

import java.io.IOException;
import java.util.List;

/** Where a cluster's processes have their addresses. */
public interface Network extends AutoCloseable {
  /** The address of the process with that index. */
  String host(int index);

  /** What a command must be put behind to run at that address; empty for nothing. */
  List<String> prefix(int index);

  /** Nothing gets through to or from that process. */
  void cut(int index) throws IOException;

  /** Nothing from {@code from} reaches {@code to}; the other direction stays. */
  void cutOneWay(int from, int to) throws IOException;

  /** Undoes every cut. */
  void heal() throws IOException;

  @Override
  void close();

  /** All processes on 127.0.0.1; nothing can be cut. */
  static Network loopback() {
    return new Network() {
      @Override
      public String host(int index) {
        return "127.0.0.1";
      }

      @Override
      public List<String> prefix(int index) {
        return List.of();
      }

      @Override
      public void cut(int index) {
        throw new UnsupportedOperationException("loopback cannot be cut");
      }

      @Override
      public void cutOneWay(int from, int to) {
        throw new UnsupportedOperationException("loopback cannot be cut");
      }

      @Override
      public void heal() {}

      @Override
      public void close() {}
    };
  }
}
