package io.dunlin.shared.model;

/** What may be a model's name: one folder name that is safe in paths, URLs and entity ids. */
public final class ModelNames {
  /** The longest name, in characters; file systems allow 255 bytes for a folder. */
  public static final int MAX_LENGTH = 128;

  private ModelNames() {}

  public static boolean isValid(String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH || name.charAt(0) == '.') {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean ok =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || c == '-'
              || c == '_'
              || c == '.';
      if (!ok) {
        return false;
      }
    }
    return true;
  }

  /**
   * @throws IllegalArgumentException naming the rule
   */
  public static String requireValid(String name) {
    if (!isValid(name)) {
      throw new IllegalArgumentException(
          "model name: '"
              + name
              + "' (expected: 1 to "
              + MAX_LENGTH
              + " of letters, digits, '-', '_', '.', not beginning with '.')");
    }
    return name;
  }
}
