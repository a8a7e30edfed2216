package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.oracle.HalfPlus;
import io.dunlin.loadtest.fault.oracle.PoisonRows;
import io.dunlin.loadtest.fault.oracle.QuestionKind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Some rows make the model's run fail, and rows of several callers share a run. The callers of
 * those rows must be told so, everybody else must have the right answer, and no replica may be
 * taken out of service for it.
 */
final class PoisonedRows implements Scenario {
  private static final Duration STAY = Duration.ofSeconds(8);

  @Override
  public String name() {
    return "poison-rows";
  }

  @Override
  public String says() {
    return "one row in eight makes the run it is in fail; its batch mates have their answers";
  }

  @Override
  public void prepare(Stage stage) throws IOException {
    stage.serve(
        "poison", "poison", 2, "batching: {enabled: true, maxBatchSize: 16, maxQueueDelay: 5ms}\n");
    stage.serve("half", "half_plus_two", 2);
  }

  @Override
  public List<QuestionKind> questions() {
    return List.of(
        new PoisonRows("poison", 8),
        new HalfPlus("half", HalfPlus.Protocol.TF_SERVING),
        new PoisonRows("poison", 8));
  }

  @Override
  public void act(Stage stage) throws IOException {
    stage.fault("rows are poisoned all the time");
    stage.pause(STAY);
    stage.awaitFullStrength();
  }
}
