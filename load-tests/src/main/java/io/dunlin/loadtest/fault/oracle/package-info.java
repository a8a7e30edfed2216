/**
 * Knows the right answer of every request and says of each how it ended.
 *
 * <p>A request has a number; its input follows from the number, so that neighbours have different
 * answers and an answer handed to the wrong caller is seen. Versions differ in their values, so
 * that an answer which names one version and was computed by another, or by both, is seen too.
 *
 * <p>Starting points: {@link io.dunlin.loadtest.fault.oracle.Questions}, {@link
 * io.dunlin.loadtest.fault.oracle.Verdict}. Upstream: {@code fault.driver} asks and judges.
 * Downstream: {@code request} renders bodies and compares outputs. Pure: no sockets, no clock.
 */
@NullMarked
package io.dunlin.loadtest.fault.oracle;

import org.jspecify.annotations.NullMarked;
