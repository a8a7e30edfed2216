package io.dunlin.loadtest.fault.oracle;

import io.dunlin.loadtest.generator.PreparedRequest;

/**
 * A request whose right answer is known.
 *
 * @param number its number in the run, from 0
 */
public record Question(long number, PreparedRequest request, Judge judge) {}
