package io.dunlin.node.control;

import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which labels change; pure.
 *
 * <pre>
 * set       pending = what was asked for; active goes on     (again: the newer wish counts)
 * warm      active -> previous, pending -> active, epoch + 1 (one write, decided by Reconciler)
 * rollback  a change is pending: it is given up, active goes on
 *           else previous serves: active and previous change places, epoch + 1, at once
 *           else pending = previous
 * take away the label is gone, its versions are served only if something else asks for them
 * </pre>
 */
final class AliasChanges {
  /** Shares are weighed against each other, so larger numbers say nothing more. */
  static final int MAX_WEIGHT = 1_000_000;

  private static final Pattern LABEL = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,127}");

  private AliasChanges() {}

  /** What comes of a change: the new labels, or why not. */
  record Outcome(Map<String, Alias> aliases, @Nullable Failure refusal) {
    static Outcome refused(Failure failure) {
      return new Outcome(Map.of(), failure);
    }
  }

  /**
   * @param available versions the model's source has
   */
  static Outcome set(
      CatalogEntry entry, String label, Map<Long, Integer> weights, SortedSet<Long> available) {
    if (!LABEL.matcher(label).matches()) {
      return Outcome.refused(
          Failure.invalidArgument(
              "alias: '"
                  + label
                  + "' (expected: a letter or '_', then up to 127 letters, digits, '_', '-', '.')"));
    }
    Map<String, Alias> aliases = new TreeMap<>(entry.aliases());
    if (weights.isEmpty()) {
      return aliases.remove(label) == null
          ? Outcome.refused(unknown(entry, label))
          : new Outcome(aliases, null);
    }
    for (Map.Entry<Long, Integer> share : weights.entrySet()) {
      if (share.getValue() < 1 || share.getValue() > MAX_WEIGHT) {
        return Outcome.refused(
            Failure.invalidArgument(
                "weight of version "
                    + share.getKey()
                    + ": "
                    + share.getValue()
                    + " (expected: 1.."
                    + MAX_WEIGHT
                    + ")"));
      }
    }
    SortedSet<Long> missing = new TreeSet<>(weights.keySet());
    missing.removeAll(available);
    if (!missing.isEmpty()) {
      return Outcome.refused(
          new Failure(
              FailureCode.FAILED_PRECONDITION,
              "version: "
                  + missing
                  + " of model '"
                  + entry.spec().name()
                  + "' (expected: of "
                  + available
                  + ", which its source has)"));
    }
    Alias before = aliases.getOrDefault(label, new Alias(Map.of(), Map.of(), Map.of(), 0));
    Map<Long, Integer> pending = weights.equals(before.active()) ? Map.of() : weights;
    aliases.put(label, new Alias(before.active(), before.previous(), pending, before.epoch()));
    return new Outcome(aliases, null);
  }

  /**
   * @param serves whether a version has a READY replica
   */
  static Outcome rollback(CatalogEntry entry, String label, LongPredicate serves) {
    Alias alias = entry.aliases().get(label);
    if (alias == null) {
      return Outcome.refused(unknown(entry, label));
    }
    Map<String, Alias> aliases = new TreeMap<>(entry.aliases());
    if (!alias.pending().isEmpty() && !alias.active().isEmpty()) {
      aliases.put(label, new Alias(alias.active(), alias.previous(), Map.of(), alias.epoch()));
      return new Outcome(aliases, null);
    }
    if (alias.previous().isEmpty()) {
      return Outcome.refused(
          new Failure(
              FailureCode.FAILED_PRECONDITION,
              "alias '"
                  + label
                  + "' of model '"
                  + entry.spec().name()
                  + "' has pointed at nothing before (expected: a label that was switched)"));
    }
    Alias wish = new Alias(alias.active(), alias.previous(), alias.previous(), alias.epoch());
    boolean warm = alias.previous().keySet().stream().allMatch(serves::test);
    aliases.put(label, warm ? switched(wish) : wish);
    return new Outcome(aliases, null);
  }

  /** What is pending becomes active. */
  static Alias switched(Alias alias) {
    Map<Long, Integer> previous = alias.active().isEmpty() ? alias.previous() : alias.active();
    return new Alias(alias.pending(), previous, Map.of(), alias.epoch() + 1);
  }

  private static Failure unknown(CatalogEntry entry, String label) {
    return Failure.notFound(
        "alias '"
            + label
            + "' of model '"
            + entry.spec().name()
            + "' (expected: one of "
            + new TreeSet<>(entry.aliases().keySet())
            + ")");
  }
}
