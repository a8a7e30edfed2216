package io.dunlin.node.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelSpec.Batching;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random operations against the plain reference, and against invariants; replay by the seed. */
final class BatchQueueRandomizedTest {
  private static final int OPERATIONS = 400;

  private final ServedSignature plain = Requests.signature("plain", 2);
  private final ServedSignature ragged = Requests.signature("ragged", -1);
  private final ServedSignature whole = Requests.signature("whole", Shape.of(2, 2), Shape.of(2));
  private final List<QueuedRequest> inQueue = new ArrayList<>();
  private final Map<QueuedRequest, Integer> rowsTaken = new HashMap<>();
  private final Map<QueuedRequest, String> ended = new HashMap<>();
  private long now = 1000;
  private int ids;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void takesJustWhatThePlainRulesTake(long seed) {
    Random random = new Random(seed);
    ModelSpec spec = randomSpec(random);
    BatchQueue queue = new BatchQueue(List.of(plain, ragged, whole), spec);
    ReferenceQueue reference = new ReferenceQueue(spec);
    for (int i = 0; i < OPERATIONS; i++) {
      now += random.nextInt(20);
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3, 4 -> {
          QueuedRequest request = randomRequest(random);
          boolean room = reference.hasRoomFor(request);
          assertThat(queue.offer(request, now) == null).isEqualTo(room);
          if (room) {
            reference.offer(request);
            inQueue.add(request);
          }
        }
        case 5 -> {
          if (!inQueue.isEmpty()) {
            QueuedRequest any = inQueue.remove(random.nextInt(inQueue.size()));
            assertThat(queue.cancel(any, now)).isEqualTo(reference.cancel(any));
          }
        }
        case 6 -> {
          if (random.nextInt(8) == 0) {
            ModelSpec other = randomSpec(random);
            queue.reconfigure(other, now);
            reference.reconfigure(other);
          }
        }
        default -> {
          List<QueuedRequest> dropped = new ArrayList<>();
          List<QueuedRequest> expectedDropped = new ArrayList<>();
          List<String> expected = reference.poll(now, expectedDropped);
          assertThat(taken(queue.poll(now, dropped::add))).isEqualTo(expected);
          assertThat(dropped).containsExactlyInAnyOrderElementsOf(expectedDropped);
        }
      }
      assertThat(queue.queuedRows()).isEqualTo(reference.rows());
      assertThat(queue.queuedBytes()).isEqualTo(reference.bytes());
      assertThat(queue.queuedRequests()).isEqualTo(reference.entries.size());
    }
  }

  private static List<String> taken(Polled polled) {
    return polled instanceof Batch batch
        ? batch.slices().stream()
            .map(s -> s.request().request().requestId() + ":" + s.fromRow() + "+" + s.rows())
            .toList()
        : List.of();
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28})
  void everyRowIsTakenOnceInTimeAndEveryRequestEndsOnce(long seed) {
    Random random = new Random(seed);
    BatchQueue queue = new BatchQueue(List.of(plain, ragged, whole), randomSpec(random));
    List<Batch> running = new ArrayList<>();
    for (int i = 0; i < OPERATIONS; i++) {
      now += random.nextInt(20);
      switch (random.nextInt(8)) {
        case 0, 1, 2, 3 -> {
          QueuedRequest request = randomRequest(random);
          Failure refusal = queue.offer(request, now);
          if (refusal == null) {
            inQueue.add(request);
          } else {
            end(request, "refused");
          }
        }
        case 4 -> {
          QueuedRequest any = inQueue.isEmpty() ? null : inQueue.get(0);
          if (any != null && queue.cancel(any, now)) {
            end(any, "cancelled");
          }
        }
        case 5 -> queue.expire(now, request -> end(request, "expired"));
        default -> {
          if (!running.isEmpty()) {
            queue.finished(running.remove(0), random.nextInt(60));
          }
          if (queue.poll(now, r -> end(r, "dropped")) instanceof Batch batch) {
            check(batch);
            running.add(batch);
          }
        }
      }
    }
    queue.clear(now, request -> end(request, "cleared"));
    assertThat(inQueue).isEmpty();
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.queuedRows()).isZero();
    assertThat(queue.queuedBytes()).isZero();
    running.forEach(batch -> queue.finished(batch, 0));
    assertThat(queue.expectedWaitNanos()).isZero();
  }

  private void check(Batch batch) {
    int rows = 0;
    for (Batch.Slice slice : batch.slices()) {
      QueuedRequest request = slice.request();
      rows += slice.rows();
      assertThat(request.isExpired(now)).isFalse();
      assertThat(request.signature()).isSameAs(batch.signature());
      assertThat(ended).doesNotContainKey(request);
      assertThat(rowsTaken.merge(request, slice.rows(), Integer::sum) - slice.rows())
          .as("rows are taken in order, each once")
          .isEqualTo(slice.fromRow());
      if (slice.fromRow() + slice.rows() == request.rows()) {
        end(request, "taken");
      }
    }
    assertThat(rows).isEqualTo(batch.rows()).isLessThanOrEqualTo(batch.sizes().cap());
    assertThat(batch.totalRows()).isLessThanOrEqualTo(batch.sizes().cap());
  }

  private void end(QueuedRequest request, String how) {
    assertThat(ended.put(request, how)).as("ends once").isNull();
    inQueue.remove(request);
  }

  private ModelSpec randomSpec(Random random) {
    List<Integer> allowed = random.nextBoolean() ? List.of() : List.of(2, 4, 6, 12);
    Duration delay = Duration.ofNanos(random.nextBoolean() ? 0 : random.nextInt(60));
    return Requests.spec(
        new Batching(random.nextInt(6) > 0, 1 + random.nextInt(12), delay, allowed),
        new ModelSpec.Queue(10 + random.nextInt(60), 200 + random.nextInt(600)));
  }

  private QueuedRequest randomRequest(Random random) {
    int rows = 1 + (random.nextInt(6) == 0 ? random.nextInt(10) : random.nextInt(3));
    String id = "r" + ids++;
    return switch (random.nextInt(6)) {
      case 0 -> build(random, new Requests.Builder(whole, id), Requests.floats(2, 2));
      case 1, 2 -> {
        Tensor input = Requests.floats(rows, 1 + random.nextInt(2));
        yield build(random, new Requests.Builder(ragged, id), input);
      }
      default -> build(random, new Requests.Builder(plain, id), Requests.floats(rows, 2));
    };
  }

  private QueuedRequest build(Random random, Requests.Builder builder, Tensor input) {
    int urgency = random.nextInt(3) == 0 ? random.nextInt(8) : 3;
    return builder
        .input(input)
        .urgency(urgency)
        .due(now + 1 + random.nextInt(300))
        .arrived(now)
        .build();
  }
}
