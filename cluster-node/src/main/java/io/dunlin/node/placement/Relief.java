package io.dunlin.node.placement;

import io.dunlin.shared.model.ByteSize;
import io.dunlin.shared.model.ModelSpec.DeviceKind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A change after which an unplaced replica would fit: the end of a sentence that begins with "would
 * fit if". Each is enough by itself.
 */
public sealed interface Relief {
  /** Such as {@code 3.8 GiB were freed on node-c}. */
  String text();

  /** Replicas that are leaving the node had gone; happens by itself. */
  record Unloaded(String node, long bytes) implements Relief {
    @Override
    public String text() {
      return "the replicas leaving " + node + " had freed " + ByteSize.format(bytes);
    }
  }

  /** At least so many bytes of the device, of host memory, or of both were freed. */
  record Freed(String node, long deviceBytes, long hostBytes) implements Relief {
    @Override
    public String text() {
      String device = deviceBytes > 0 ? ByteSize.format(deviceBytes) : "";
      String host = hostBytes > 0 ? ByteSize.format(hostBytes) + " of host memory" : "";
      String both = device.isEmpty() || host.isEmpty() ? device + host : device + " and " + host;
      return both + " were freed on " + node;
    }
  }

  /** A draining node was resumed. */
  record Resumed(String node) implements Relief {
    @Override
    public String text() {
      return node + " was resumed";
    }
  }

  /** An unreachable node came back. */
  record Returned(String node) implements Relief {
    @Override
    public String text() {
      return node + " was reachable again";
    }
  }

  /** The spec did not ask for one replica per node. */
  record Shared(String node) implements Relief {
    @Override
    public String text() {
      return "placement.spread was false (then " + node + " takes a second replica)";
    }
  }

  /** The spec allowed one more zone. */
  record ZoneAllowed(String zone, String node) implements Relief {
    @Override
    public String text() {
      return "placement.zones had '" + zone + "' (" + node + " has room)";
    }
  }

  /** The spec did not ask for these labels, or the node had them. */
  record LabelsDropped(Map<String, String> labels, String node) implements Relief {
    @Override
    public String text() {
      return node
          + " had the labels "
          + new TreeMap<>(labels)
          + ", or the model did not ask for them";
    }
  }

  /** The spec took any device. */
  record AnyDevice(String node) implements Relief {
    @Override
    public String text() {
      return "device was any (" + node + " has room)";
    }
  }

  /** One more node joined. */
  record Joined(
      DeviceKind device,
      long deviceBytes,
      long hostBytes,
      List<String> zones,
      Map<String, String> labels)
      implements Relief {
    @Override
    public String text() {
      StringBuilder text = new StringBuilder("another ");
      text.append(device == DeviceKind.ANY ? "" : device.name().toLowerCase(Locale.ROOT) + " ");
      text.append("node with ").append(ByteSize.format(deviceBytes)).append(" free");
      if (!zones.isEmpty()) {
        text.append(" in zone ").append(String.join(" or ", zones));
      }
      if (!labels.isEmpty()) {
        text.append(" and the labels ").append(new TreeMap<>(labels));
      }
      return text.append(" joined").toString();
    }
  }
}
