package io.dunlin.node.capacity;

import io.dunlin.shared.model.ReplicaId;

/**
 * A right to memory, granted by a {@link MemoryLedger} and to be given back to it exactly once,
 * after the memory is really free.
 *
 * @param id unique within its ledger
 * @param holder the replica the memory is for
 */
public record Lease(long id, ReplicaId holder) {}
