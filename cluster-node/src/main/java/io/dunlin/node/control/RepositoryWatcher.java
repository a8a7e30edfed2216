package io.dunlin.node.control;

import io.dunlin.node.membership.NodeSettings;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.protocol.ControlProtocol;
import io.dunlin.shared.replicated.ReplicatedTable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

public final class RepositoryWatcher {
  public sealed interface Message {}

  private record Tick() implements Message {}

  public static Behavior<Message> create(
      NodeSettings settings,
      ActorRef<ReplicatedTable.Message<CatalogEntry>> catalog,
      ActorRef<ControlProtocol.Command> controller,
      InstantSource clock,
      java.util.concurrent.CompletableFuture<java.util.Set<io.dunlin.shared.model.ModelVersionId>>
          firstScan) {
    return Behaviors.withTimers(
        timers -> {
          timers.startTimerWithFixedDelay(
              new Tick(), java.time.Duration.ZERO, settings.scanInterval());
          return Behaviors.receiveMessage(
              m -> {
                List<ControlProtocol.RepositoryModel> models = new ArrayList<>();
                Path dir = settings.models();
                if (dir != null) {
                  try (DirectoryStream<Path> ms = Files.newDirectoryStream(dir)) {
                    for (Path p : ms) {
                      List<Long> vs = new ArrayList<>();
                      try (DirectoryStream<Path> versions = Files.newDirectoryStream(p)) {
                        for (Path v : versions) vs.add(Long.parseLong(v.getFileName().toString()));
                      }
                      models.add(
                          new ControlProtocol.RepositoryModel(
                              ModelSpec.of(p.getFileName().toString(), p.toString()), vs));
                    }
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                }
                controller.tell(new ControlProtocol.RepositorySeen(settings.nodeId(), models));
                java.util.Set<io.dunlin.shared.model.ModelVersionId> all =
                    new java.util.HashSet<>();
                models.forEach(
                    x ->
                        x.versions()
                            .forEach(
                                v ->
                                    all.add(
                                        new io.dunlin.shared.model.ModelVersionId(
                                            x.spec().name(), v))));
                firstScan.complete(all);
                return Behaviors.same();
              });
        });
  }

  private RepositoryWatcher() {}
}
