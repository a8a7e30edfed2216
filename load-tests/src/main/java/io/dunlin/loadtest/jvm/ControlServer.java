package io.dunlin.loadtest.jvm;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The child's end of the control connection: answers commands until the parent hangs up. */
public final class ControlServer {
  /** Answers one command; what it throws becomes an error line. */
  @FunctionalInterface
  public interface Command {
    /**
     * @param argument what follows the command's name, may be empty
     * @return one line
     */
    String answer(String argument) throws Exception;
  }

  private final int parentPort;
  private final Map<String, Command> commands = new HashMap<>();

  /**
   * @param parentPort where the parent listens on the loopback address
   */
  public ControlServer(int parentPort) {
    this.parentPort = parentPort;
    JvmProbe probe = new JvmProbe();
    FlightRecording recording = new FlightRecording();
    on("sample", argument -> probe.sample().toLine());
    on("record", argument -> recording.start());
    on("dump", argument -> recording.dump(Path.of(argument)));
  }

  public ControlServer on(String name, Command command) {
    commands.put(name, command);
    return this;
  }

  /** Blocks until the parent hangs up. */
  public void serve() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), parentPort);
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        BufferedWriter out =
            new BufferedWriter(
                new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8))) {
      socket.setTcpNoDelay(true);
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.write(answer(line));
        out.write('\n');
        out.flush();
      }
    }
  }

  private String answer(String line) {
    int space = line.indexOf(' ');
    String name = space < 0 ? line : line.substring(0, space);
    Command command = commands.get(name);
    if (command == null) {
      return "error command: '" + name + "' (expected: one of " + commands.keySet() + ")";
    }
    try {
      return "ok " + command.answer(space < 0 ? "" : line.substring(space + 1));
    } catch (Exception e) {
      return "error " + String.valueOf(e).replace('\n', ' ');
    }
  }
}
