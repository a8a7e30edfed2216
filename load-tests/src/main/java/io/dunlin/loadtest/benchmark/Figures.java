package io.dunlin.loadtest.benchmark;

import io.dunlin.loadtest.generator.Outcome;
import io.dunlin.loadtest.jvm.JvmSample;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/**
 * What one round of one subject gave.
 *
 * @param seconds time measured
 * @param ok right answers
 * @param others answers and failures of any other kind
 * @param okNanos latency of the right answers
 * @param sampledSeconds time between the two samples below, round warm-up included
 * @param server what the server's JVM used in it
 * @param answers requests the server answered in it, about
 * @param generatorCores cores the generator kept busy
 * @param othersCores cores everything else on the machine kept busy, where known
 * @param objections the first wrong things, if any
 */
record Figures(
    double seconds,
    long ok,
    Map<Outcome, Long> others,
    Histogram okNanos,
    double sampledSeconds,
    JvmSample server,
    double answers,
    double generatorCores,
    OptionalDouble othersCores,
    List<String> objections) {

  /** The same with other objections. */
  Figures withObjections(List<String> told) {
    return new Figures(
        seconds,
        ok,
        others,
        okNanos,
        sampledSeconds,
        server,
        answers,
        generatorCores,
        othersCores,
        told);
  }

  double perSecond() {
    return ok / seconds;
  }

  double micros(double percentile) {
    return okNanos.getValueAtPercentile(percentile) / 1e3;
  }

  double serverCores() {
    return server.cpuNanos() / 1e9 / sampledSeconds;
  }

  double cpuMicrosPerRequest() {
    return answers == 0 ? 0 : server.cpuNanos() / 1e3 / answers;
  }

  double bytesPerRequest() {
    return answers == 0 ? 0 : server.allocatedBytes() / answers;
  }

  long notOk() {
    return others.values().stream().mapToLong(Long::longValue).sum();
  }
}
