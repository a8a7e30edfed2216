/**
 * Child JVMs and what they cost: CPU time, bytes allocated, collections, and flight recordings,
 * asked for over a loopback connection of their own, so that nothing goes through the ports or the
 * output of the program under test.
 *
 * <p>Starting points: {@link io.dunlin.loadtest.jvm.ChildJvm} in the parent, {@link
 * io.dunlin.loadtest.jvm.ControlledMain} in the child.
 *
 * <p>The protocol: the child connects to the parent, then each line of the parent is a command and
 * each line of the child its answer, {@code ok TEXT} or {@code error TEXT}.
 */
@NullMarked
package io.dunlin.loadtest.jvm;

import org.jspecify.annotations.NullMarked;
