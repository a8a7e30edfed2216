package io.dunlin.loadtest.fault.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A small file system of its own in memory, to be filled to the last byte (Linux, root). */
public final class SmallDisk implements AutoCloseable {
  private static final int BLOCK_BYTES = 4096;

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** Why there can be none here; empty when there can. */
  public static Optional<String> cannot() {
    try {
      Path folder = Files.createTempDirectory("dunlin-disk");
      try (SmallDisk disk = mount(folder, 1)) {
        return Optional.empty();
      } finally {
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      return Optional.of("a small disk needs Linux and root: " + e.getMessage());
    }
  }

  /**
   * Mounts one.
   *
   * @param folder an empty folder, which is the disk from now on
   */
  public static SmallDisk mount(Path folder, int mebibytes) throws IOException {
    Files.createDirectories(folder);
    Shell.run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", folder.toString());
    return new SmallDisk(folder);
  }

  public Path folder() {
    return folder;
  }

  /** Leaves no free byte. */
  public void fill() throws IOException {
    byte[] block = new byte[BLOCK_BYTES];
    try (OutputStream out = Files.newOutputStream(ballast())) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      if (Files.getFileStore(folder).getUsableSpace() >= BLOCK_BYTES) {
        throw e;
      }
    }
  }

  /** Gives the space back. */
  public void free() throws IOException {
    Files.deleteIfExists(ballast());
  }

  private Path ballast() {
    return folder.resolve("ballast");
  }

  @Override
  public void close() {
    Shell.tryRun("umount", folder.toString());
  }
}
