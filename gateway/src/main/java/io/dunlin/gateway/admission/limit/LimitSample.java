package io.dunlin.gateway.admission.limit;

/**
 * What one window of answers tells.
 *
 * @param answers how many
 * @param elapsedNanos length of the window
 * @param roundTripNanos mean time from the gateway's dispatch to the answer
 * @param queueNanos mean part of it spent in the replica's queue
 * @param computeNanos mean part of it spent running
 * @param maxInFlight most requests under way at one time
 * @param replicasFull whether a replica refused because its queue was full
 */
public record LimitSample(
    long answers,
    long elapsedNanos,
    double roundTripNanos,
    double queueNanos,
    double computeNanos,
    int maxInFlight,
    boolean replicasFull) {}
