package io.dunlin.loadtest.jvm;

import java.io.IOException;
import java.nio.file.Path;
import java.text.ParseException;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;

/** A flight recording with the JDK's {@code profile} settings. Used by one thread. */
final class FlightRecording {
  private @Nullable Recording recording;

  String start() throws IOException, ParseException {
    if (recording != null) {
      throw new IllegalStateException("a recording is running");
    }
    Recording started = new Recording(Configuration.getConfiguration("profile"));
    // Twice the default rate of "profile": a short run still gives a few thousand stacks.
    started.enable("jdk.ExecutionSample").withPeriod(java.time.Duration.ofMillis(10));
    started.enable("jdk.ObjectAllocationSample").with("throttle", "1000/s");
    started.start();
    recording = started;
    return "recording";
  }

  String dump(Path file) throws IOException {
    if (recording == null) {
      throw new IllegalStateException("no recording is running");
    }
    try (Recording stopping = recording) {
      recording = null;
      stopping.stop();
      stopping.dump(file);
    }
    return file.toString();
  }
}
