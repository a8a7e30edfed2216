package io.dunlin.node.placement.filter;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.PlacementFilter;
import io.dunlin.shared.model.ModelSpec.DeviceKind;
import java.util.Locale;

/**
 * The node's device is of the kind the model asks for. Rationale: a graph built for a GPU runs on a
 * CPU too, but too slowly to be an answer, so this is never relaxed.
 */
public final class DeviceKindFilter implements PlacementFilter {
  @Override
  public String name() {
    return "device-kind";
  }

  @Override
  public boolean passes(Candidate candidate) {
    DeviceKind asked = candidate.spec().device();
    return asked == DeviceKind.ANY || asked == candidate.node().device().kind();
  }

  @Override
  public String reason(Candidate candidate) {
    return "device is "
        + lower(candidate.node().device().kind())
        + ", model asks for "
        + lower(candidate.spec().device());
  }

  private static String lower(DeviceKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
