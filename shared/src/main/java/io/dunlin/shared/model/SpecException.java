package io.dunlin.shared.model;

import java.util.List;
import java.util.stream.Collectors;

/** A model spec is refused; carries every problem found, in the order of the contract's keys. */
public final class SpecException extends Exception {
  private static final long serialVersionUID = 1L;

  private final List<SpecProblem> problems;

  /**
   * @param problems at least one
   */
  public SpecException(List<SpecProblem> problems) {
    super(problems.stream().map(SpecProblem::toString).collect(Collectors.joining("; ")));
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("problems: none (expected: at least one)");
    }
    this.problems = List.copyOf(problems);
  }

  public List<SpecProblem> problems() {
    return problems;
  }
}
