package io.dunlin.cli;

/** Something went wrong that one line explains to the person at the shell; the exit status is 1. */
final class CliException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CliException(String line) {
    super(line);
  }

  CliException(String line, Throwable cause) {
    super(line, cause);
  }
}
