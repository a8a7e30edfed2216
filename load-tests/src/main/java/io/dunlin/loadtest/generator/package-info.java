/**
 * An HTTP/1.1 load generator: one thread, many kept-alive connections, requests rendered before the
 * run, every answer's status checked and a sample of the bodies compared with the right answer.
 *
 * <p>Closed loop (each connection sends its next request when it has its answer) tells how much a
 * server can do. Open loop (requests leave by a schedule, whatever the server does) tells how long
 * callers wait: latency counts from the scheduled instant, so a server that stalls cannot hide it
 * by stalling the generator too (no coordinated omission).
 *
 * <p>Starting points: {@link io.dunlin.loadtest.generator.LoadPlan}, {@link
 * io.dunlin.loadtest.generator.LoadGenerator}, {@link io.dunlin.loadtest.generator.LoadResult}.
 * Decisions without sockets are in {@link io.dunlin.loadtest.generator.ResponseParser}, {@link
 * io.dunlin.loadtest.generator.Arrivals} and {@link io.dunlin.loadtest.generator.LoadRecorder}.
 *
 * <p>Invariants: every request sent has exactly one {@link io.dunlin.loadtest.generator.Outcome};
 * memory does not grow with the length of a run.
 */
@NullMarked
package io.dunlin.loadtest.generator;

import org.jspecify.annotations.NullMarked;
