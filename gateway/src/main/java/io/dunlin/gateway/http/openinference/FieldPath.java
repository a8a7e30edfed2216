package io.dunlin.gateway.http.openinference;

/**
 * Which field of the request is being read, for error texts such as {@code inputs[1].shape}; cheap
 * to move, spelled out only when it is asked for.
 */
final class FieldPath {
  private static final int NO_INDEX = -1;

  private String top = "";
  private int index = NO_INDEX;
  private String member = "";

  /** At a member of the request itself; empty for the request. */
  void set(String topLevelMember) {
    element(topLevelMember, NO_INDEX);
  }

  /** At an element of a list of the request. */
  void element(String topLevelList, int elementIndex) {
    top = topLevelList;
    index = elementIndex;
    member = "";
  }

  /** At a member of the object set last; empty for the object itself. */
  void member(String objectMember) {
    member = objectMember;
  }

  @Override
  public String toString() {
    if (top.isEmpty()) {
      return "request";
    }
    return top
        + (index == NO_INDEX ? "" : "[" + index + "]")
        + (member.isEmpty() ? "" : "." + member);
  }
}
