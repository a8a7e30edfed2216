package io.dunlin.loadtest.benchmark;

import io.dunlin.loadtest.jvm.RecordingSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The benchmark program: runs scenarios, prints their tables, writes text and JSON. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures what Dunlin costs above its floor, on processes of its own.")
public final class OverheadBenchmark implements Callable<Integer> {
  private static final Duration PROFILE_LENGTH = Duration.ofSeconds(30);

  @Parameters(paramLabel = "SCENARIO", description = "Which to run; default: fraud-json.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--list", description = "Print the scenarios and exit.")
  private boolean list;

  @Option(names = "--rounds", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--seconds",
      defaultValue = "8",
      description = "Measured in a round, of each subject. Default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--warmup",
      defaultValue = "15",
      description =
          "Seconds each subject is loaded before the first round. Default: ${DEFAULT-VALUE}.")
  private double warmup;

  @Option(names = "--connections", defaultValue = "32", description = "Default: ${DEFAULT-VALUE}.")
  private int connections;

  @Option(
      names = "--home",
      defaultValue = ".",
      description = "The repository's root. Default: ${DEFAULT-VALUE}.")
  private Path home = Path.of(".");

  @Option(
      names = "--output",
      defaultValue = "load-tests/target/bench",
      description = "Folder for reports and logs. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("load-tests", "target", "bench");

  @Option(
      names = "--server-flag",
      paramLabel = "FLAG",
      description =
          "A further JVM flag of every server, such as -Ddunlin.KEY=VALUE; may be repeated.")
  private List<String> serverFlags = new ArrayList<>();

  @Option(
      names = "--variant",
      paramLabel = "NAME=FLAGS",
      description =
          "fraud-json and load-isolation only: measure a second Dunlin with these JVM flags, separated by blanks,"
              + " beside the plain one; may be repeated.")
  private Map<String, String> variants = new LinkedHashMap<>();

  @Option(
      names = "--profile",
      paramLabel = "SUBJECT",
      description = "After the rounds, load that subject under a flight recording.")
  private @Nullable String profiled;

  private OverheadBenchmark() {}

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new OverheadBenchmark())
            .setExecutionExceptionHandler(
                (e, commandLine, parsed) -> {
                  commandLine.getErr().println("bench: " + e.getMessage());
                  return 1;
                })
            .execute(args));
  }

  @Override
  public Integer call() throws IOException {
    if (list) {
      Scenarios.ALL.forEach(
          scenario -> System.out.printf("%-20s %s%n", scenario.name(), scenario.question()));
      return 0;
    }
    List<String> wanted = names.isEmpty() ? List.of("fraud-json") : names;
    List<Scenario> scenarios = new ArrayList<>();
    for (String name : wanted) {
      scenarios.add(
          Scenarios.named(name)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "scenario: '" + name + "' (expected: one of those --list prints)")));
    }
    boolean allRight = true;
    for (Scenario scenario : scenarios) {
      allRight &= run(scenario, settings());
    }
    return allRight ? 0 : 1;
  }

  private Settings settings() {
    List<String> flags = new ArrayList<>(DistributionFlags.in(home));
    flags.addAll(serverFlags);
    Map<String, List<String>> further = new LinkedHashMap<>();
    variants.forEach((name, text) -> further.put(name, List.of(text.strip().split(" +", -1))));
    return new Settings(
        home,
        output,
        rounds,
        duration(seconds),
        Duration.ofSeconds(1),
        duration(warmup),
        connections,
        flags,
        further);
  }

  private static Duration duration(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }

  /** Returns whether no answer was wrong. */
  private boolean run(Scenario scenario, Settings settings) throws IOException {
    System.out.println(scenario.name() + ": starting servers");
    try (BenchmarkModels models = BenchmarkModels.in(settings.examples());
        Servers servers = new Servers(settings)) {
      Scenario.Prepared prepared = scenario.prepare(settings, servers, models);
      Map<String, List<Figures>> figures =
          Rounds.run(settings, prepared.subjects(), System.out::println);
      Report report =
          new Report(
              scenario, settings, Machine.here(InstantSource.system()), prepared.ratios(), figures);
      write(scenario, settings, report);
      profile(scenario, settings, prepared);
      return figures.values().stream()
          .flatMap(List::stream)
          .allMatch(round -> round.objections().isEmpty());
    }
  }

  private static void write(Scenario scenario, Settings settings, Report report)
      throws IOException {
    Files.createDirectories(settings.output());
    Path text = settings.output().resolve(scenario.name() + ".txt");
    Files.writeString(text, report.text());
    Files.writeString(settings.output().resolve(scenario.name() + ".json"), report.jsonText());
    System.out.println();
    System.out.print(report.text());
    System.out.println();
    System.out.println("written: " + text + " and .json");
  }

  private void profile(Scenario scenario, Settings settings, Scenario.Prepared prepared)
      throws IOException {
    if (profiled == null) {
      return;
    }
    Subject subject =
        prepared.subjects().stream()
            .filter(s -> s.name().equals(profiled))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "--profile: '"
                            + profiled
                            + "' (expected: one of "
                            + prepared.subjects().stream().map(Subject::name).toList()
                            + ")"));
    String name = scenario.name() + "-" + profiled.replace(' ', '-');
    Path file = settings.output().resolve(name + ".jfr");
    subject.record(PROFILE_LENGTH, file);
    Path summary = settings.output().resolve(name + "-profile.txt");
    Files.writeString(summary, RecordingSummary.of(file, "io.dunlin."));
    System.out.println("recorded: " + file + ", where it went: " + summary);
  }
}
