/**
 * What this process asks of its operating system beyond what Java offers: a thread's priority, its
 * environment, what its allocator has handed out, what is written to its stderr.
 *
 * <p>Starting points: {@link io.dunlin.node.host.HostCalls}. Every call may be unavailable (another
 * system, an older JVM, native access denied): callers go on without it. Upstream: the node's
 * start, its load threads and its memory gauge. Downstream: the C library, through {@code
 * java.lang.foreign}.
 */
@NullMarked
package io.dunlin.node.host;

import org.jspecify.annotations.NullMarked;
