package io.dunlin.architecture.planted.gateway.admission.limit;

/** Planted: a pure decision by chance. */
final class RollsDice {
  boolean admit() {
    return new java.util.Random().nextBoolean()
        || java.util.concurrent.ThreadLocalRandom.current().nextBoolean();
  }
}
