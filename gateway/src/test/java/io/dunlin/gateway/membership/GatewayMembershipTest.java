package io.dunlin.gateway.membership;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.dunlin.gateway.routing.ClusterPicture;
import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.gateway.routing.DirectoryWatcher;
import io.dunlin.gateway.routing.RoutingTables;
import io.dunlin.shared.directory.GatewayReport;
import io.dunlin.shared.protocol.ControlProtocol;
import io.dunlin.shared.protocol.ControlProtocol.Reply;
import io.dunlin.shared.replicated.ClusterTables;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A gateway that is no node, beside a node that is no gateway, in one cluster. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayMembershipTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final ActorTestKit node = kit("node");
  private final ActorTestKit gateway = kit("gateway");
  private final ClusterPicture picture = new ClusterPicture();

  private static ActorTestKit kit(String role) {
    Config config =
        ConfigFactory.parseString(
                """
                pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                pekko.cluster.roles = [%s]
                """
                    .formatted(role))
            .withFallback(ConfigFactory.parseResources("dunlin-cluster.conf"))
            .withFallback(ConfigFactory.load());
    return ActorTestKit.create("dunlin", config);
  }

  @BeforeAll
  void join() {
    var seed = Cluster.get(node.system()).selfMember().address();
    Cluster.get(node.system()).manager().tell(Join.create(seed));
    Cluster.get(gateway.system()).manager().tell(Join.create(seed));
    ClusterSingleton.get(node.system())
        .init(
            SingletonActor.of(controller(), ControllerProxy.NAME)
                .withSettings(
                    ClusterSingletonSettings.create(node.system())
                        .withRole(ClusterSnapshot.NODE_ROLE)));
    ClusterTables tables = ClusterTables.start(gateway.system());
    ClusterTables.start(node.system());
    gateway
        .system()
        .systemActorOf(
            DirectoryWatcher.create(tables, new RoutingTables(), picture::publish),
            "watcher",
            Props.empty());
    await(picture -> picture.members().stream().filter(m -> m.isUp()).count() == 2);
    GatewayAnnouncer.start(
        gateway.system(),
        tables.gateways(),
        new GatewayAnnouncer.Announcement("gateway-a", Instant.EPOCH),
        new GatewayRuntime.Bound(address(8501), address(8502)));
  }

  @AfterAll
  void stop() {
    gateway.shutdownTestKit();
    node.shutdownTestKit();
  }

  private void await(Predicate<ClusterSnapshot> shows) {
    assertThat(picture.shows(shows, LONG).toCompletableFuture().join()).isTrue();
  }

  private static InetSocketAddress address(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static Behavior<ControlProtocol.Command> controller() {
    return Behaviors.receiveMessage(
        command -> {
          if (command instanceof ControlProtocol.Undeploy undeploy) {
            undeploy.replyTo().tell(new ControlProtocol.Accepted(undeploy.model(), 7));
          }
          return Behaviors.same();
        });
  }

  @Test
  void theGatewayReachesTheControllerOnTheNode() throws Exception {
    Reply reply =
        ControllerProxy.of(gateway.system())
            .ask(replyTo -> new ControlProtocol.Undeploy("m", null, replyTo), LONG)
            .toCompletableFuture()
            .get(LONG.toSeconds(), TimeUnit.SECONDS);
    assertThat(reply).isEqualTo(new ControlProtocol.Accepted("m", 7));
  }

  @Test
  void theGatewaySaysWhoItIsAndWhereItListens() {
    await(snapshot -> !snapshot.gateways().isEmpty());
    ClusterSnapshot snapshot = picture.current().orElseThrow();
    GatewayReport report = snapshot.gateways().getFirst();
    assertThat(report.gatewayId()).isEqualTo("gateway-a");
    assertThat(report.admin()).isEqualTo("127.0.0.1:8502");
    assertThat(snapshot.members().stream().map(snapshot::nameOf)).contains("gateway-a");
    assertThat(snapshot.controller().orElseThrow().roles()).containsExactly("node");
    assertThat(snapshot.selfIsUp()).isTrue();
  }

  @Test
  void pekkosOwnRoutesShowTheClusterAndChangeItOnlyWhenAllowed() throws Exception {
    ActorSystem<?> system = gateway.system();
    ServerBinding readOnly = bind(system, false);
    HttpResponse<String> members = call(readOnly, "GET", "/cluster/members/");
    assertThat(members.statusCode()).isEqualTo(200);
    assertThat(members.body()).contains("\"status\":\"Up\"", "\"roles\":[");
    String self = Cluster.get(node.system()).selfMember().address().toString();
    assertThat(call(readOnly, "DELETE", "/cluster/members/" + self).statusCode())
        .isBetween(400, 499);
    ServerBinding writable = bind(system, true);
    assertThat(call(writable, "DELETE", "/cluster/members/pekko://dunlin@127.0.0.1:1").statusCode())
        .isEqualTo(404);
    for (ServerBinding binding : List.of(readOnly, writable)) {
      binding.unbind().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }
  }

  private static ServerBinding bind(ActorSystem<?> system, boolean writes) throws Exception {
    return Http.get(system)
        .newServerAt("127.0.0.1", 0)
        .bind(ClusterRoutes.of(system, writes))
        .toCompletableFuture()
        .get(5, TimeUnit.SECONDS);
  }

  private static HttpResponse<String> call(ServerBinding binding, String method, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + binding.localAddress().getPort() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }
}
