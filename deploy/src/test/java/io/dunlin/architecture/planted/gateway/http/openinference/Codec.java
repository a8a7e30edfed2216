package io.dunlin.architecture.planted.gateway.http.openinference;

/** Planted: something to see. */
public final class Codec {}
