package io.dunlin.cli;

import java.time.Duration;
import java.util.Locale;

/** Numbers as a person reads them. */
final class Amounts {

  private static final long KIB = 1024;
  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB"};

  private Amounts() {}

  /** {@code 12 MiB}, {@code 2.3 GiB}; one decimal below ten. */
  static String bytes(long bytes) {
    if (bytes < KIB) {
      return bytes + " B";
    }
    double amount = bytes;
    int unit = -1;
    while (amount >= KIB && unit < UNITS.length - 1) {
      amount /= KIB;
      unit++;
    }
    boolean small = amount < 10 && unit > 0;
    return String.format(Locale.ROOT, small ? "%.1f %s" : "%.0f %s", amount, UNITS[unit]);
  }

  /** {@code 0.4 s}, {@code 12.3 s}. */
  static String seconds(Duration elapsed) {
    return String.format(Locale.ROOT, "%.1f s", elapsed.toMillis() / 1000.0);
  }

  /** {@code 42 s}, {@code 3 min}, {@code 5 h 12 min}, {@code 3 d 4 h}. */
  static String age(long seconds) {
    Duration age = Duration.ofSeconds(Math.max(0, seconds));
    if (age.toDays() > 0) {
      return age.toDays() + " d " + age.toHoursPart() + " h";
    }
    if (age.toHours() > 0) {
      return age.toHours() + " h " + age.toMinutesPart() + " min";
    }
    return age.toMinutes() > 0 ? age.toMinutes() + " min" : age.toSeconds() + " s";
  }

  /** {@code 1 replica}, {@code 2 replicas}. */
  static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
