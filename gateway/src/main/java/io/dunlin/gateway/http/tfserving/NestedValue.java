package io.dunlin.gateway.http.tfserving;

import io.dunlin.gateway.http.json.ElementReader;
import io.dunlin.gateway.http.json.JsonReader;
import io.dunlin.gateway.http.json.JsonReader.Kind;
import io.dunlin.gateway.http.json.JsonTypeException;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.TensorBuffer;
import java.util.Arrays;

/**
 * Reads one JSON value, a scalar or arrays nested to equal sizes, and finds its shape on the way:
 * the first scalar (or empty array) fixes the rank, the first array to end on each level fixes that
 * level's size, and whatever differs after that is ragged. Iterative; reused from value to value.
 */
final class NestedValue {
  /** TensorFlow's own limit. */
  static final int MAX_RANK = 254;

  private static final int UNKNOWN = -1;

  private static final long[] NONE = new long[0];

  private int rank = UNKNOWN;
  private long[] dims = NONE;
  // elements read so far in each open array, outermost first
  private long[] counts = NONE;

  /**
   * Appends the elements of the value at hand.
   *
   * @throws JsonTypeException when it is ragged, or an element is not of the type
   */
  void read(JsonReader in, ElementReader elements, DataType dtype, TensorBuffer out) {
    rank = UNKNOWN;
    int known = 0;
    int level = 0;
    // whether a value is at hand; if not, the innermost open array has just ended
    boolean value = true;
    do {
      if (!value) {
        endLevel(--level);
        if (level > 0) {
          counts[level - 1]++;
          value = in.nextElement();
        }
      } else if (in.kind() == Kind.ARRAY) {
        beginLevel(level);
        if (level == known) {
          dims[known++] = UNKNOWN;
        }
        level++;
        value = in.enterArray();
      } else {
        requireLeaf(in, level);
        if (level == 0) {
          elements.readElement(dtype, out);
        } else {
          int count = elements.readRun(dtype, out);
          value = count < 0;
          counts[level - 1] += value ? ~count : count;
        }
      }
    } while (level > 0);
  }

  private void beginLevel(int level) {
    if (rank != UNKNOWN && level >= rank) {
      throw new JsonTypeException(
          "Encountered list at unexpected level: " + level + " expected < " + rank);
    }
    if (level == MAX_RANK) {
      throw new JsonTypeException(
          "Encountered list at unexpected level: "
              + level
              + " (most dimensions: "
              + MAX_RANK
              + ")");
    }
    if (level == dims.length) {
      int room = Math.max(2, 2 * level);
      dims = Arrays.copyOf(dims, room);
      counts = Arrays.copyOf(counts, room);
    }
    counts[level] = 0;
  }

  private void endLevel(int level) {
    if (rank == UNKNOWN) {
      rank = level + 1;
    }
    if (dims[level] == UNKNOWN) {
      dims[level] = counts[level];
    } else if (dims[level] != counts[level]) {
      throw new JsonTypeException(
          "Encountered list at unexpected size: "
              + counts[level]
              + " at level: "
              + level
              + " expected size: "
              + dims[level]);
    }
  }

  private void requireLeaf(JsonReader in, int level) {
    if (rank == UNKNOWN) {
      rank = level;
    } else if (rank != level) {
      throw new JsonTypeException(
          "JSON Value: "
              + in.excerpt(in.position())
              + " found at incorrect level: "
              + level
              + " (expected: "
              + rank
              + ")");
    }
  }

  /** The sizes of the value read last; not to be written to. */
  long[] shape() {
    return rank == 0 ? NONE : Arrays.copyOf(dims, rank);
  }

  /** Whether the value read last has these sizes. */
  boolean hasShape(long[] expected) {
    return Arrays.equals(dims, 0, rank, expected, 0, expected.length);
  }
}
