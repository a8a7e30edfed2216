package io.dunlin.cli;

/** Placeholder. */
public final class Main {
  private Main() {}
}
