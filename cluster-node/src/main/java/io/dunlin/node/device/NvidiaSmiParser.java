package io.dunlin.node.device;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what {@code nvidia-smi} prints for {@link #QUERY}. A field it cannot give is in brackets
 * ({@code [N/A]}, {@code [Not Supported]}, {@code [Unknown Error]}, {@code [GPU requires reset]})
 * or {@code ERR!}: it is absent, the rest of the line counts. A line that is no sample is trouble,
 * in the tool's own words.
 */
public final class NvidiaSmiParser {
  /** The fields asked for, in the order they are read. */
  public static final List<String> QUERY =
      List.of("index", "uuid", "name", "memory.total", "memory.used", "utilization.gpu");

  private static final Pattern NUMBER = Pattern.compile("([0-9]{1,12})(?:\\s*(?:MiB|%))?");
  private static final int MAX_INDEX = 999;
  private static final int MIB_SHIFT = 20;

  private NvidiaSmiParser() {}

  /** What a line is. */
  public sealed interface Line {
    record Sample(GpuSample gpu) implements Line {}

    /** An error message; {@code nvidia-smi} prints them among its output. */
    record Trouble(String text) implements Line {}

    record Blank() implements Line {}
  }

  public static Line parse(String line) {
    String text = line.strip();
    if (text.isEmpty()) {
      return new Line.Blank();
    }
    List<String> fields = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    int count = fields.size();
    OptionalLong index = number(fields.getFirst());
    boolean isSample = count >= QUERY.size() && index.isPresent() && index.getAsLong() <= MAX_INDEX;
    if (!isSample) {
      return new Line.Trouble(text);
    }
    // A name may hold a comma, numbers cannot: so the name is whatever lies between them.
    return new Line.Sample(
        new GpuSample(
            (int) index.getAsLong(),
            fields.get(1),
            String.join(", ", fields.subList(2, count - 3)),
            mebibytes(fields.get(count - 3)),
            mebibytes(fields.get(count - 2)),
            percent(fields.get(count - 1))));
  }

  private static OptionalLong mebibytes(String field) {
    OptionalLong number = number(field);
    return number.isPresent()
        ? OptionalLong.of(number.getAsLong() << MIB_SHIFT)
        : OptionalLong.empty();
  }

  private static OptionalInt percent(String field) {
    OptionalLong number = number(field);
    return number.isPresent() && number.getAsLong() <= 100
        ? OptionalInt.of((int) number.getAsLong())
        : OptionalInt.empty();
  }

  private static OptionalLong number(String field) {
    Matcher matcher = NUMBER.matcher(field);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }
}
