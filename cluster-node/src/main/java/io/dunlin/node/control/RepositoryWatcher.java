package io.dunlin.node.control;

import io.dunlin.node.repository.ModelRepository;
import io.dunlin.node.repository.RepositoryView;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.protocol.ControlProtocol;
import io.dunlin.shared.replicated.ReplicatedTable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Looks at this node's model repository now and then, and at the sources of models that were
 * deployed from elsewhere, and tells the controller what there is.
 *
 * <pre>
 * waiting  tick            -> scanning (on a thread for blocking work)
 * scanning found           -> tell the controller, waiting
 * scanning the disk failed -> log it, waiting
 * </pre>
 */
public final class RepositoryWatcher {
  /** What the watcher takes: only its own signals. */
  public sealed interface Message {}

  private record Tick() implements Message {}

  private record Found(RepositorySpecs.Look look) implements Message {}

  private record ScanFailed(Throwable failure) implements Message {}

  private record CatalogChanged(Map<String, CatalogEntry> entries) implements Message {}

  /**
   * @param nodeId this node
   * @param models its repository; null to look only at sources elsewhere
   * @param scanInterval how often to look
   * @param stableFor how long a version's files must not have changed
   */
  public record Settings(
      String nodeId, @Nullable Path models, Duration scanInterval, Duration stableFor) {}

  /** How long a source must have been wrong before it is said to be: it may be being copied. */
  static final Duration SOURCE_GRACE = Duration.ofSeconds(5);

  private final ActorContext<Message> context;
  private final TimerScheduler<Message> timers;
  private final Settings settings;
  private final ModelRepository repository;
  private final RepositorySpecs specs;
  private final ActorRef<ControlProtocol.Command> controller;
  private final CompletableFuture<Set<ModelVersionId>> firstScan;
  private final Executor blocking;
  private final SourceFindings findings;
  private final InstantSource clock;
  private final Instant began;

  /** Specs of models that were deployed from elsewhere, by name. */
  private Map<String, ModelSpec> elsewhere = Map.of();

  /** Names of all models that somebody wants, or once wanted. */
  private Set<String> catalogued = Set.of();

  private RepositorySpecs.@Nullable Look firstLook;

  private Set<String> knownProblems = Set.of();

  private RepositoryWatcher(
      ActorContext<Message> context,
      TimerScheduler<Message> timers,
      Settings settings,
      ActorRef<ControlProtocol.Command> controller,
      InstantSource clock,
      CompletableFuture<Set<ModelVersionId>> firstScan) {
    this.context = context;
    this.timers = timers;
    this.settings = settings;
    this.repository = new ModelRepository(settings.models(), settings.stableFor(), clock);
    this.specs = new RepositorySpecs();
    this.findings = new SourceFindings(SOURCE_GRACE);
    this.clock = clock;
    this.began = clock.instant();
    this.controller = controller;
    this.firstScan = firstScan;
    this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
  }

