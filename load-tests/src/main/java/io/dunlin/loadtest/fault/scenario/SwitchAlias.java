package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.oracle.Ended;
import io.dunlin.loadtest.fault.oracle.HalfPlus;
import io.dunlin.loadtest.fault.oracle.QuestionKind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Both versions are loaded; the alias that callers ask for goes from 1 to 2, and rolls back. */
final class SwitchAlias implements Scenario {
  private static final String ALIAS = "/admin/v1/models/half/aliases/stable";
  private static final Duration STAY = Duration.ofSeconds(3);

  @Override
  public String name() {
    return "switch-alias";
  }

  @Override
  public String says() {
    return "an alias goes from version 1 to 2 and is rolled back, by the admin API";
  }

  @Override
  public Setting setting() {
    return Setting.usual().withGateways(2);
  }

  @Override
  public void prepare(Stage stage) throws IOException {
    stage.models().spec("half", "replicas: {min: 2, max: 2}\nversionPolicy: all\n");
    stage.models().version("half", 1, "half_plus_two");
    stage.models().version("half", 2, "half_plus_three");
    stage.cluster().expect("half/1", 2);
    stage.cluster().expect("half/2", 2);
  }

  @Override
  public Set<Long> versions() {
    return Set.of(1L, 2L);
  }

  @Override
  public List<QuestionKind> questions() {
    return List.of(
        new HalfPlus("half/labels/stable", HalfPlus.Protocol.TF_SERVING),
        new HalfPlus("half/versions/1", HalfPlus.Protocol.TF_SERVING),
        new HalfPlus("half/versions/2", HalfPlus.Protocol.TF_SERVING));
  }

  @Override
  public void ready(Stage stage) throws IOException {
    stage.change("PUT", ALIAS, "{\"version\": 1}");
    stage.pause(STAY);
  }

  @Override
  public void act(Stage stage) throws IOException {
    stage.fault("alias stable -> 2");
    if (!stage.change("PUT", ALIAS, "{\"version\": 2}")) {
      return;
    }
    stage.note("stable is 2, says the admin API");
    stage.pause(Duration.ofSeconds(1));
    long two = stage.nowNanos();
    stage.pause(STAY);
    long end = stage.nowNanos();
    stage.check(all -> RollOut.only(labelled(all), two, end, 2));
    if (!stage.change("POST", "/admin/v1/models/half/aliases/stable/rollback", "")) {
      return;
    }
    stage.note("rolled back");
    stage.pause(Duration.ofSeconds(1));
    long one = stage.nowNanos();
    stage.check(all -> RollOut.only(labelled(all), one, Long.MAX_VALUE, 1));
    stage.pause(STAY);
    stage.awaitFullStrength();
  }

  /** Those that asked for the alias: the first of three kinds in turn. */
  private static List<Ended> labelled(List<Ended> all) {
    return all.stream().filter(request -> request.number() % 3 == 0).toList();
  }
}
