package io.dunlin.cli;

import io.dunlin.cli.boot.ProcessSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Says so before the one start that takes longer: TensorFlow's native libraries are unpacked once
 * per machine, into the folder JavaCPP keeps them in.
 */
final class NativeLibraryNotice {

  private NativeLibraryNotice() {}

  static void print(ServeOptions options, Terminal terminal) {
    Path cache = cache();
    if (options.is(ProcessSettings.Role.NODE) && !isUnpacked(cache)) {
      terminal
          .out()
          .println(
              "  unpacking TensorFlow's native libraries into "
                  + cache
                  + " (once, about 630 MB, some seconds) ..");
    }
  }

  /** JavaCPP's own rule for its folder. */
  private static Path cache() {
    String named = System.getProperty("org.bytedeco.javacpp.cachedir", "");
    return named.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".javacpp", "cache")
        : Path.of(named);
  }

  private static boolean isUnpacked(Path cache) {
    try (Stream<Path> jars = Files.list(cache)) {
      return jars.anyMatch(
          jar -> jar.getFileName().toString().startsWith("tensorflow-core-native-"));
    } catch (IOException e) {
      // No folder yet, or none that can be read: JavaCPP will make one, or tell why it cannot.
      return false;
    }
  }
}
