/**
 * Starts and stops a server process: one actor system with the roles gateway, node, or both.
 *
 * <p>Starting points: {@link io.dunlin.cli.boot.DunlinProcess}. Upstream: the server commands of
 * the command line. Downstream: {@code io.dunlin.gateway.membership}, {@code
 * io.dunlin.node.membership}.
 */
@NullMarked
package io.dunlin.cli.boot;

import org.jspecify.annotations.NullMarked;
