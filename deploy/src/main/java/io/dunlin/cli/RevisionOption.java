package io.dunlin.cli;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** For commands that change a model: on which revision the change was decided. */
final class RevisionOption {

  @Option(
      names = "--revision",
      paramLabel = "N",
      description = "Refuse when the model has changed since this revision.")
  private @Nullable Long revision;

  OptionalLong value() {
    Long given = revision;
    return given == null ? OptionalLong.empty() : OptionalLong.of(given);
  }
}
