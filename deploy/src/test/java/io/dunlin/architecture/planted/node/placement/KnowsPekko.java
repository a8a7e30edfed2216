package io.dunlin.architecture.planted.node.placement;

/** Planted: a pure decision that knows Pekko. */
final class KnowsPekko {
  org.apache.pekko.Done done = org.apache.pekko.Done.getInstance();
}
