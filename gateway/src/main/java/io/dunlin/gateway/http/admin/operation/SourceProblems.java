package io.dunlin.gateway.http.admin.operation;

import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.model.ModelSpec;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/** Whether a model cannot be served because of its source, by what every node found there. Pure. */
final class SourceProblems {
  /** Nodes named one by one; the others are counted. */
  private static final int MAX_NODES = 5;

  private SourceProblems() {}

  /** What is wrong in words, when every node says that something is. */
  static Optional<String> of(CatalogEntry entry, List<NodeReport> nodes) {
    if (nodes.isEmpty() || isServed(entry)) {
      return Optional.empty();
    }
    StringJoiner said = new StringJoiner("; ");
    int named = 0;
    for (NodeReport node : nodes) {
      Optional<String> problem = problem(entry.spec(), node);
      if (problem.isEmpty()) {
        return Optional.empty();
      }
      if (named++ < MAX_NODES) {
        said.add(node.nodeId() + ": " + problem.get());
      }
    }
    if (named > MAX_NODES) {
      said.add("and " + (named - MAX_NODES) + " nodes more");
    }
    return Optional.of("no node can serve " + entry.spec().source() + ": " + said);
  }

  private static boolean isServed(CatalogEntry entry) {
    return entry.spec().versionPolicy() instanceof ModelSpec.VersionPolicy.Specific specific
        ? entry.versions().containsAll(specific.versions())
        : !entry.versions().isEmpty();
  }

  private static Optional<String> problem(ModelSpec spec, NodeReport node) {
    return node.findings().stream()
        .filter(finding -> finding.model().equals(spec.name()))
        .filter(finding -> folder(finding.source()).equals(folder(spec.source())))
        .map(NodeReport.Finding::problem)
        .findFirst();
  }

  /** A finding about the source before this one says nothing. */
  private static String folder(String source) {
    return source.length() > 1 && source.endsWith("/")
        ? source.substring(0, source.length() - 1)
        : source;
  }
}
