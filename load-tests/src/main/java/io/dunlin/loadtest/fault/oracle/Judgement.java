package io.dunlin.loadtest.fault.oracle;

/**
 * What the oracle says of one answer.
 *
 * @param version the version the answer names; 0 for none
 * @param replica the replica the answer names; empty for none
 * @param detail what is wrong, for a person to read; empty when nothing is
 */
public record Judgement(Verdict verdict, long version, String replica, String detail) {}
