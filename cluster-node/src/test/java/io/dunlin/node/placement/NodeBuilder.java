package io.dunlin.node.placement;

import io.dunlin.node.placement.NodeSnapshot.Condition;
import io.dunlin.node.placement.NodeSnapshot.Device;
import io.dunlin.shared.model.ModelSpec.DeviceKind;
import io.dunlin.shared.model.ModelVersionId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Builds node snapshots for tests: an idle node that is up, without zone or labels. */
public final class NodeBuilder {
  public static final String PLATFORM = "tensorflow_savedmodel";

  private final String id;
  private final Device device;
  private final Map<String, String> labels = new HashMap<>();
  private final Set<ModelVersionId> artifacts = new HashSet<>();
  private Set<String> runtimes = Set.of(PLATFORM);
  private String zone = "";
  private long hostTotalBytes = 1L << 40;
  private long deviceReservedBytes;
  private long hostReservedBytes;
  private Condition condition = Condition.UP;
  private double load;

  private NodeBuilder(String id, Device device) {
    this.id = id;
    this.device = device;
  }

  public static NodeBuilder cpu(String id, long bytes) {
    return new NodeBuilder(id, new Device(DeviceKind.CPU, "cpu", bytes));
  }

  public static NodeBuilder gpu(String id, long bytes) {
    return new NodeBuilder(id, new Device(DeviceKind.GPU, "gpu:0", bytes));
  }

  public NodeBuilder zone(String name) {
    zone = name;
    return this;
  }

  public NodeBuilder label(String key, String value) {
    labels.put(key, value);
    return this;
  }

  public NodeBuilder reserved(long deviceBytes) {
    deviceReservedBytes = deviceBytes;
    return this;
  }

  public NodeBuilder host(long totalBytes, long reservedBytes) {
    hostTotalBytes = totalBytes;
    hostReservedBytes = reservedBytes;
    return this;
  }

  public NodeBuilder draining() {
    condition = Condition.DRAINING;
    return this;
  }

  public NodeBuilder unreachable() {
    condition = Condition.UNREACHABLE;
    return this;
  }

  public NodeBuilder has(String model, long version) {
    artifacts.add(new ModelVersionId(model, version));
    return this;
  }

  public NodeBuilder load(double share) {
    load = share;
    return this;
  }

  public NodeBuilder runtimes(String... names) {
    runtimes = Set.of(names);
    return this;
  }

  public NodeSnapshot build() {
    return new NodeSnapshot(
        id,
        zone,
        labels,
        device,
        hostTotalBytes,
        deviceReservedBytes,
        hostReservedBytes,
        condition,
        artifacts,
        load,
        runtimes);
  }
}
