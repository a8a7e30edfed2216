package io.dunlin.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ClusterPictureTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final ClusterPicture picture = new ClusterPicture();

  @Test
  void isEmptyUntilTheProcessHasJoined() {
    assertThat(picture.current()).isEmpty();
  }

  @Test
  void whatIsShownAlreadyIsToldAtOnce() {
    picture.publish(new Snapshots().entry(Reports.entry("m", 1L)).build());
    assertThat(picture.shows(seen -> seen.catalog().containsKey("m"), LONG).toCompletableFuture())
        .isCompletedWithValue(true);
    assertThat(picture.waiting()).isZero();
  }

  @Test
  void whoeverWaitsIsToldByTheSnapshotThatShowsIt() {
    CompletableFuture<Boolean> shown =
        picture.shows(seen -> seen.catalog().containsKey("m"), LONG).toCompletableFuture();
    picture.publish(new Snapshots().build());
    assertThat(shown).isNotDone();
    picture.publish(new Snapshots().entry(Reports.entry("m", 1L)).build());
    assertThat(shown).isCompletedWithValue(true);
    assertThat(picture.waiting()).isZero();
  }

  @Test
  void waitingEndsInTimeAndIsForgotten() {
    assertThat(picture.shows(seen -> false, Duration.ofMillis(1)).toCompletableFuture().join())
        .isFalse();
    assertThat(picture.waiting()).isZero();
  }
}
