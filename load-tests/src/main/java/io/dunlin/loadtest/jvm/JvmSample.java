package io.dunlin.loadtest.jvm;

/**
 * What a JVM has used since it began.
 *
 * @param cpuNanos CPU time of the whole process, compiler and collector included
 * @param allocatedBytes Java heap bytes allocated by all threads, also by those that ended
 * @param collections garbage collections
 * @param collectionMillis milliseconds the collectors report for them
 * @param peakHeapBytes most heap that was in use right after a collection, since the sample before;
 *     0 when there was none
 */
public record JvmSample(
    long cpuNanos,
    long allocatedBytes,
    long collections,
    long collectionMillis,
    long peakHeapBytes) {

  /** What was used between an earlier sample and this one. */
  public JvmSample since(JvmSample earlier) {
    return new JvmSample(
        cpuNanos - earlier.cpuNanos,
        allocatedBytes - earlier.allocatedBytes,
        collections - earlier.collections,
        collectionMillis - earlier.collectionMillis,
        peakHeapBytes);
  }

  /** What two processes used. */
  public JvmSample plus(JvmSample other) {
    return new JvmSample(
        cpuNanos + other.cpuNanos,
        allocatedBytes + other.allocatedBytes,
        collections + other.collections,
        collectionMillis + other.collectionMillis,
        peakHeapBytes + other.peakHeapBytes);
  }

  /** One line for the control connection. */
  public String toLine() {
    return cpuNanos
        + " "
        + allocatedBytes
        + " "
        + collections
        + " "
        + collectionMillis
        + " "
        + peakHeapBytes;
  }

  public static JvmSample fromLine(String line) {
    String[] fields = line.split(" ", -1);
    if (fields.length != 5) {
      throw new IllegalArgumentException("sample: '" + line + "' (expected: five numbers)");
    }
    return new JvmSample(
        Long.parseLong(fields[0]),
        Long.parseLong(fields[1]),
        Long.parseLong(fields[2]),
        Long.parseLong(fields[3]),
        Long.parseLong(fields[4]));
  }
}
