package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.oracle.Ended;
import io.dunlin.loadtest.fault.oracle.HalfPlus;
import io.dunlin.loadtest.fault.oracle.QuestionKind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Version 2 is copied in under load and taken out again: {@code latest} goes from 1 to 2 and back.
 * Each answer is of one version and names it.
 */
final class RollOut implements Scenario {
  private static final Duration STAY = Duration.ofSeconds(3);

  @Override
  public String name() {
    return "roll-out";
  }

  @Override
  public String says() {
    return "version 2 is copied in, served, and taken out again: 1 -> 2 -> 1";
  }

  @Override
  public void prepare(Stage stage) throws IOException {
    stage.serve("half", "half_plus_two", 2);
  }

  @Override
  public Set<Long> versions() {
    return Set.of(1L, 2L);
  }

  @Override
  public List<QuestionKind> questions() {
    return List.of(
        new HalfPlus("half", HalfPlus.Protocol.TF_SERVING),
        new HalfPlus("half", HalfPlus.Protocol.V2_JSON),
        new HalfPlus("half", HalfPlus.Protocol.V2_BINARY));
  }

  @Override
  public void act(Stage stage) throws IOException {
    stage.fault("version 2 is copied in");
    stage.cluster().expect("half/1", 0);
    stage.cluster().expect("half/2", 2);
    stage.models().version("half", 2, "half_plus_three");
    stage.awaitFullStrength();
    stage.pause(STAY);
    long two = stage.nowNanos();
    stage.pause(STAY);
    stage.check(all -> only(all, two, two + STAY.toNanos(), 2));
    stage.note("version 2 is taken out");
    stage.cluster().expect("half/2", 0);
    stage.cluster().expect("half/1", 2);
    stage.models().removeVersion("half", 2);
    stage.pause(Duration.ofSeconds(5));
    stage.awaitFullStrength();
    stage.pause(STAY);
    long one = stage.nowNanos();
    stage.check(all -> only(all, one, Long.MAX_VALUE, 1));
  }

  /** Requests due in that time must be answered by that version. */
  static Optional<String> only(List<Ended> all, long from, long until, long version) {
    return all.stream()
        .filter(request -> request.dueNanos() >= from && request.dueNanos() < until)
        .filter(request -> request.verdict().isRight() && request.version() != version)
        .findFirst()
        .map(
            request ->
                "request "
                    + request.number()
                    + " was answered by version "
                    + request.version()
                    + " (expected: "
                    + version
                    + " by then)");
  }
}
