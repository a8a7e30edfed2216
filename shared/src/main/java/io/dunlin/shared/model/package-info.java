/**
 * Models, versions, replicas: their ids, their specification and their life cycle.
 *
 * <p>Starting points: {@link io.dunlin.shared.model.ModelSpec}, {@link
 * io.dunlin.shared.model.ReplicaId}, {@link io.dunlin.shared.model.ReplicaState}; {@link
 * io.dunlin.shared.model.ModelSpecReader} for the text form. Pure: no Pekko, no clock, no I/O.
 */
@NullMarked
package io.dunlin.shared.model;

import org.jspecify.annotations.NullMarked;
