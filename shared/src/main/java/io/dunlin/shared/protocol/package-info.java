/**
 * How processes speak to replicas: the inference endpoint and the replica's commands.
 *
 * <p>Starting points: {@link io.dunlin.shared.protocol.InferenceEndpoint} (data plane), {@link
 * io.dunlin.shared.protocol.ReplicaProtocol} (control plane).
 */
@NullMarked
package io.dunlin.shared.protocol;

import org.jspecify.annotations.NullMarked;
