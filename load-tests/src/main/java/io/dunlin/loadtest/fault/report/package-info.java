/**
 * What a run found: figures, a timeline, and the traces of the requests that failed; as text, JSON
 * and a page with plots.
 *
 * <p>Starting points: {@link io.dunlin.loadtest.fault.report.RunResult}, {@link
 * io.dunlin.loadtest.fault.report.Timeline}. Upstream: {@code fault}. Pure, but for {@link
 * io.dunlin.loadtest.fault.report.Traces}, which reads logs.
 */
@NullMarked
package io.dunlin.loadtest.fault.report;

import org.jspecify.annotations.NullMarked;
