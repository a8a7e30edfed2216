package io.dunlin.gateway.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Requests that were refused or lost by every replica there was, and wait for the routing table to
 * change: for a successor to be READY, or a connection to be made. Bounded in requests and bytes;
 * each flight leaves at the latest when its wait is over. Thread-safe; only requests without a
 * replica come here.
 */
final class WaitingFlights {
  private final int maxFlights;
  private final long maxBytes;
  private final LinkedHashSet<Flight> flights = new LinkedHashSet<>(); // guarded by this
  private long bytes; // guarded by this

  WaitingFlights(int maxFlights, long maxBytes) {
    this.maxFlights = maxFlights;
    this.maxBytes = maxBytes;
  }

  /** Takes a flight in, if there is room. */
  synchronized boolean tryEnter(Flight flight) {
    if (flights.size() >= maxFlights || flight.inputBytes() > maxBytes - bytes) {
      return false;
    }
    if (flights.add(flight)) {
      bytes += flight.inputBytes();
    }
    return true;
  }

  synchronized void leave(Flight flight) {
    if (flights.remove(flight)) {
      bytes -= flight.inputBytes();
    }
  }

  /** Everybody looks for a replica again, those that came first first. */
  void wakeAll() {
    for (Flight flight : takeAll()) {
      flight.wake();
    }
  }

  private synchronized List<Flight> takeAll() {
    if (flights.isEmpty()) {
      return List.of();
    }
    List<Flight> all = new ArrayList<>(flights);
    flights.clear();
    bytes = 0;
    return all;
  }

  synchronized int size() {
    return flights.size();
  }
}
