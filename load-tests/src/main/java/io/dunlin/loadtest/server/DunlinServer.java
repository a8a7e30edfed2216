package io.dunlin.loadtest.server;

import io.dunlin.cli.boot.DunlinProcess;
import io.dunlin.cli.boot.ModelProgress;
import io.dunlin.cli.boot.ProcessSettings;
import io.dunlin.loadtest.jvm.ControlServer;
import io.dunlin.node.device.DeviceSpec;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Dunlin itself, as {@code ./dunlin} runs it, under a control connection: {@code DunlinServer
 * CONTROL_PORT ROLES CLUSTER_PORT SEED MODELS DATA}, roles separated by commas, {@code -} for no
 * seed, models or data folder. Other ports are any free ones.
 *
 * <p>Commands: {@code address} answers {@code host:port} of REST, when every model is ready, or
 * {@code none} without the role gateway; {@code admin} that of the admin port.
 */
public final class DunlinServer {
  private static final long READY_SECONDS = 120;
  private static final long DEVICE_BYTES = 8L << 30;

  private DunlinServer() {}

  public static void main(String[] args) throws Exception {
    DunlinProcess process = DunlinProcess.start(settings(args), ModelProgress.NONE);
    new ControlServer(Integer.parseInt(args[0]))
        .on("address", argument -> address(process))
        .on("admin", argument -> text(ready(process).admin()))
        .serve();
    process.stop().toCompletableFuture().get(READY_SECONDS, TimeUnit.SECONDS);
    System.exit(0);
  }

  private static String address(DunlinProcess process) throws Exception {
    return text(ready(process).http());
  }

  private static DunlinProcess.Ready ready(DunlinProcess process) throws Exception {
    return process.ready().toCompletableFuture().get(READY_SECONDS, TimeUnit.SECONDS);
  }

  private static String text(@Nullable InetSocketAddress address) {
    return address == null
        ? "none"
        : address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  private static ProcessSettings settings(String[] args) {
    int clusterPort = Integer.parseInt(args[2]);
    return new ProcessSettings(
        roles(args[1]),
        "127.0.0.1",
        0,
        0,
        clusterPort,
        0,
        "dunlin",
        args[3].equals("-") ? List.of() : List.of(args[3]),
        path(args[4]),
        path(args[5]),
        "bench-" + clusterPort,
        new DeviceSpec.Cpu(),
        OptionalLong.of(DEVICE_BYTES),
        "",
        Map.of(),
        "0.1.0");
  }

  private static Set<ProcessSettings.Role> roles(String text) {
    Set<ProcessSettings.Role> roles = EnumSet.noneOf(ProcessSettings.Role.class);
    for (String role : text.split(",", -1)) {
      roles.add(ProcessSettings.Role.valueOf(role));
    }
    return roles;
  }

  private static @Nullable Path path(String text) {
    return text.equals("-") ? null : Path.of(text);
  }
}
