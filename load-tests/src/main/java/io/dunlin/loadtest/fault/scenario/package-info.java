/**
 * What is done to a cluster under load, one class each, and what must be true then.
 *
 * <p>Starting points: {@link io.dunlin.loadtest.fault.scenario.Scenario}, {@link
 * io.dunlin.loadtest.fault.scenario.Scenarios} (the list), {@link
 * io.dunlin.loadtest.fault.scenario.Stage} (what a scenario works with). Upstream: {@code fault}.
 * Downstream: {@code cluster}, {@code oracle}.
 */
@NullMarked
package io.dunlin.loadtest.fault.scenario;

import org.jspecify.annotations.NullMarked;
