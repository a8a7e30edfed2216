package io.dunlin.loadtest.jvm;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs another class's {@code main} with a control connection beside it: {@code ControlledMain PORT
 * CLASS ARGS..}.
 */
public final class ControlledMain {
  private ControlledMain() {}

  public static void main(String[] args) throws Exception {
    ControlServer control = new ControlServer(Integer.parseInt(args[0]));
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("load-test-control")
            .unstarted(() -> serveThenExit(control));
    thread.start();
    String[] rest = Arrays.copyOfRange(args, 2, args.length);
    try {
      Class.forName(args[1]).getMethod("main", String[].class).invoke(null, (Object) rest);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** A child must not outlive its parent: the end of the connection is its end. */
  private static void serveThenExit(ControlServer control) {
    try {
      control.serve();
    } catch (IOException e) {
      System.err.println("control connection: " + e);
    }
    System.exit(0);
  }
}
