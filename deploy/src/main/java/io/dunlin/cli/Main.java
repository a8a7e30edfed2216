package io.dunlin.cli;

import io.dunlin.cli.boot.StartException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * The entry point: parses, runs one command, and turns whatever goes wrong into one line and an
 * exit status: 0 done, 1 failed, 2 not understood.
 */
public final class Main {

  static final int FAILED = 1;
  static final int NOT_UNDERSTOOD = 2;

  private static final OptionSpec HELP =
      OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this.").build();
  private static final OptionSpec VERSION =
      OptionSpec.builder("-V", "--version")
          .versionHelp(true)
          .description("Show the version.")
          .build();

  private Main() {}

  public static void main(String[] args) {
    System.exit(run(Terminal.ofProcess(System.getenv()), args));
  }

  static int run(Terminal terminal, String... args) {
    return commandLine(terminal).execute(args.length == 0 ? new String[] {"--help"} : args);
  }

  static CommandLine commandLine(Terminal terminal) {
    CommandLine line = new CommandLine(new DunlinCommand());
    for (Object command : commands(terminal)) {
      line.addSubcommand(command);
    }
    line.getCommandSpec().addOption(VERSION);
    line.getCommandSpec().addOption(HELP);
    line.getSubcommands().values().forEach(sub -> sub.getCommandSpec().addOption(HELP));
    line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            terminal.colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    line.setUsageHelpWidth(Math.clamp(terminal.columns(), 72, 100));
    // @FILE is ours: --input @FILE.
    line.setExpandAtFiles(false);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(notUnderstood(terminal));
    line.setExecutionExceptionHandler(failed(terminal));
    return line;
  }

  private static List<Object> commands(Terminal terminal) {
    return List.of(
        new UpCommand(terminal),
        new GatewayCommand(terminal),
        new NodeCommand(terminal),
        new StatusCommand(terminal),
        new NodesCommand(terminal),
        new ModelsCommand(terminal),
        new PlacementCommand(terminal),
        new PredictCommand(terminal),
        new DeployCommand(terminal),
        new UndeployCommand(terminal),
        new ScaleCommand(terminal),
        new AliasCommand(terminal),
        new RollbackCommand(terminal),
        new DrainCommand(terminal),
        new ResumeCommand(terminal));
  }

  private static IParameterExceptionHandler notUnderstood(Terminal terminal) {
    return (ParameterException e, String[] args) -> {
      String command = e.getCommandLine().getCommandSpec().qualifiedName();
      if (e.getCause() instanceof CliException explained) {
        terminal.err().println(command + ": " + explained.getMessage());
      } else {
        String line = firstLine(String.valueOf(e.getMessage()));
        terminal.err().println(command + ": " + line + " (see " + command + " --help)");
      }
      trace(terminal, e);
      return NOT_UNDERSTOOD;
    };
  }

  private static IExecutionExceptionHandler failed(Terminal terminal) {
    return (Exception e, CommandLine line, CommandLine.ParseResult result) -> {
      terminal.err().println(line.getCommandSpec().qualifiedName() + ": " + explain(e));
      trace(terminal, e);
      return FAILED;
    };
  }

  /** One line for a person: what a {@link CliException} says, or what kind of surprise it was. */
  static String explain(Throwable failure) {
    if (failure instanceof CliException || failure instanceof StartException) {
      return firstLine(String.valueOf(failure.getMessage()));
    }
    String message = failure.getMessage();
    String said = message == null || message.isBlank() ? "" : ": " + firstLine(message);
    return failure.getClass().getSimpleName() + said + " (DUNLIN_DEBUG=1 shows where)";
  }

  private static void trace(Terminal terminal, Exception e) {
    if (terminal.debug()) {
      e.printStackTrace(terminal.err());
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
