package io.dunlin.architecture.planted.gateway.routing.selection;

/** Planted: a pure decision that logs. */
final class Logs {
  void decide() {
    org.slf4j.LoggerFactory.getLogger(Logs.class).info("decided");
  }
}
