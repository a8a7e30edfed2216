package io.dunlin.shared.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Byte counts as people write and read them: {@code 1.5GiB}, {@code 512MiB}, {@code 6GB}, {@code
 * 1048576}. KB, MB, .. are powers of 1000, KiB, MiB, .. powers of 1024; case does not matter.
 */
public final class ByteSize {
  /** What {@link #parse} takes, for error texts. */
  public static final String EXPECTED = "bytes, or text such as 512MiB, 1.5GiB or 6GB";

  private static final Pattern TEXT =
      Pattern.compile("([0-9]{1,19}(?:\\.[0-9]{1,9})?)\\s?([A-Za-z]{0,3})");
  private static final List<String> BINARY_UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");
  private static final long KIBI = 1024;

  /** From here on one decimal would read 1024.0. */
  private static final double ROUNDS_UP = 1023.95;

  private ByteSize() {}

  /**
   * The bytes a text stands for; fractions of a byte are cut off.
   *
   * @throws IllegalArgumentException naming the text and what was expected
   */
  public static long parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw refused(text);
    }
    BigDecimal bytes =
        new BigDecimal(matcher.group(1))
            .multiply(BigDecimal.valueOf(unitBytes(matcher.group(2), text)))
            .setScale(0, RoundingMode.DOWN);
    if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw refused(text);
    }
    return bytes.longValueExact();
  }

  /**
   * One decimal and the largest binary unit that keeps the number at 1 or more: {@code 6.1 GiB}.
   */
  public static String format(long bytes) {
    if (bytes < 0) {
      return "-" + format(bytes == Long.MIN_VALUE ? Long.MAX_VALUE : -bytes);
    }
    int unit = 0;
    double value = bytes;
    while (unit < BINARY_UNITS.size() - 1 && value >= ROUNDS_UP) {
      value /= KIBI;
      unit++;
    }
    String number = String.format(Locale.ROOT, "%.1f", value);
    boolean whole = number.endsWith(".0");
    return (whole ? number.substring(0, number.length() - 2) : number)
        + " "
        + BINARY_UNITS.get(unit);
  }

  private static long unitBytes(String unit, String text) {
    return switch (unit.toUpperCase(Locale.ROOT)) {
      case "", "B" -> 1L;
      case "KB" -> 1_000L;
      case "MB" -> 1_000_000L;
      case "GB" -> 1_000_000_000L;
      case "TB" -> 1_000_000_000_000L;
      case "KIB" -> 1L << 10;
      case "MIB" -> 1L << 20;
      case "GIB" -> 1L << 30;
      case "TIB" -> 1L << 40;
      default -> throw refused(text);
    };
  }

  private static IllegalArgumentException refused(String text) {
    return new IllegalArgumentException("size: '" + text + "' (expected: " + EXPECTED + ")");
  }
}
