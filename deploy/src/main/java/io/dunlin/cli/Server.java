package io.dunlin.cli;

import io.dunlin.cli.boot.DunlinProcess;
import io.dunlin.cli.boot.DunlinProcess.Ready;
import io.dunlin.cli.boot.ModelProgress;
import io.dunlin.cli.boot.ProcessSettings;
import io.dunlin.node.device.DeviceException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * One server process in the foreground, from the checks before it starts to its exit status:
 * banner, progress of the models, the ready line, and a clean end by Ctrl-C or SIGTERM.
 */
final class Server {

  private static final String TRY_MODEL = "fraud-detection";

  private final Terminal terminal;
  private final BiFunction<ServeOptions, ModelProgress, Running> starter;
  private final Consumer<Runnable> whenToStop;

  /**
   * A process that was started.
   *
   * @param ready done when it serves
   * @param terminated done when it has ended, asked or not
   * @param endedBecause why it has ended without being asked; empty when that is not known
   * @param stop asks it to end cleanly
   */
  record Running(
      CompletionStage<Ready> ready,
      CompletionStage<?> terminated,
      Supplier<String> endedBecause,
      Runnable stop) {

    static Running start(ServeOptions options, ModelProgress progress) {
      try {
        DunlinProcess process = DunlinProcess.start(options.settings(Version.current()), progress);
        return new Running(
            process.ready(), process.terminated(), process::endedBecause, process::stop);
      } catch (DeviceException e) {
        throw new CliException(String.valueOf(e.getMessage()), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CliException("interrupted", e);
      }
    }
  }

  Server(Terminal terminal) {
    this(
        terminal,
        Running::start,
        stop -> {
          StopSignals.onStop(stop);
          ParentWatch.start(stop);
        });
  }

  /**
   * @param starter starts the process
   * @param whenToStop is given what to call when the process is to end
   */
  Server(
      Terminal terminal,
      BiFunction<ServeOptions, ModelProgress, Running> starter,
      Consumer<Runnable> whenToStop) {
    this.terminal = terminal;
    this.starter = starter;
    this.whenToStop = whenToStop;
  }

  /**
   * Runs until the process ends.
   *
   * @param kind what the banner calls it, such as {@code one process: gateway + node}
   */
  int run(ServeOptions options, String kind) {
    checkModels(options);
    Ports.check(options.bind(), Ports.of(options));
    Ports.checkReachable(options.bind(), options.seeds());
    terminal
        .out()
        .println(
            terminal.bold("dunlin " + Version.current())
                + " · "
                + kind
                + " ("
                + (options.is(ProcessSettings.Role.NODE) ? options.device() + ", " : "")
                + Machine.cores()
                + ")");
    NativeLibraryNotice.print(options, terminal);
    // Before there are threads: a logger asked for while another thread sets logging up is
    // replayed,
    // with a warning.
    LoggerFactory.getILoggerFactory();
    LoadProgress progress = new LoadProgress(terminal, System::nanoTime);
    Running process = starter.apply(options, progress);
    AtomicBoolean asked = new AtomicBoolean();
    Runnable stop =
        () -> {
          asked.set(true);
          process.stop().run();
        };
    whenToStop.accept(stop);
    try (ScheduledExecutorService ticker = ticker(progress)) {
      announce(process, progress, asked);
      ticker.shutdownNow();
    }
    process.terminated().toCompletableFuture().join();
    if (!asked.get()) {
      String why = process.endedBecause().get();
      throw new CliException(
          "the process ended by itself" + (why.isEmpty() ? "; its log says why" : ": " + why));
    }
    return 0;
  }

  static void checkModels(ServeOptions options) {
    if (options.is(ProcessSettings.Role.NODE) && options.models().isPresent()) {
      Path models = options.models().get();
      if (!Files.isDirectory(models)) {
        throw new CliException(
            "no models folder "
                + models
                + " (--models DIR, with DIR/<model>/<version>/saved_model.pb)");
      }
    }
  }

  private void announce(Running process, LoadProgress progress, AtomicBoolean asked) {
    CompletableFuture<Ready> ready = process.ready().toCompletableFuture();
    CompletableFuture<?> terminated = process.terminated().toCompletableFuture();
    try {
      CompletableFuture.anyOf(ready, terminated).join();
    } catch (CompletionException e) {
      if (asked.get()) {
        // Told to end while it started: what broke off then is no failure.
        return;
      }
      Throwable cause = e.getCause() == null ? e : e.getCause();
      process.stop().run();
      throw new CliException("did not start: " + Main.explain(cause), cause);
    }
    progress.end();
    if (ready.isDone() && !terminated.isDone()) {
      terminal.out().println(readyLine(ready.join(), terminal));
      tryLine(progress, ready.join());
      terminal.out().flush();
    }
  }

  static String readyLine(Ready ready, Terminal terminal) {
    StringBuilder line = new StringBuilder(terminal.green("dunlin ready"));
    if (ready.http() != null) {
      line.append("  http://").append(address(ready.http()));
    }
    if (ready.admin() != null) {
      line.append("  admin http://").append(address(ready.admin()));
    }
    return line.toString();
  }

  private static String address(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  /** A command to copy, where the example it uses is there. */
  private void tryLine(LoadProgress progress, Ready ready) {
    String home = System.getProperty("dunlin.home", "");
    Path request = Path.of(home, "examples", "requests", TRY_MODEL + ".json");
    if (home.isEmpty() || !progress.isReady(TRY_MODEL) || !Files.isRegularFile(request)) {
      return;
    }
    InetSocketAddress http = ready.http();
    String url = http == null || http.getPort() == 8501 ? "" : " --url http://" + address(http);
    terminal
        .out()
        .println(
            terminal.faint(
                "  try: ./dunlin predict "
                    + TRY_MODEL
                    + url
                    + " --input @examples/requests/"
                    + TRY_MODEL
                    + ".json"));
  }

  private static ScheduledExecutorService ticker(LoadProgress progress) {
    ScheduledExecutorService ticker =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("load-progress").factory());
    var unused = ticker.scheduleAtFixedRate(progress::tick, 200, 200, TimeUnit.MILLISECONDS);
    return ticker;
  }
}
