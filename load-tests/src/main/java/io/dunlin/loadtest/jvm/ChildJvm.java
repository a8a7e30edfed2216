package io.dunlin.loadtest.jvm;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A child JVM on the same class path, with a control connection. Used by one thread. */
public final class ChildJvm implements ServerProcess {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(180);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

  private final String name;
  private final Process process;
  private final Socket control;
  private final BufferedReader answers;
  private final BufferedWriter commands;

  private ChildJvm(String name, Process process, Socket control) throws IOException {
    this.name = name;
    this.process = process;
    this.control = control;
    control.setTcpNoDelay(true);
    answers =
        new BufferedReader(new InputStreamReader(control.getInputStream(), StandardCharsets.UTF_8));
    commands =
        new BufferedWriter(
            new OutputStreamWriter(control.getOutputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts a program that knows nothing of being measured.
   *
   * @param name for messages and the log's file name
   * @param flags of the JVM
   * @param logs folder for what the child prints
   */
  public static ChildJvm program(
      String name, List<String> flags, Path logs, String mainClass, List<String> args)
      throws IOException {
    List<String> all = new ArrayList<>();
    all.add(mainClass);
    all.addAll(args);
    return start(name, flags, logs, ControlledMain.class.getName(), all);
  }

  /** Starts a program whose first argument is the port of its {@link ControlServer}. */
  public static ChildJvm tool(
      String name, List<String> flags, Path logs, Class<?> mainClass, List<String> args)
      throws IOException {
    return start(name, flags, logs, mainClass.getName(), args);
  }

  private static ChildJvm start(
      String name, List<String> flags, Path logs, String mainClass, List<String> args)
      throws IOException {
    Files.createDirectories(logs);
    Path log = logs.resolve(name + ".log");
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(flags);
      command.add("-cp");
      command.add(System.getProperty("java.class.path"));
      command.add(mainClass);
      command.add(Integer.toString(listening.getLocalPort()));
      command.addAll(args);
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().putIfAbsent("TF_CPP_MIN_LOG_LEVEL", "2");
      builder.environment().putIfAbsent("DUNLIN_LOG_LEVEL", "WARN");
      Process process = builder.start();
      try {
        return new ChildJvm(name, process, accept(name, listening, process, log));
      } catch (IOException | RuntimeException e) {
        process.destroyForcibly();
        throw e;
      }
    }
  }

  private static Socket accept(String name, ServerSocket listening, Process process, Path log)
      throws IOException {
    listening.setSoTimeout(200);
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (System.nanoTime() - deadline < 0) {
      try {
        return listening.accept();
      } catch (SocketTimeoutException e) {
        if (!process.isAlive()) {
          throw new IOException(name + ": exited with " + process.exitValue() + ", see " + log, e);
        }
      }
    }
    throw new IOException(name + ": no control connection within " + START_TIMEOUT);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /**
   * Asks the child something.
   *
   * @throws IOException when it answers with an error, or not at all
   */
  public String ask(String command) throws IOException {
    commands.write(command);
    commands.write('\n');
    commands.flush();
    String line = answers.readLine();
    if (line == null) {
      throw new IOException(name + ": ended while asked '" + command + "'");
    }
    if (!line.startsWith("ok ")) {
      throw new IOException(name + ": '" + command + "': " + line);
    }
    return line.substring("ok ".length());
  }

  @Override
  public void startRecording() throws IOException {
    ask("record");
  }

  @Override
  public void dumpRecording(Path file) throws IOException {
    ask("dump " + file.toAbsolutePath());
  }

  @Override
  public JvmSample sample() throws IOException {
    return JvmSample.fromLine(ask("sample"));
  }

  /** Hangs up, which ends the child, and waits for it. */
  @Override
  public void close() {
    try {
      control.close();
      if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
