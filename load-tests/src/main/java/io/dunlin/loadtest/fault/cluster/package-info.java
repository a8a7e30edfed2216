/**
 * A cluster of real processes on this machine, and what can be done to them: kill -9, SIGSTOP,
 * SIGTERM, cut off the network, fill the disk.
 *
 * <p>Each process is the distribution's own main class in a JVM of its own, with fixed ports, its
 * own data folder and its own log. A process that ends by itself is started again, as a service
 * manager would.
 *
 * <p>Starting points: {@link io.dunlin.loadtest.fault.cluster.FaultCluster}, {@link
 * io.dunlin.loadtest.fault.cluster.ClusterLayout}. Upstream: {@code fault.scenario}. Downstream:
 * the operating system, and the admin API through {@link
 * io.dunlin.loadtest.fault.cluster.AdminCalls}.
 *
 * <p>Invariant: when a cluster is closed, none of its processes, namespaces and mounts is left; the
 * processes also end when this one is killed.
 */
@NullMarked
package io.dunlin.loadtest.fault.cluster;

import org.jspecify.annotations.NullMarked;
