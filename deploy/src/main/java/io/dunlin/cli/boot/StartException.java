package io.dunlin.cli.boot;

/** Why a process cannot start, in one line for the person who started it. */
public final class StartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StartException(String line) {
    super(line);
  }
}
