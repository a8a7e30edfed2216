/**
 * How processes that were given the same seeds become one cluster and not two: who begins it, who
 * joins it, what a process says while it can do neither, and which of two clusters gives way.
 *
 * <p>Starting points: {@link io.dunlin.cli.boot.formation.Formation}, the rules, pure; {@link
 * io.dunlin.cli.boot.formation.ClusterFormation}, the actor that asks and acts. Upstream: {@code
 * cli.boot}. Downstream: {@code shared.protocol.FormationProtocol}, Pekko Cluster. Why these rules:
 * docs/adr/0010.
 */
@NullMarked
package io.dunlin.cli.boot.formation;

import org.jspecify.annotations.NullMarked;
