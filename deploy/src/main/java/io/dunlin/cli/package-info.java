/**
 * The command line: one class per command, and what they share.
 *
 * <p>Starting points: {@link io.dunlin.cli.Main}. Server commands ({@code up}, {@code gateway},
 * {@code node}) start a process through {@code io.dunlin.cli.boot}; every other command is a client
 * of the admin port or the inference port.
 */
@NullMarked
package io.dunlin.cli;

import org.jspecify.annotations.NullMarked;
