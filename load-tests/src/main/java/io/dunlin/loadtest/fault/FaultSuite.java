package io.dunlin.loadtest.fault;

import io.dunlin.loadtest.fault.report.HtmlReport;
import io.dunlin.loadtest.fault.report.JsonReport;
import io.dunlin.loadtest.fault.report.RunResult;
import io.dunlin.loadtest.fault.report.TextReport;
import io.dunlin.loadtest.fault.report.Traces;
import io.dunlin.loadtest.fault.scenario.Scenario;
import io.dunlin.loadtest.fault.scenario.Scenarios;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command line: runs scenarios and writes {@code faults.txt}, {@code faults.json}, {@code
 * faults.html}, and a {@code SCENARIO-REPEAT-failed.txt} with the traces of what failed. The exit
 * status is 0 when nothing did, 1 when something did, 3 when nothing did but repeats are left to
 * do.
 */
public final class FaultSuite {
  private final FaultSettings settings;
  private final PrintStream out;
  private final List<RunResult> runs = new ArrayList<>();
  private final List<String> notRun = new ArrayList<>();
  private final long startNanos = System.nanoTime();
  private boolean unfinished;

  private FaultSuite(FaultSettings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  public static void main(String[] args) throws IOException {
    List<String> all = List.of(args);
    if (all.contains("--help")) {
      System.out.print(FaultSettings.USAGE);
      return;
    }
    if (all.contains("--list")) {
      Scenarios.ALL.forEach(one -> System.out.printf("%-22s %s%n", one.name(), one.says()));
      return;
    }
    FaultSettings settings;
    try {
      settings = FaultSettings.of(all);
    } catch (IllegalArgumentException e) {
      System.err.println("faults: " + e.getMessage());
      System.exit(2);
      return;
    }
    System.exit(new FaultSuite(settings, System.out).run());
  }

  private int run() throws IOException {
    Files.createDirectories(settings.output());
    Path before = settings.output().resolve("faults.json");
    if (settings.goOn() && Files.exists(before)) {
      runs.addAll(JsonReport.read(Files.readString(before)));
      out.println("going on with the " + runs.size() + " repeats in " + before);
    }
    out.print(TextReport.heading());
    for (Scenario scenario : settings.scenarios()) {
      Optional<String> cannot = scenario.cannotRun();
      if (cannot.isPresent()) {
        skip(scenario.name() + " is skipped: " + cannot.get());
      } else {
        run(scenario);
      }
    }
    if (runs.size() > 1) {
      out.println();
      out.print(TextReport.summary(runs));
    }
    notRun.forEach(out::println);
    out.println("report: " + settings.output().resolve("faults.html"));
    write();
    if (!runs.stream().allMatch(RunResult::passed)) {
      return 1;
    }
    return unfinished ? 3 : 0;
  }

  private boolean isTimeOver() {
    return System.nanoTime() - startNanos > settings.atMost().toNanos();
  }

  private void run(Scenario scenario) throws IOException {
    int done = (int) runs.stream().filter(run -> run.scenario().equals(scenario.name())).count();
    while (done < settings.repeats()) {
      if (isTimeOver()) {
        unfinished = true;
        skip(
            scenario.name() + ": " + done + " of " + settings.repeats() + " repeats; time is over");
        return;
      }
      // A repeat that leaves the cluster in pieces costs the next one a new cluster, not the rest.
      try (FaultRun run = FaultRun.start(scenario, settings, done)) {
        boolean whole = true;
        while (whole && done < settings.repeats() && !isTimeOver()) {
          RunResult result = run.repeat();
          done++;
          runs.add(result);
          write();
          out.print(TextReport.line(result));
          out.print(TextReport.details(result));
          if (!result.passed()) {
            Files.writeString(
                settings.output().resolve(scenario.name() + "-" + done + "-failed.txt"),
                Traces.of(result, run.logs()));
            whole = result.objections().isEmpty();
          }
        }
      } catch (IOException | RuntimeException e) {
        // Counted as a repeat that failed: a cluster that does not come up is no excuse.
        done++;
        runs.add(RunResult.brokenOff(scenario.name(), done, e.toString()));
        write();
        out.println(scenario.name() + " broke off: " + e);
      }
    }
  }

  private void skip(String text) {
    notRun.add(text);
    out.println(text);
  }

  private void write() throws IOException {
    Path output = settings.output();
    String machine =
        Runtime.getRuntime().availableProcessors()
            + " cores, Java "
            + Runtime.version().feature()
            + ", "
            + settings.perSecond()
            + " requests/s";
    StringBuilder text = new StringBuilder();
    if (!runs.isEmpty()) {
      text.append(machine).append("\n\n").append(TextReport.summary(runs)).append('\n');
      runs.forEach(run -> text.append(TextReport.line(run)).append(TextReport.details(run)));
    }
    notRun.forEach(line -> text.append(line).append('\n'));
    Files.writeString(output.resolve("faults.txt"), text);
    Files.writeString(output.resolve("faults.json"), JsonReport.of(runs));
    Files.writeString(output.resolve("faults.html"), HtmlReport.of(machine, runs));
    for (Map.Entry<String, String> picture : HtmlReport.pictures(runs).entrySet()) {
      Files.writeString(output.resolve(picture.getKey() + ".svg"), picture.getValue());
    }
  }
}
