package io.dunlin.architecture;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which package may see which. THINK BEFORE CHANGING: an arrow added here is a way for a change in
 * one part to break another.
 *
 * <p>A package is named by module and first name below it ({@code gateway.routing}); what lies
 * deeper ({@code gateway.routing.selection}) belongs to it, and everything sees itself. The
 * module's own root package ({@code gateway}) wires its parts together, so it sees them all and
 * none sees it. Inside a module the arrows follow the order of travel: a request goes down the
 * gateway and down the node's data plane, a deployment down the control plane; nothing looks back
 * up, and the data plane never sees the control plane.
 */
final class Layers {

  /** Modules a module may see besides itself. The gateway and the node never see each other. */
  static final Map<String, Set<String>> MODULES =
      Map.of(
          "shared", Set.of(),
          "gateway", Set.of("shared"),
          "node", Set.of("shared"),
          "cli", Set.of("shared", "gateway", "node"));

  /** Packages of its own module a package may see besides itself. */
  static final Map<String, Set<String>> PACKAGES =
      Map.ofEntries(
          // shared: what crosses a process boundary, from the tensor up
          arrows("shared.tensor"),
          arrows("shared.model", "shared.tensor"),
          arrows("shared.inference", "shared.tensor", "shared.model"),
          arrows("shared.settings", "shared.model"),
          arrows("shared.telemetry", "shared.model", "shared.inference"),
          arrows("shared.catalog", "shared.model", "shared.settings"),
          arrows("shared.directory", "shared.model", "shared.inference", "shared.settings"),
          arrows("shared.placement", "shared.model"),
          arrows(
              "shared.protocol",
              "shared.placement",
              "shared.tensor",
              "shared.model",
              "shared.inference",
              "shared.catalog",
              "shared.directory"),
          arrows(
              "shared.serialization",
              "shared.placement",
              "shared.tensor",
              "shared.model",
              "shared.inference",
              "shared.catalog",
              "shared.directory",
              "shared.protocol"),
          arrows("shared.replicated", "shared.model", "shared.catalog", "shared.directory"),

          // gateway: down the way of a request
          arrows(
              "gateway.http",
              "gateway.pipeline",
              "gateway.admission",
              "gateway.routing",
              "gateway.dashboard"),
          arrows("gateway.grpc", "gateway.pipeline", "gateway.admission", "gateway.routing"),
          arrows("gateway.dashboard", "gateway.routing"),
          arrows("gateway.pipeline", "gateway.admission", "gateway.routing", "gateway.transport"),
          arrows("gateway.admission"),
          arrows("gateway.routing", "gateway.transport"),
          arrows("gateway.transport"),
          // reads what the others tell their observers
          arrows("gateway.metrics", "gateway.pipeline", "gateway.admission", "gateway.routing"),
          // where a gateway is put together: the one place that sees all of it
          arrows(
              "gateway.membership",
              "gateway.admission",
              "gateway.dashboard",
              "gateway.grpc",
              "gateway.http",
              "gateway.metrics",
              "gateway.pipeline",
              "gateway.routing",
              "gateway.transport"),

          // node, data plane: from the data port to the session
          arrows("node.dataport", "node.replica"),
          arrows(
              "node.replica",
              "node.batching",
              "node.execution",
              "node.repository",
              "node.runtime",
              "node.capacity",
              "node.device",
              "node.reporting"),
          arrows("node.execution", "node.batching", "node.runtime"),
          arrows("node.batching"),
          arrows("node.repository"),
          arrows("node.runtime", "node.host"),

          // node, control plane: down the way of a deployment
          arrows(
              "node.control",
              "node.autoscaling",
              "node.placement",
              "node.allocation",
              "node.capacity",
              "node.device",
              "node.repository",
              "node.reporting",
              "node.replica"),
          arrows("node.autoscaling"),
          arrows("node.placement", "node.capacity", "node.device"),
          arrows("node.allocation", "node.placement", "node.replica"),
          // where a node is put together: the one place that sees all of it
          arrows(
              "node.membership",
              "node.allocation",
              "node.capacity",
              "node.control",
              "node.dataport",
              "node.device",
              "node.execution",
              "node.host",
              "node.placement",
              "node.replica",
              "node.reporting",
              "node.runtime"),
          arrows("node.reporting", "node.capacity", "node.device"),
          arrows("node.capacity", "node.device"),
          arrows("node.device"),
          arrows("node.host"),

          // cli: commands know the process they start, not what it is made of
          arrows("cli.boot", "cli"));

  /** Packages that decide and do nothing else: no Pekko, clock, chance, I/O or logging in them. */
  static final Set<String> PURE =
      Set.of(
          "shared.tensor",
          "shared.inference",
          "shared.model",
          "node.placement",
          "node.batching",
          "node.capacity",
          "gateway.routing.selection",
          "gateway.routing.health",
          "gateway.admission.limit");

  /** APIs side by side: a change in one protocol must not reach another. */
  static final Set<String> APART =
      Set.of(
          "gateway.http.tfserving",
          "gateway.http.openinference",
          "gateway.http.admin",
          "gateway.grpc");

  private Layers() {}

  /** The part of the name that {@link #PACKAGES} knows: at most module and one name below it. */
  static String part(String relativePackage) {
    int module = relativePackage.indexOf('.');
    if (module < 0) {
      return relativePackage;
    }
    int second = relativePackage.indexOf('.', module + 1);
    return second < 0 ? relativePackage : relativePackage.substring(0, second);
  }

  static String module(String relativePackage) {
    int dot = relativePackage.indexOf('.');
    return dot < 0 ? relativePackage : relativePackage.substring(0, dot);
  }

  /** Why code in {@code from} may not see code in {@code to}; empty when it may. */
  static Optional<String> objection(String from, String to) {
    String fromModule = module(from);
    String toModule = module(to);
    if (!fromModule.equals(toModule)) {
      return moduleObjection(from, fromModule, to, toModule);
    }
    String fromPart = part(from);
    String toPart = part(to);
    boolean wiring = fromPart.equals(fromModule) && !fromModule.equals("cli");
    if (fromPart.equals(toPart) || wiring) {
      return Optional.empty();
    }
    if (fromModule.equals("cli") && !fromPart.equals("cli.boot")) {
      return Optional.empty();
    }
    Set<String> seen = PACKAGES.get(fromPart);
    if (seen == null) {
      return Optional.of(fromPart + " has no place in Layers.PACKAGES yet: name what it may see");
    }
    return seen.contains(toPart)
        ? Optional.empty()
        : Optional.of(fromPart + " may see " + seen + ", not " + toPart);
  }

  private static Optional<String> moduleObjection(
      String from, String fromModule, String to, String toModule) {
    Set<String> seen = MODULES.get(fromModule);
    if (seen == null) {
      return Optional.of(fromModule + " has no place in Layers.MODULES yet");
    }
    boolean seesParts = toModule.equals("gateway") || toModule.equals("node");
    boolean words = part(to).equals("node.device"); // what --device and its kin are parsed to
    if (fromModule.equals("cli") && seesParts && !words && !part(from).equals("cli.boot")) {
      return Optional.of("only cli.boot assembles gateway and node, not " + from);
    }
    return seen.contains(toModule)
        ? Optional.empty()
        : Optional.of(fromModule + " may see " + seen + ", not " + toModule);
  }

  private static Map.Entry<String, Set<String>> arrows(String from, String... to) {
    return Map.entry(from, Set.of(to));
  }
}
