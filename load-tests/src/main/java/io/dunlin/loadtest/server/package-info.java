/**
 * The yardsticks Dunlin is measured against, each in a JVM of its own: a bare Pekko HTTP route that
 * echoes what it is sent ({@link io.dunlin.loadtest.server.EchoServer}) and the model run in a loop
 * without any server ({@link io.dunlin.loadtest.server.ModelLoop}).
 */
@NullMarked
package io.dunlin.loadtest.server;

import org.jspecify.annotations.NullMarked;
