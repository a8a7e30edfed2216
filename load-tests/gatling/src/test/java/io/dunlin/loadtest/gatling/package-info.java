/**
 * Gatling simulations: load on a running cluster from outside, by nothing but its URL.
 *
 * <p>Every request is made up anew where that is cheap, and every answer is compared with what it
 * must be. What can be set is in {@link io.dunlin.loadtest.gatling.Target}; the requests are in
 * {@link io.dunlin.loadtest.gatling.Requests}.
 */
@NullMarked
package io.dunlin.loadtest.gatling;

import org.jspecify.annotations.NullMarked;
