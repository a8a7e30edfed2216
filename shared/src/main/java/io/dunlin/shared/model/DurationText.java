package io.dunlin.shared.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 500us}, {@code 2ms}, {@code 1.5s}, {@code 1m}. */
public final class DurationText {
  /** What {@link #parse} takes, for error texts. */
  public static final String EXPECTED = "a number and a unit, such as 500us, 2ms, 30s or 1m";

  private static final Pattern TEXT =
      Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,9})?)\\s?(ns|us|µs|ms|s|m|h)");
  private static final long MICRO_NANOS = 1_000L;
  private static final long MILLI_NANOS = 1_000_000L;
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long MINUTE_NANOS = 60 * SECOND_NANOS;
  private static final long HOUR_NANOS = 60 * MINUTE_NANOS;

  private DurationText() {}

  /**
   * The duration a text stands for; fractions of a nanosecond are cut off. {@code 0} needs no unit.
   *
   * @throws IllegalArgumentException naming the text and what was expected
   */
  public static Duration parse(String text) {
    String stripped = text.strip();
    if (stripped.equals("0")) {
      return Duration.ZERO;
    }
    Matcher matcher = TEXT.matcher(stripped);
    if (!matcher.matches()) {
      throw refused(text);
    }
    BigDecimal nanos =
        new BigDecimal(matcher.group(1))
            .multiply(BigDecimal.valueOf(unitNanos(matcher.group(2))))
            .setScale(0, RoundingMode.DOWN);
    if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw refused(text);
    }
    return Duration.ofNanos(nanos.longValueExact());
  }

  /** The exact duration in the largest unit that needs no fraction: {@code 2ms}, {@code 90s}. */
  public static String format(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos == 0) {
      return "0ms";
    }
    if (nanos % HOUR_NANOS == 0) {
      return nanos / HOUR_NANOS + "h";
    }
    if (nanos % MINUTE_NANOS == 0) {
      return nanos / MINUTE_NANOS + "m";
    }
    if (nanos % SECOND_NANOS == 0) {
      return nanos / SECOND_NANOS + "s";
    }
    if (nanos % MILLI_NANOS == 0) {
      return nanos / MILLI_NANOS + "ms";
    }
    if (nanos % MICRO_NANOS == 0) {
      return nanos / MICRO_NANOS + "us";
    }
    return nanos + "ns";
  }

  private static long unitNanos(String unit) {
    return switch (unit) {
      case "ns" -> 1L;
      case "us", "µs" -> MICRO_NANOS;
      case "ms" -> MILLI_NANOS;
      case "s" -> SECOND_NANOS;
      case "m" -> MINUTE_NANOS;
      case "h" -> HOUR_NANOS;
      default -> throw new AssertionError("the pattern lets no other unit through: " + unit);
    };
  }

  private static IllegalArgumentException refused(String text) {
    return new IllegalArgumentException("duration: '" + text + "' (expected: " + EXPECTED + ")");
  }
}
