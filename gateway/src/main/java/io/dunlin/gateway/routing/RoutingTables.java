package io.dunlin.gateway.routing;

import io.dunlin.shared.model.ModelVersionId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Holds the current {@link RoutingTable}; one writer, any number of readers. */
public final class RoutingTables implements ServedModels {
  private volatile RoutingTable current = RoutingTable.EMPTY;

  /** Makes a table the current one. */
  public void publish(RoutingTable table) {
    current = table;
  }

  public RoutingTable current() {
    return current;
  }

  public List<RoutingTable.Route> routesTo(ModelVersionId version) {
    return current.routesTo(version);
  }

  @Override
  public Optional<ServedModel> find(String model) {
    return Optional.ofNullable(current.models().get(model));
  }

  @Override
  public boolean isComplete() {
    return current.complete();
  }

  @Override
  public List<ServedModel> all() {
    return current.models().values().stream()
        .sorted(Comparator.comparing(ServedModel::name))
        .toList();
  }
}
