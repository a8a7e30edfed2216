package io.dunlin.loadtest.jvm;

import java.io.IOException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
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
    // A sample for every millisecond of CPU, where the JVM can (25 on Linux); else the wall
    // clock's.
    started.enable("jdk.CPUTimeSample").with("throttle", "1ms");
    started.enable("jdk.ExecutionSample").withPeriod(Duration.ofMillis(10));
    started.enable("jdk.ObjectAllocationSample").with("throttle", "2000/s");
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
