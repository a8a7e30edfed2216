package io.dunlin.gateway.pipeline;

import static io.dunlin.gateway.pipeline.Replicas.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.gateway.admission.RetryBudget;
import io.dunlin.shared.inference.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Requests whose model is only about to come. */
class RouteWaitTest {
  private final Replicas replicas =
      new Replicas(
          new FailoverSettings(
              Duration.ofSeconds(1), RetryBudget.Settings.DEFAULT, Duration.ofSeconds(10), 3, 100),
          AdmissionSettings.DEFAULT,
          1);
  private boolean shown;

  private CompletableFuture<Boolean> waits(Duration deadline, long bytes, Caller caller) {
    return replicas
        .pipeline
        .await(() -> shown, Deadline.after(replicas.time.getAsLong(), deadline), bytes, caller)
        .toCompletableFuture();
  }

  private CompletableFuture<Boolean> waits(long seconds, long bytes) {
    return waits(Duration.ofSeconds(seconds), bytes, new Client(replicas.time));
  }

  @Test
  void theWaitIsOverWhenAChangeShowsIt() {
    CompletableFuture<Boolean> wait = waits(5, 10);
    replicas.pipeline.replicasChanged();
    replicas.time.pass(MILLI);
    assertThat(wait).as("a change that does not").isNotDone();
    assertThat(replicas.pipeline.waiting()).isEqualTo(1);
    shown = true;
    replicas.pipeline.replicasChanged();
    replicas.time.pass(MILLI);
    assertThat(wait).isCompletedWithValue(true);
    assertThat(replicas.pipeline.waiting()).isZero();
    assertThat(replicas.time.isIdle()).as("no timer is left").isTrue();
  }

  @Test
  void whatIsShownAlreadyNeedsNoRoom() {
    for (int i = 0; i < 3; i++) {
      waits(5, 1);
    }
    shown = true;
    CompletableFuture<Boolean> wait = waits(5, 1);
    replicas.time.pass(MILLI);
    assertThat(wait).isCompletedWithValue(true);
  }

  @Test
  void theDeadlineAndTheLongestWaitEndIt() {
    CompletableFuture<Boolean> hurried = waits(2, 1);
    CompletableFuture<Boolean> patient = waits(60, 1);
    CompletableFuture<Boolean> late = waits(0, 1);
    replicas.time.pass(MILLI);
    assertThat(late).isCompletedWithValue(false);
    replicas.time.pass(2_000 * MILLI);
    assertThat(hurried).isCompletedWithValue(false);
    assertThat(patient).isNotDone();
    replicas.time.pass(8_000 * MILLI);
    assertThat(patient).isCompletedWithValue(false);
    assertThat(replicas.pipeline.waiting()).isZero();
  }

  @Test
  void soManyRequestsAndBytesWaitAndNoMore() {
    waits(5, 60);
    CompletableFuture<Boolean> tooLarge = waits(5, 41);
    CompletableFuture<Boolean> fits = waits(5, 40);
    waits(5, 0);
    CompletableFuture<Boolean> oneMore = waits(5, 0);
    replicas.time.pass(MILLI);
    assertThat(tooLarge).isCompletedWithValue(false);
    assertThat(fits).isNotDone();
    assertThat(oneMore).isCompletedWithValue(false);
    assertThat(replicas.pipeline.waiting()).isEqualTo(3);
  }

  @Test
  void aCallerThatGoesAwayWaitsNoLonger() {
    Client client = new Client(replicas.time);
    CompletableFuture<Boolean> wait = waits(Duration.ofSeconds(5), 1, client);
    client.goes();
    replicas.time.pass(MILLI);
    assertThat(wait).isCompletedWithValue(false);
    assertThat(replicas.pipeline.waiting()).isZero();
  }
}
