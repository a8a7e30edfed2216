package io.dunlin.architecture.planted.node.control;

/** Planted: something to see. */
public final class Controller {}
