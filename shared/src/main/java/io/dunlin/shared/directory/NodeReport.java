package io.dunlin.shared.directory;

import io.dunlin.shared.model.ModelVersionId;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a node says of itself.
 *
 * @param nodeId stable name of the process, unique in the cluster
 * @param address its cluster address, {@code pekko://dunlin@host:port}
 * @param incarnation the cluster's uid of this run of the process; tells a restarted node apart
 * @param dataHost where its data port listens
 * @param dataPort 0 when the node takes inference only from its own process
 * @param zone failure zone, empty when none was given
 * @param labels free labels
 * @param device kind, name and memory
 * @param hostMemoryBytes memory of the host or container
 * @param draining whether it is leaving
 * @param startedAt when the process came up
 * @param replicas every replica it holds
 * @param ledger how much of its memory is reserved
 * @param artifacts model versions whose files it has at hand
 * @param load 0 (idle) to 1 (busy), over the last seconds
 * @param runtimes platforms it can load, such as {@code tensorflow_savedmodel}
 * @param findings models deployed from elsewhere whose source it cannot serve from
 */
public record NodeReport(
    String nodeId,
    String address,
    long incarnation,
    String dataHost,
    int dataPort,
    String zone,
    Map<String, String> labels,
    Device device,
    long hostMemoryBytes,
    boolean draining,
    Instant startedAt,
    List<ReplicaReport> replicas,
    Ledger ledger,
    List<ModelVersionId> artifacts,
    double load,
    List<String> runtimes,
    List<Finding> findings) {

  public NodeReport {
    // absent in what an older process sent
    findings = findings == null ? List.of() : List.copyOf(findings);
  }

  /** One that finds every source it looks at. */
  public NodeReport(
      String nodeId,
      String address,
      long incarnation,
      String dataHost,
      int dataPort,
      String zone,
      Map<String, String> labels,
      Device device,
      long hostMemoryBytes,
      boolean draining,
      Instant startedAt,
      List<ReplicaReport> replicas,
      Ledger ledger,
      List<ModelVersionId> artifacts,
      double load,
      List<String> runtimes) {
    this(
        nodeId,
        address,
        incarnation,
        dataHost,
        dataPort,
        zone,
        labels,
        device,
        hostMemoryBytes,
        draining,
        startedAt,
        replicas,
        ledger,
        artifacts,
        load,
        runtimes,
        List.of());
  }

  /**
   * What is wrong with a model's source, seen from one node, for longer than a copy takes to begin.
   *
   * @param model its name
   * @param source the folder looked at
   * @param problem in words; stays the same while the cause does
   */
  public record Finding(String model, String source, String problem) {}

  /**
   * @param kind {@code cpu} or {@code gpu:K}
   * @param name what the hardware calls itself
   * @param memoryBytes memory replicas may use
   */
  public record Device(String kind, String name, long memoryBytes) {}

  /**
   * Memory that replicas hold or have reserved. On a CPU node the device is host memory.
   *
   * @param deviceReservedBytes of the device's memory
   * @param hostReservedBytes of host memory beside the device; 0 on a CPU node
   */
  public record Ledger(long deviceReservedBytes, long hostReservedBytes) {
    public static final Ledger EMPTY = new Ledger(0, 0);
  }
}
