package io.dunlin.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of another JVM like this one. */
final class ChildJvm {

  private ChildJvm() {}

  /**
   * @param heapBytes its largest heap, unless this JVM was told one: then that is every child's too
   */
  static List<String> command(List<String> arguments, long heapBytes) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      // A child's output is a pipe, and several must not write one archive at once.
      if (!flag.startsWith("-Ddunlin.terminal") && !flag.equals("-XX:+AutoCreateSharedArchive")) {
        command.add(flag);
      }
    }
    if (command.stream()
        .noneMatch(flag -> flag.startsWith("-Xmx") || flag.startsWith("-XX:MaxRAM"))) {
      command.add("-Xmx" + (heapBytes >> 20) + "m");
    }
    command.add("-D" + ParentWatch.PROPERTY + "=true");
    String classPath = System.getProperty("java.class.path");
    if (classPath.endsWith(".jar") && !classPath.contains(System.getProperty("path.separator"))) {
      command.addAll(List.of("-jar", classPath));
    } else {
      command.addAll(
          List.of(
              "--add-opens=java.base/java.nio=ALL-UNNAMED",
              "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
              "-cp",
              classPath,
              Main.class.getName()));
    }
    command.addAll(arguments);
    return command;
  }
}
