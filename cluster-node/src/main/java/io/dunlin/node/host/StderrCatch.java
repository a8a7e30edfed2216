package io.dunlin.node.host;

import io.dunlin.node.host.ForeignFunctions.Type;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** File descriptor 2 turned to a file in memory for a moment, and back. */
final class StderrCatch {
  private static final int STDERR = 2;
  private static final int MFD_CLOEXEC = 1;

  private final MethodHandle dup2;
  private final MethodHandle close;
  private final int original;
  private final int memory;

  private StderrCatch(MethodHandle dup2, MethodHandle close, int original, int memory) {
    this.dup2 = dup2;
    this.close = close;
    this.original = original;
    this.memory = memory;
  }

  /** Empty where it cannot be done; then stderr is as it was. */
  static Optional<StderrCatch> begin() {
    Optional<MethodHandle> dup = ForeignFunctions.returningInt("dup", Type.INT);
    Optional<MethodHandle> dup2 = ForeignFunctions.returningInt("dup2", Type.INT, Type.INT);
    Optional<MethodHandle> close = ForeignFunctions.returningInt("close", Type.INT);
    Optional<MethodHandle> create =
        ForeignFunctions.returningInt("memfd_create", Type.POINTER, Type.INT);
    if (dup.isEmpty() || dup2.isEmpty() || close.isEmpty() || create.isEmpty()) {
      return Optional.empty();
    }
    int original = HostCalls.call(() -> (int) dup.get().invokeExact(STDERR));
    int memory =
        HostCalls.call(
            () -> (int) create.get().invokeWithArguments(HostCalls.text("stderr"), MFD_CLOEXEC));
    StderrCatch begun = new StderrCatch(dup2.get(), close.get(), original, memory);
    if (original >= 0 && memory >= 0 && begun.turn(memory)) {
      return Optional.of(begun);
    }
    begun.closeBoth();
    return Optional.empty();
  }

  void restore() {
    if (!turn(original)) {
      throw new IllegalStateException("stderr cannot be turned back");
    }
  }

  /** What was caught; to be called once, after {@link #restore}. */
  String text() {
    try {
      return Files.readString(Path.of("/proc/self/fd/" + memory), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    } finally {
      closeBoth();
    }
  }

  private boolean turn(int descriptor) {
    return HostCalls.call(() -> (int) dup2.invokeExact(descriptor, STDERR)) >= 0;
  }

  private void closeBoth() {
    for (int descriptor : new int[] {original, memory}) {
      if (descriptor >= 0) {
        // Nothing to be done where it fails.
        int unused = HostCalls.call(() -> (int) close.invokeExact(descriptor));
      }
    }
  }
}
