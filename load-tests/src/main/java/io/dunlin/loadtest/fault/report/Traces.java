package io.dunlin.loadtest.fault.report;

import io.dunlin.loadtest.fault.oracle.Ended;
import io.dunlin.loadtest.fault.oracle.Questions;
import io.dunlin.loadtest.fault.oracle.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What every process said around the requests that failed: their ids, their times, and the log
 * lines within half a second of them.
 */
public final class Traces {
  /** Of each verdict. */
  private static final int MAX_REQUESTS = 5;

  private static final int MAX_LINES = 40;
  private static final long AROUND_NANOS = 500_000_000;
  private static final int TIME_LENGTH = "HH:mm:ss.SSS".length();

  private Traces() {}

  /** The text for a file. */
  public static String of(RunResult run, List<Path> logs) throws IOException {
    StringBuilder text = new StringBuilder(TextReport.line(run)).append(TextReport.details(run));
    for (Ended request : some(run)) {
      Instant due = run.startedAt().plusNanos(request.dueNanos());
      Instant end = run.startedAt().plusNanos(request.endNanos());
      text.append(
          String.format(
              Locale.ROOT,
              "%n%s  %s  due %s (%.3f s)  waited %d ms  gateway-%d  attempts %d  %s%n  %s%n",
              Questions.requestId(request.number()),
              request.verdict(),
              LocalTime.ofInstant(due, ZoneId.systemDefault()),
              request.dueNanos() / 1e9,
              request.waitNanos() / 1_000_000,
              request.target() + 1,
              request.attempts(),
              request.replica(),
              request.detail()));
      for (Path log : logs) {
        excerpt(text, log, due.minusNanos(AROUND_NANOS), end.plusNanos(AROUND_NANOS));
      }
    }
    return text.toString();
  }

  /** The first of each verdict. */
  private static List<Ended> some(RunResult run) {
    List<Ended> chosen = new ArrayList<>();
    for (Verdict verdict : run.failed().keySet()) {
      run.failures().stream()
          .filter(request -> request.verdict() == verdict)
          .limit(MAX_REQUESTS)
          .forEach(chosen::add);
    }
    return chosen;
  }

  private static void excerpt(StringBuilder text, Path log, Instant from, Instant until)
      throws IOException {
    LocalTime first = LocalTime.ofInstant(from, ZoneId.systemDefault());
    LocalTime last = LocalTime.ofInstant(until, ZoneId.systemDefault());
    Deque<String> lines = new ArrayDeque<>();
    boolean inside = false;
    try (BufferedReader reader = Files.newBufferedReader(log, StandardCharsets.UTF_8)) {
      String line = reader.readLine();
      while (line != null) {
        LocalTime time = time(line);
        if (time != null) {
          inside = !time.isBefore(first) && !time.isAfter(last);
        }
        if (inside && lines.size() < MAX_LINES) {
          lines.add(line);
        }
        line = reader.readLine();
      }
    }
    if (!lines.isEmpty()) {
      text.append("  ").append(log.getFileName()).append('\n');
      lines.forEach(line -> text.append("    ").append(line).append('\n'));
    }
  }

  /** The time a log line begins with; null when it goes on with the one before. */
  private static @Nullable LocalTime time(String line) {
    if (line.length() < TIME_LENGTH || line.charAt(2) != ':') {
      return null;
    }
    try {
      return LocalTime.parse(line.substring(0, TIME_LENGTH));
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
