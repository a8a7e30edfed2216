/**
 * What Dunlin costs above its floor, measured end to end on real processes.
 *
 * <p>A scenario names subjects (ways to get the same answers) and the ratios between them. All
 * subjects are up at once; rounds alternate between them, forwards and backwards, so that a slow
 * minute of the machine hits all of them alike; every ratio is taken within a round, and reported
 * as median, least and most over the rounds.
 *
 * <p>Starting points: {@link io.dunlin.loadtest.benchmark.OverheadBenchmark} (the program), {@link
 * io.dunlin.loadtest.benchmark.Scenarios} (what can be measured), {@link
 * io.dunlin.loadtest.benchmark.Subject}. Downstream: {@code generator} makes the load, {@code jvm}
 * starts and samples the processes, {@code server} holds the yardsticks.
 */
@NullMarked
package io.dunlin.loadtest.benchmark;

import org.jspecify.annotations.NullMarked;
