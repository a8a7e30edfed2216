/**
 * The callers: numbered requests by a schedule, whatever the servers do, over as many connections
 * as that takes.
 *
 * <p>Starting points: {@link io.dunlin.loadtest.fault.driver.NumberedDriver}, {@link
 * io.dunlin.loadtest.fault.driver.DriverPlan}. Upstream: {@code fault.scenario}. Downstream: {@code
 * fault.oracle} makes the requests and judges the answers, {@code generator} has the connections.
 *
 * <p>Invariants: every request due has exactly one {@link io.dunlin.loadtest.fault.oracle.Ended};
 * waits count from the instant it was due, also when it could not be sent (no coordinated
 * omission).
 */
@NullMarked
package io.dunlin.loadtest.fault.driver;

import org.jspecify.annotations.NullMarked;
