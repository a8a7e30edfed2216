package io.dunlin.node.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dunlin.node.capacity.LedgerSnapshot.Held;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryLedgerTest {
  private static final ReplicaId A = ReplicaId.ofEntityId("a/1/0");
  private static final ReplicaId B = ReplicaId.ofEntityId("b/1/0");

  @Test
  void theLastByteIsGrantedAndOneMoreIsRefused() {
    MemoryLedger ledger = MemoryLedger.ofCpu(1000, 8);
    granted(ledger, A, 600, 0);

    assertThat(refused(ledger, B, 401, 0).reason())
        .isEqualTo("b/1/0 needs 401 B of cpu, 400 B of 1000 B free");
    granted(ledger, B, 400, 0);
    assertThat(ledger.snapshot().device().freeBytes()).isZero();
  }

  @Test
  void aRefusalReservesNothing() {
    MemoryLedger ledger = MemoryLedger.ofGpu("gpu:0", 1000, 100, 8);
    refused(ledger, A, 1000, 101);

    assertThat(ledger.snapshot().device().reservedBytes()).isZero();
    granted(ledger, A, 1000, 100);
  }

  @Test
  void aRefusalNamesEveryAccountThatIsShort() {
    MemoryLedger ledger = MemoryLedger.ofGpu("gpu:0", 1L << 30, 1L << 20, 8);
    Reservation.Refused refused = refused(ledger, A, 3L << 30, 2L << 20);

    assertThat(refused.reason())
        .isEqualTo(
            "a/1/0 needs 3 GiB of gpu:0, 1 GiB of 1 GiB free; and 2 MiB of host memory, 1 MiB of"
                + " 1 MiB free");
    assertThat(refused.shortages())
        .extracting(Reservation.Shortage::missingBytes)
        .containsExactly(2L << 30, 1L << 20);
  }

  @Test
  void bytesAreExactWhereRoundingWouldHideTheDifference() {
    MemoryLedger ledger = MemoryLedger.ofCpu(1L << 30, 8);

    assertThat(refused(ledger, A, (1L << 30) + 1, 0).reason())
        .isEqualTo("a/1/0 needs 1073741825 B of cpu, 1073741824 B of 1 GiB free");
  }

  @Test
  void hostBytesCountOnGpuNodesOnly() {
    granted(MemoryLedger.ofCpu(1000, 8), A, 1000, 5000);
    refused(MemoryLedger.ofGpu("gpu:1", 1000, 1000, 8), A, 1, 5000);
  }

  @Test
  void whatIsReleasedCanBeReservedAgain() {
    MemoryLedger ledger = MemoryLedger.ofGpu("gpu:0", 1000, 100, 8);
    Lease lease = granted(ledger, A, 1000, 100);
    ledger.release(lease);

    assertThat(ledger.snapshot().held()).isEmpty();
    granted(ledger, B, 1000, 100);
  }

  @Test
  void aSecondReleaseIsABug() {
    MemoryLedger ledger = MemoryLedger.ofCpu(1000, 8);
    Lease lease = granted(ledger, A, 10, 0);
    ledger.release(lease);

    assertThatThrownBy(() -> ledger.release(lease))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("lease: 1 of a/1/0 (expected: held, not yet released)");
    assertThatThrownBy(() -> ledger.measured(lease, 1, 1))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anotherLedgersLeaseIsABug() {
    Lease foreign = granted(MemoryLedger.ofCpu(1000, 8), B, 10, 0);
    MemoryLedger ledger = MemoryLedger.ofCpu(1000, 8);
    granted(ledger, A, 10, 0);

    assertThatThrownBy(() -> ledger.release(foreign)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anAbandonedLoadHoldsItsLeaseBesideTheNextOneOfItsReplica() {
    MemoryLedger ledger = MemoryLedger.ofCpu(1000, 8);
    Lease abandoned = granted(ledger, A, 600, 0);

    assertThat(refused(ledger, A, 600, 0).needs())
        .isEqualTo("needs 600 B of cpu, 400 B of 1000 B free");
    Lease next = granted(ledger, A, 400, 0);
    assertThat(heldByA(ledger)).isEqualTo(1000);
    ledger.release(abandoned);
    assertThat(heldByA(ledger)).isEqualTo(400);
    ledger.release(next);
    assertThat(heldByA(ledger)).isZero();
  }

  @Test
  void aCorrectionCountsNowButNotForTheNextLoad() {
    MemoryLedger ledger = MemoryLedger.ofCpu(1000, 8);
    Lease lease = granted(ledger, A, 500, 0);

    assertThat(ledger.corrected(lease, demand(1200, 0))).isEqualTo(200);
    assertThat(ledger.snapshot().device().reservedBytes()).isEqualTo(1200);
    assertThat(ledger.remembered(A.version())).isEmpty();
    ledger.release(lease);
    assertThat(ledger.snapshot().device().reservedBytes()).isZero();
  }

  @Test
  void aMeasurementCorrectsTheLeaseAndIsRemembered() {
    MemoryLedger ledger = MemoryLedger.ofGpu("gpu:0", 1000, 100, 8);
    Lease lease = granted(ledger, A, 500, 50);

    assertThat(ledger.measured(lease, 300, 20)).isZero();
    MemoryDemand measured = new MemoryDemand(300, 20, MemoryBasis.MEASURED);
    assertThat(ledger.snapshot().held()).containsExactly(new Held(A, measured));
    assertThat(ledger.snapshot().device().reservedBytes()).isEqualTo(300);
    assertThat(ledger.snapshot().host().reservedBytes()).isEqualTo(20);
    ledger.release(lease);
    assertThat(ledger.snapshot().device().reservedBytes()).isZero();
    assertThat(ledger.remembered(A.version())).contains(measured);
    assertThat(ledger.remembered(B.version())).isEmpty();
  }

  @Test
  void aMeasurementAboveTheTotalIsToldAndNothingMoreIsGranted() {
    MemoryLedger ledger = MemoryLedger.ofCpu(1000, 8);
    Lease lease = granted(ledger, A, 500, 0);

    assertThat(ledger.measured(lease, 1000, 0)).isZero();
    assertThat(ledger.measured(lease, 1001, 0)).isEqualTo(1);
    assertThat(ledger.snapshot().device().freeBytes()).isEqualTo(-1);
    assertThat(refused(ledger, B, 1, 0).shortages().getFirst().missingBytes()).isEqualTo(2);
  }

  @Test
  void theVersionMeasuredLongestAgoIsForgottenFirst() {
    MemoryLedger ledger = MemoryLedger.ofCpu(1000, 2);
    Lease a = granted(ledger, A, 1, 0);
    Lease b = granted(ledger, B, 1, 0);
    ledger.measured(a, 1, 0);
    ledger.measured(b, 2, 0);
    ledger.measured(a, 3, 0);
    Lease c = granted(ledger, ReplicaId.ofEntityId("c/1/0"), 1, 0);
    ledger.measured(c, 4, 0);

    assertThat(ledger.snapshot().measured().keySet())
        .containsExactly(new ModelVersionId("a", 1), new ModelVersionId("c", 1));
  }

  @Test
  void reservedBytesAreAlwaysTheSumOfWhatIsHeld() {
    Random random = new Random(7);
    MemoryLedger ledger = MemoryLedger.ofGpu("gpu:0", 500, 300, 16);
    List<Lease> held = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      ReplicaId replica = new ReplicaId(new ModelVersionId("m" + i, 1), 0);
      int what = random.nextInt(3);
      if (what == 0 || held.isEmpty()) {
        Reservation answer =
            ledger.reserve(replica, demand(random.nextInt(120), random.nextInt(80)));
        if (answer instanceof Reservation.Granted granted) {
          held.add(granted.lease());
        }
      } else if (what == 1) {
        ledger.release(held.remove(random.nextInt(held.size())));
      } else {
        ledger.measured(held.get(random.nextInt(held.size())), random.nextInt(120), 1);
      }
      LedgerSnapshot now = ledger.snapshot();
      assertThat(now.device().reservedBytes())
          .isEqualTo(now.held().stream().mapToLong(h -> h.memory().deviceBytes()).sum());
      assertThat(now.host().reservedBytes())
          .isEqualTo(now.held().stream().mapToLong(h -> h.memory().hostBytes()).sum());
      assertThat(now.held()).hasSameSizeAs(held);
    }
  }

  @Test
  void totalsAndBoundsAreChecked() {
    assertThatThrownBy(() -> MemoryLedger.ofCpu(-1, 8))
        .hasMessage("deviceTotalBytes: -1 (expected: >= 0)");
    assertThatThrownBy(() -> MemoryLedger.ofCpu(1, 0))
        .hasMessage("rememberedVersions: 0 (expected: >= 1)");
    assertThatThrownBy(() -> demand(-1, 0)).hasMessage("deviceBytes: -1 (expected: >= 0)");
    assertThatThrownBy(() -> demand(0, -1)).hasMessage("hostBytes: -1 (expected: >= 0)");
  }

  private static long heldByA(MemoryLedger ledger) {
    MemoryDemand held = ledger.snapshot().byReplica().get(A);
    return held == null ? 0 : held.deviceBytes();
  }

  private static Lease granted(MemoryLedger ledger, ReplicaId replica, long device, long host) {
    Reservation answer = ledger.reserve(replica, demand(device, host));
    assertThat(answer).isInstanceOf(Reservation.Granted.class);
    return ((Reservation.Granted) answer).lease();
  }

  private static Reservation.Refused refused(
      MemoryLedger ledger, ReplicaId replica, long device, long host) {
    Reservation answer = ledger.reserve(replica, demand(device, host));
    assertThat(answer).isInstanceOf(Reservation.Refused.class);
    return (Reservation.Refused) answer;
  }

  private static MemoryDemand demand(long device, long host) {
    return new MemoryDemand(device, host, MemoryBasis.DECLARED);
  }
}
