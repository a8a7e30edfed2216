package io.dunlin.gateway.http.openinference;

import io.dunlin.shared.inference.Failure;
import java.util.ArrayList;
import java.util.List;

/** The known members of one JSON object met so far: each may come once. */
final class MemberSet {
  private final Object owner;
  // A handful at most: a list beats a hash set.
  private final List<String> met = new ArrayList<>(8);

  /**
   * @param owner the object, for the error text; spelled out only there
   */
  MemberSet(Object owner) {
    this.owner = owner;
  }

  /** Notes the member and returns its name. */
  String first(String name) {
    if (met.contains(name)) {
      throw Failure.invalidArgument(
              owner + ": member '" + name + "' is given twice (expected: once)")
          .toException();
    }
    met.add(name);
    return name;
  }
}
