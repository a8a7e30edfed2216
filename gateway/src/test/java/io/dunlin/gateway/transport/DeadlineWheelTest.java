package io.dunlin.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DeadlineWheelTest {
  private static final long TICK = 10;

  private final DeadlineWheel<Item> wheel = new DeadlineWheel<>(TICK, 3, 1000);
  private final List<Item> expired = new ArrayList<>();

  @Test
  void deadlineIsMetWithinATickAndNeverEarly() {
    Item item = new Item();
    wheel.add(item, 1035);
    wheel.advance(1034, expired::add);
    wheel.advance(1036, expired::add);
    assertThat(expired).isEmpty();
    wheel.advance(1040, expired::add);
    assertThat(expired).containsExactly(item);
    assertThat(wheel.size()).isZero();
  }

  @Test
  void deadlineBeyondOneTurnWaitsForItsOwn() {
    Item item = new Item();
    wheel.add(item, 1000 + 3 * 8 * TICK);
    for (long now = 1000; now < 1000 + 3 * 8 * TICK; now += 7) {
      wheel.advance(now, expired::add);
    }
    assertThat(expired).isEmpty();
    wheel.advance(1000 + 3 * 8 * TICK + TICK, expired::add);
    assertThat(expired).containsExactly(item);
  }

  @Test
  void deadlineInThePastIsDueAtTheNextTick() {
    Item item = new Item();
    wheel.add(item, 5);
    wheel.advance(1010, expired::add);
    assertThat(expired).containsExactly(item);
  }

  @Test
  void longPauseMissesNothing() {
    for (int i = 0; i < 100; i++) {
      wheel.add(new Item(), 1000 + i);
    }
    wheel.advance(1_000_000, expired::add);
    assertThat(expired).hasSize(100);
  }

  @Test
  void consumerMayAddAndRemove() {
    Item first = new Item();
    Item second = new Item();
    Item third = new Item();
    wheel.add(first, 1001);
    wheel.add(second, 1002);
    wheel.advance(
        1020,
        item -> {
          expired.add(item);
          wheel.remove(second);
          if (expired.size() == 1) {
            wheel.add(third, 1015);
          }
        });
    wheel.advance(1040, expired::add);
    assertThat(expired).containsExactlyInAnyOrder(first, second, third);
  }

  @Test
  void entryCannotLieInTheWheelTwice() {
    Item item = new Item();
    wheel.add(item, 1001);
    assertThatIllegalStateException().isThrownBy(() -> wheel.add(item, 1002));
    wheel.remove(item);
    wheel.remove(item);
    wheel.add(item, 1003);
    assertThat(wheel.size()).isOne();
  }

  @Test
  void agreesWithASortedListWhateverIsAddedAndRemoved() {
    for (long seed = 0; seed < 50; seed++) {
      long replay = seed;
      SplittableRandom random = new SplittableRandom(seed);
      DeadlineWheel<Item> tested = new DeadlineWheel<>(TICK, 3, 0);
      List<Item> model = new ArrayList<>();
      long now = 0;
      for (int step = 0; step < 200; step++) {
        if (random.nextInt(3) > 0) {
          Item item = new Item();
          item.deadline = now + random.nextInt(500);
          tested.add(item, item.deadline);
          model.add(item);
        } else if (!model.isEmpty() && random.nextBoolean()) {
          tested.remove(model.remove(random.nextInt(model.size())));
        }
        now += random.nextInt(30);
        long at = now;
        tested.advance(
            at,
            item -> {
              assertThat(item.deadline).as("seed %d", replay).isLessThanOrEqualTo(at);
              model.remove(item);
            });
        for (Item left : model) {
          assertThat(left.deadline).as("seed %d", replay).isGreaterThan(at - TICK);
        }
        assertThat(tested.size()).isEqualTo(model.size());
      }
    }
  }

  private static final class Item extends DeadlineWheel.Entry {
    private long deadline;
  }
}
