package io.dunlin.shared.serialization;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.directory.GatewayReport;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.protocol.ControlProtocol;
import io.dunlin.shared.protocol.FormationProtocol;
import io.dunlin.shared.protocol.ReplicaProtocol;
import java.io.IOException;
import java.io.NotSerializableException;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Control messages and replicated values as CBOR objects, one manifest per type.
 *
 * <p>Compatibility: fields may be added (unknown ones are ignored, absent ones are null or zero),
 * and new manifests may be added; a manifest is never given to another type.
 *
 * <p>A message travels in one frame of 256 KiB, and a node's report grows with its replicas. What
 * is large is therefore compressed (gzip, told by its first two bytes, which no CBOR object has): a
 * list of like records takes a tenth that way.
 */
public final class WireSerializer extends SerializerWithStringManifest {
  /** Unique in the cluster; Pekko's own serializers use ids below 40. */
  public static final int IDENTIFIER = 17_355_001;

  /** What is shorter is not worth the work. */
  private static final int LARGE_BYTES = 8 << 10;

  /** The longest message that is believed. */
  private static final int MAX_BYTES = 64 << 20;

  private static final Map<String, Class<?>> TYPES =
      Map.ofEntries(
          Map.entry("catalog.entry", CatalogEntry.class),
          Map.entry("catalog.assignment", Assignment.class),
          Map.entry("directory.node", NodeReport.class),
          Map.entry("directory.gateway", GatewayReport.class),
          Map.entry("model.description", ModelDescription.class),
          Map.entry("replica.start", ReplicaProtocol.Start.class),
          Map.entry("replica.stop", ReplicaProtocol.Stop.class),
          Map.entry("replica.reconfigure", ReplicaProtocol.Reconfigure.class),
          Map.entry("control.deploy", ControlProtocol.Deploy.class),
          Map.entry("control.undeploy", ControlProtocol.Undeploy.class),
          Map.entry("control.set-alias", ControlProtocol.SetAlias.class),
          Map.entry("control.rollback", ControlProtocol.Rollback.class),
          Map.entry("control.set-draining", ControlProtocol.SetDraining.class),
          Map.entry("control.explain", ControlProtocol.ExplainPlacement.class),
          Map.entry("control.dry-run", ControlProtocol.DryRun.class),
          Map.entry("control.explained", ControlProtocol.Explained.class),
          Map.entry("control.dry-run-done", ControlProtocol.DryRunDone.class),
          Map.entry("catalog.node-order", NodeOrder.class),
          Map.entry("formation.hello", FormationProtocol.Hello.class),
          Map.entry("formation.standing", FormationProtocol.Standing.class),
          Map.entry("control.repository", ControlProtocol.RepositorySeen.class),
          Map.entry("control.accepted", ControlProtocol.Accepted.class),
          Map.entry("control.rejected", ControlProtocol.Rejected.class));

  private static final Map<Class<?>, String> MANIFESTS =
      TYPES.entrySet().stream()
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

  private final ObjectMapper mapper;

  public WireSerializer(ExtendedActorSystem system) {
    this.mapper = WireMapper.create(system);
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    String manifest = MANIFESTS.get(message.getClass());
    if (manifest == null) {
      throw new IllegalArgumentException(
          "message type: " + message.getClass().getName() + " (expected: one with a manifest)");
    }
    return manifest;
  }

  @Override
  public byte[] toBinary(Object message) {
    try {
      byte[] plain = mapper.writeValueAsBytes(message);
      return plain.length < LARGE_BYTES ? plain : Compression.compress(plain);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot serialize " + message.getClass().getName(), e);
    }
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    Class<?> type = TYPES.get(manifest);
    if (type == null) {
      throw new NotSerializableException("manifest: '" + manifest + "' (expected: a known one)");
    }
    try {
      return mapper.readValue(
          Compression.isCompressed(bytes) ? Compression.expand(bytes, MAX_BYTES) : bytes, type);
    } catch (IOException e) {
      throw new NotSerializableException(manifest + ": " + e.getMessage());
    }
  }
}
