/**
 * A small keyed table replicated over the cluster by Pekko Distributed Data.
 *
 * <p>Starting points: {@link io.dunlin.shared.replicated.ReplicatedTable}. Used by {@code catalog}
 * and {@code directory}, which say what is in the tables.
 */
@NullMarked
package io.dunlin.shared.replicated;

import org.jspecify.annotations.NullMarked;
