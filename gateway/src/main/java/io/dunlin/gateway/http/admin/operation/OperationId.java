package io.dunlin.gateway.http.admin.operation;

import java.util.Optional;

/**
 * Names work that goes on after a change was accepted. It says what was changed and at which
 * revision, so that its progress can be told from desired and observed state by any gateway at any
 * time; nothing is stored under it.
 *
 * <p>Written with dots: {@code deploy.<model>.<revision>}, {@code undeploy.<model>.<revision>},
 * {@code alias.<model>.<alias>.<revision>}, {@code unalias.<model>.<alias>.<revision>}, {@code
 * drain.<node>.<incarnation>}, {@code resume.<node>.<incarnation>}. Model and node names may hold
 * dots; alias names may not.
 */
public sealed interface OperationId {

  /** The kind's name, as written. */
  String kind();

  /** The model or node it is about. */
  String target();

  /**
   * @param revision of the model's entry the change made
   */
  record Deploy(String target, long revision) implements OperationId {
    @Override
    public String kind() {
      return "deploy";
    }

    @Override
    public String toString() {
      return kind() + "." + target + "." + revision;
    }
  }

  /**
   * @param revision of the model's entry the change made
   */
  record Undeploy(String target, long revision) implements OperationId {
    @Override
    public String kind() {
      return "undeploy";
    }

    @Override
    public String toString() {
      return kind() + "." + target + "." + revision;
    }
  }

  /**
   * @param set false when the alias was taken away
   * @param revision of the model's entry the change made
   */
  record Alias(String target, String alias, boolean set, long revision) implements OperationId {
    @Override
    public String kind() {
      return set ? "alias" : "unalias";
    }

    @Override
    public String toString() {
      return kind() + "." + target + "." + alias + "." + revision;
    }
  }

  /**
   * @param draining false when it was told to take replicas again
   * @param incarnation of the node's process that was meant
   */
  record Drain(String target, boolean draining, long incarnation) implements OperationId {
    @Override
    public String kind() {
      return draining ? "drain" : "resume";
    }

    @Override
    public String toString() {
      return kind() + "." + target + "." + incarnation;
    }
  }

  /** Reads what {@code toString} wrote; empty for anything else. */
  static Optional<OperationId> parse(String text) {
    int first = text.indexOf('.');
    int last = text.lastIndexOf('.');
    if (first < 1 || last <= first + 1 || last == text.length() - 1) {
      return Optional.empty();
    }
    long number;
    try {
      number = Long.parseLong(text.substring(last + 1));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
    String middle = text.substring(first + 1, last);
    Optional<OperationId> id =
        switch (text.substring(0, first)) {
          case "deploy" -> Optional.of(new Deploy(middle, number));
          case "undeploy" -> Optional.of(new Undeploy(middle, number));
          case "alias" -> alias(middle, true, number);
          case "unalias" -> alias(middle, false, number);
          case "drain" -> Optional.of(new Drain(middle, true, number));
          case "resume" -> Optional.of(new Drain(middle, false, number));
          default -> Optional.empty();
        };
    return id.filter(read -> read.toString().equals(text));
  }

  private static Optional<OperationId> alias(String middle, boolean set, long revision) {
    int dot = middle.lastIndexOf('.');
    return dot < 1 || dot == middle.length() - 1
        ? Optional.empty()
        : Optional.of(
            new Alias(middle.substring(0, dot), middle.substring(dot + 1), set, revision));
  }
}
