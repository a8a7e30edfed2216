package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.gateway.routing.ClusterPicture;
import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.gateway.routing.ServedModel;
import io.dunlin.gateway.routing.ServedModels;
import io.dunlin.gateway.routing.ServedVersion;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ModelSpecWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads of {@code /admin/v1/models}: desired spec beside observed state. */
final class ModelViews {
  private final ObjectMapper json;
  private final ServedModels models;
  private final ClusterPicture picture;

  ModelViews(ObjectMapper json, ServedModels models, ClusterPicture picture) {
    this.json = json;
    this.models = models;
    this.picture = picture;
  }

  List<AdminRoute> routes() {
    return List.of(
        AdminRoute.of(
            "GET", "/admin/v1/models", (request, names) -> Seen.done(AdminResponse.ok(all()))),
        AdminRoute.of(
            "GET", "/admin/v1/models/{model}", (request, names) -> Seen.done(one(names.get(0)))));
  }

  private ObjectNode all() {
    ClusterSnapshot snapshot = Seen.now(picture);
    ObjectNode body = json.createObjectNode();
    ArrayNode entries = body.putArray("models");
    models.all().forEach(model -> entries.add(model(snapshot, model)));
    return body;
  }

  private AdminResponse one(String name) {
    ClusterSnapshot snapshot = Seen.now(picture);
    ServedModel model = models.find(name).orElseThrow(() -> Seen.notDeployed(name));
    AdminResponse answer = AdminResponse.ok(model(snapshot, model));
    CatalogEntry entry = snapshot.catalog().get(name);
    return entry == null ? answer : answer.withRevision(entry.revision());
  }

  private ObjectNode model(ClusterSnapshot snapshot, ServedModel model) {
    ObjectNode body = json.createObjectNode();
    body.put("name", model.name());
    CatalogEntry entry = snapshot.catalog().get(model.name());
    if (entry != null) {
      body.put("revision", entry.revision());
      body.put("origin", entry.origin());
      body.put("deleted", entry.deleted());
      body.put("source", entry.spec().source());
      body.putObject("replicas")
          .put("min", entry.spec().replicas().min())
          .put("max", entry.spec().replicas().max());
      body.put("device", entry.spec().device().name().toLowerCase(Locale.ROOT));
    }
    ObjectNode aliases = body.putObject("aliases");
    new TreeMap<>(model.aliases())
        .forEach((label, alias) -> aliases.set(label, AliasResource.view(json, alias)));
    ArrayNode versions = body.putArray("versions");
    for (ServedVersion version : model.versions()) {
      versions.add(version(snapshot, entry, model.name(), version));
    }
    if (entry != null) {
      body.set("spec", ModelSpecWriter.toTree(entry.spec()));
    }
    return body;
  }

  private ObjectNode version(
      ClusterSnapshot snapshot, @Nullable CatalogEntry entry, String model, ServedVersion version) {
    List<ReplicaReport> replicas = new ArrayList<>();
    for (NodeReport node : snapshot.nodes()) {
      for (ReplicaReport report : node.replicas()) {
        if (report.replica().version().model().equals(model)
            && report.replica().version().version() == version.version()) {
          replicas.add(report);
        }
      }
    }
    boolean desired =
        entry != null && !entry.deleted() && entry.versions().contains(version.version());
    ObjectNode body = json.createObjectNode();
    body.put("version", version.version());
    body.put("state", version.state().name());
    body.put("desired", desired);
    body.put("readyReplicas", version.readyReplicas());
    body.put("replicas", replicas.size());
    body.put("wantedReplicas", desired && entry != null ? entry.spec().replicas().min() : 0);
    body.put("reason", version.reason());
    body.put("loadMillis", replicas.stream().mapToLong(ReplicaReport::loadMillis).max().orElse(0));
    body.put(
        "memoryBytes", replicas.stream().mapToLong(ReplicaReport::memoryBytes).max().orElse(0));
    return body;
  }
}
