package io.dunlin.loadtest.fault.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports on loopback that nobody has, side by side, below those the system hands out itself. */
public final class FreePorts {
  private static final int FIRST = 21_000;
  private static final int LAST = 31_000;

  private FreePorts() {}

  /**
   * The first of so many free ports. Another process may take them before they are used; where the
   * search begins follows from this process's id, so that two that search at once seldom meet.
   */
  public static int block(int count) throws IOException {
    int blocks = (LAST - FIRST) / count;
    int begin = (int) (ProcessHandle.current().pid() % blocks);
    for (int i = 0; i < blocks; i++) {
      int first = FIRST + (begin + i) % blocks * count;
      if (isFree(first, count)) {
        return first;
      }
    }
    throw new IOException("no " + count + " free ports between " + FIRST + " and " + LAST);
  }

  private static boolean isFree(int first, int count) {
    for (int port = first; port < first + count; port++) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }
}