  /**
   * @param controller told of every scan, so that a controller that moved hears of it too
   * @param firstScan completed with the versions to serve that the first scan found, once the
   *     controller has taken their models in
   */
  public static Behavior<Message> create(
      Settings settings,
      ActorRef<ReplicatedTable.Message<CatalogEntry>> catalog,
      ActorRef<ControlProtocol.Command> controller,
      InstantSource clock,
      CompletableFuture<Set<ModelVersionId>> firstScan) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  RepositoryWatcher watcher =
                      new RepositoryWatcher(
                          context, timers, settings, controller, clock, firstScan);
                  watcher.follow(catalog);
                  watcher.scan();
                  return Behaviors.receiveMessage(watcher::onMessage);
                }));
  }

  private void follow(ActorRef<ReplicatedTable.Message<CatalogEntry>> catalog) {
    ActorRef<Message> self = context.getSelf();
    Behavior<ReplicatedTable.Snapshot<CatalogEntry>> forward =
        Behaviors.receiveMessage(
            snapshot -> {
              self.tell(new CatalogChanged(snapshot.entries()));
              return Behaviors.same();
            });
    catalog.tell(new ReplicatedTable.Subscribe<>(context.spawn(forward, "catalog")));
  }

  private Behavior<Message> onMessage(Message message) {
    switch (message) {
      case Tick tick -> scan();
      case Found found -> onFound(found.look());
      case ScanFailed failed -> onFailed(failed.failure());
      case CatalogChanged changed -> {
        elsewhere = sourcesElsewhere(changed.entries());
        catalogued = Set.copyOf(changed.entries().keySet());
        completeFirstScan();
      }
    }
    return Behaviors.same();
  }

  private void scan() {
    Map<String, ModelSpec> sources = elsewhere;
    context.pipeToSelf(
        CompletableFuture.supplyAsync(() -> look(sources), blocking),
        (found, failure) -> failure == null ? found : new ScanFailed(failure));
  }

  /** On a thread for blocking work; scans never overlap, so the repository needs no lock. */
  private Found look(Map<String, ModelSpec> wanted) {
    Map<String, Path> sources = new HashMap<>();
    wanted.forEach((name, spec) -> sources.put(name, Path.of(spec.source())));
    RepositoryView view = repository.scan(sources);
    RepositorySpecs.Look look = specs.read(view, wanted.keySet());
    return new Found(
        new RepositorySpecs.Look(
            findings.judge(look.models(), view, wanted, clock.instant()), look.problems()));
  }

  private void onFound(RepositorySpecs.Look found) {
    logNewProblems(found.problems());
    controller.tell(new ControlProtocol.RepositorySeen(settings.nodeId(), found.models()));
    if (firstLook == null && (found.problems().isEmpty() || hasWaitedLongEnough())) {
      firstLook = found;
      completeFirstScan();
    }
    timers.startSingleTimer(new Tick(), settings.scanInterval());
  }

  /** What was just copied in is taken when it has not changed for a while; it counts as found. */
  private boolean hasWaitedLongEnough() {
    Duration patience = settings.stableFor().plus(settings.scanInterval().multipliedBy(2));
    return !clock.instant().isBefore(began.plus(patience));
  }

  /** Only then can anybody ask for these models. */
  private void completeFirstScan() {
    RepositorySpecs.Look first = firstLook;
    if (first != null
        && !firstScan.isDone()
        && first.models().stream().allMatch(model -> catalogued.contains(model.spec().name()))) {
      firstScan.complete(versionsToServe(first.models()));
    }
  }

  private void onFailed(Throwable failure) {
    context.getLog().error("model repository {} cannot be scanned", settings.models(), failure);
    timers.startSingleTimer(new Tick(), settings.scanInterval());
  }

  private void logNewProblems(List<String> problems) {
    for (String problem : problems) {
      if (!knownProblems.contains(problem)) {
        context.getLog().warn("model repository: {}", problem);
      }
    }
    knownProblems = Set.copyOf(problems);
  }

  private static Set<ModelVersionId> versionsToServe(List<ControlProtocol.RepositoryModel> models) {
    Set<ModelVersionId> versions = new HashSet<>();
    for (ControlProtocol.RepositoryModel model : models) {
      CatalogKeeper.selected(model.spec(), new TreeSet<>(model.versions()))
          .forEach(number -> versions.add(new ModelVersionId(model.spec().name(), number)));
    }
    return versions;
  }

  private static Map<String, ModelSpec> sourcesElsewhere(Map<String, CatalogEntry> entries) {
    Map<String, ModelSpec> sources = new HashMap<>();
    for (CatalogEntry entry : entries.values()) {
      if (!entry.deleted() && entry.origin().equals(CatalogEntry.FROM_ADMIN)) {
        sources.put(entry.spec().name(), entry.spec());
      }
    }
    return Map.copyOf(sources);
  }
}
