package io.dunlin.loadtest.jvm;

import java.io.IOException;
import java.nio.file.Path;

/** A server in a process of its own, whose use of the machine can be read. Used by one thread. */
public interface ServerProcess extends AutoCloseable {
  String name();

  boolean isAlive();

  /** What it has used since it began. */
  JvmSample sample() throws IOException;

  /** Begins a flight recording. */
  void startRecording() throws IOException;

  /** Ends it and writes it to a file. */
  void dumpRecording(Path file) throws IOException;

  /** Ends the process and waits for that. */
  @Override
  void close();
}
