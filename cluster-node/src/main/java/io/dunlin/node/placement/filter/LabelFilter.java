package io.dunlin.node.placement.filter;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.PlacementFilter;
import java.util.Map;
import java.util.TreeMap;

/** The node carries every label the model asks for. Rationale: the operator knows best. */
public final class LabelFilter implements PlacementFilter {
  @Override
  public String name() {
    return "label";
  }

  @Override
  public boolean passes(Candidate candidate) {
    for (Map.Entry<String, String> label : candidate.spec().placement().labels().entrySet()) {
      if (!label.getValue().equals(candidate.node().labels().get(label.getKey()))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String reason(Candidate candidate) {
    Map<String, String> missing = missing(candidate);
    StringBuilder text = new StringBuilder();
    missing.forEach(
        (key, value) -> {
          String has = candidate.node().labels().get(key);
          text.append(text.isEmpty() ? "" : "; ")
              .append(has == null ? "has no label " + key : "label " + key + " is " + has)
              .append(", model asks for ")
              .append(value);
        });
    return text.toString();
  }

  /** The labels asked for that the node does not carry, by name. */
  public static Map<String, String> missing(Candidate candidate) {
    Map<String, String> missing = new TreeMap<>(candidate.spec().placement().labels());
    missing.entrySet().removeAll(candidate.node().labels().entrySet());
    return missing;
  }
}
