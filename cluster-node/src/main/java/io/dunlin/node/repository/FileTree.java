package io.dunlin.node.repository;

import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;

/** What a version folder held when it was looked at. */
sealed interface FileTree {

  /**
   * Every file and folder, by path relative to the version folder, {@code /} between names. Folders
   * end in {@code /}, the version folder itself is {@code /}: a folder's time changes when entries
   * come and go, which tells a copy under way even where it keeps the files' own times.
   */
  record Complete(SortedMap<String, FileStamp> entries) implements FileTree {
    static final String GRAPH = "saved_model.pb";
    static final String READY_MARKER = ".ready";

    boolean hasGraph() {
      return entries.containsKey(GRAPH);
    }

    /** Whether whoever put the version there says that it is whole. */
    boolean isMarkedReady() {
      return entries.containsKey(READY_MARKER);
    }

    Instant newestChange() {
      return entries.values().stream()
          .map(FileStamp::modified)
          .max(Instant::compareTo)
          .orElse(Instant.MIN);
    }

    long bytes() {
      return entries.values().stream().mapToLong(FileStamp::bytes).sum();
    }

    /** Whether every file of an earlier look is still there, whatever it holds now. */
    boolean hasFilesOf(Complete earlier) {
      return entries.keySet().containsAll(earlier.entries.keySet());
    }

    /** Whether every file of an earlier look is still what it was; more may have come. */
    boolean hasContentOf(Complete earlier) {
      for (Map.Entry<String, FileStamp> entry : earlier.entries.entrySet()) {
        if (!entry.getKey().endsWith("/")
            && !entry.getValue().equals(entries.get(entry.getKey()))) {
          return false;
        }
      }
      return true;
    }
  }

  /** It could not be read to the end. */
  record Unreadable(String reason) implements FileTree {}

  /**
   * @param bytes size of a file, 0 for a folder
   */
  record FileStamp(long bytes, Instant modified) {}
}
