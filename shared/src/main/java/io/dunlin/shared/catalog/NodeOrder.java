package io.dunlin.shared.catalog;

import java.time.Instant;

/**
 * What an operator asked of a node, beside what models ask.
 *
 * @param incarnation the run of the process it is meant for; a restarted node has forgotten it
 * @param draining whether its replicas are to be handed over
 * @param since when it was asked
 */
public record NodeOrder(long incarnation, boolean draining, Instant since) {}
