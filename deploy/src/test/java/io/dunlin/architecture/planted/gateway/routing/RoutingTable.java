package io.dunlin.architecture.planted.gateway.routing;

/** Planted: something to see. */
public final class RoutingTable {}
