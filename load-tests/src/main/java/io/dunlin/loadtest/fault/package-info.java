/**
 * The fault suite: real processes, load whose right answers are known, and a fault in the middle.
 *
 * <p>Starting points: {@link io.dunlin.loadtest.fault.FaultSuite} (the command line), {@link
 * io.dunlin.loadtest.fault.FaultRun} (one repeat of one scenario), {@code scenario} (what is done
 * to the cluster). Downstream: {@code cluster} (processes, networks, disks), {@code driver}
 * (callers), {@code oracle} (right answers), {@code report}.
 */
@NullMarked
package io.dunlin.loadtest.fault;

import org.jspecify.annotations.NullMarked;
