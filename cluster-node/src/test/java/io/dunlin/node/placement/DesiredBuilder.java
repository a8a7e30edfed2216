package io.dunlin.node.placement;

import io.dunlin.node.capacity.MemoryBasis;
import io.dunlin.node.capacity.MemoryDemand;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelSpec.DeviceKind;
import io.dunlin.shared.model.ModelSpec.Placement;
import io.dunlin.shared.model.ModelVersionId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Builds desired replicas for tests: one replica of version 1 of a model, on any device. */
public final class DesiredBuilder {
  private final String model;
  private final Map<String, String> labels = new HashMap<>();
  private long version = 1;
  private int count = 1;
  private long deviceBytes;
  private long hostBytes;
  private DeviceKind device = DeviceKind.ANY;
  private List<String> zones = List.of();
  private boolean spread = true;
  private int priority = 3;
  private String platform = NodeBuilder.PLATFORM;

  private DesiredBuilder(String model) {
    this.model = model;
  }

  public static DesiredBuilder model(String name) {
    return new DesiredBuilder(name);
  }

  public DesiredBuilder version(long number) {
    version = number;
    return this;
  }

  public DesiredBuilder replicas(int number) {
    count = number;
    return this;
  }

  public DesiredBuilder bytes(long ofDevice) {
    deviceBytes = ofDevice;
    return this;
  }

  public DesiredBuilder hostBytes(long bytes) {
    hostBytes = bytes;
    return this;
  }

  public DesiredBuilder on(DeviceKind kind) {
    device = kind;
    return this;
  }

  public DesiredBuilder zones(String... names) {
    zones = List.of(names);
    return this;
  }

  public DesiredBuilder label(String key, String value) {
    labels.put(key, value);
    return this;
  }

  public DesiredBuilder sharing() {
    spread = false;
    return this;
  }

  public DesiredBuilder priority(int level) {
    priority = level;
    return this;
  }

  public DesiredBuilder platform(String name) {
    platform = name;
    return this;
  }

  public ModelVersionId id() {
    return new ModelVersionId(model, version);
  }

  public DesiredReplicas build() {
    ModelSpec defaults = ModelSpec.of(model, "models/" + model);
    ModelSpec spec =
        new ModelSpec(
            model,
            defaults.source(),
            defaults.versionPolicy(),
            new ModelSpec.Replicas(count, count),
            device,
            defaults.memoryBytes(),
            defaults.batching(),
            defaults.queue(),
            defaults.timeout(),
            defaults.warmup(),
            new Placement(zones, Map.copyOf(labels), spread),
            priority,
            defaults.threading());
    MemoryDemand demand = new MemoryDemand(deviceBytes, hostBytes, MemoryBasis.DECLARED);
    return new DesiredReplicas(spec, version, count, demand, platform);
  }
}
