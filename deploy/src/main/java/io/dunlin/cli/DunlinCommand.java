package io.dunlin.cli;

import picocli.CommandLine.Command;

/** {@code dunlin} itself: only a house for its commands. */
@Command(
    name = "dunlin",
    versionProvider = Version.class,
    description = "Serves TensorFlow SavedModels from one process or a cluster of them.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Examples:",
      "  dunlin up                            serve the example models on this machine",
      "  dunlin up --models /srv/models       serve your own",
      "  dunlin predict fraud-detection --input @request.json",
      "  dunlin models                        what is served, and how it is",
      "",
      "'dunlin COMMAND --help' tells more, with examples. Client commands take",
      "--admin URL (or DUNLIN_ADMIN). DUNLIN_DEBUG=1 shows where an error came from."
    })
final class DunlinCommand {}
