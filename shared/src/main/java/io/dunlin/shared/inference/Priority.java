package io.dunlin.shared.inference;

/**
 * Urgency as in RFC 9218 (Extensible Prioritization Scheme for HTTP), section 4.1: 0 is the most
 * urgent, 7 the least, 3 the default.
 */
public record Priority(int urgency) {
  public static final Priority DEFAULT = new Priority(3);
  public static final int LEVELS = 8;

  public Priority {
    if (urgency < 0 || urgency >= LEVELS) {
      throw new IllegalArgumentException("urgency: " + urgency + " (expected: 0..7)");
    }
  }
}
