package io.dunlin.shared.directory;

import java.time.Instant;

/**
 * What a gateway says of itself.
 *
 * @param gatewayId stable name of the process, unique in the cluster; that of its node where the
 *     process is both
 * @param address its cluster address, {@code pekko://dunlin@host:port}
 * @param incarnation the cluster's uid of this run of the process
 * @param http where it serves REST, {@code host:port}
 * @param admin where it serves the admin API, {@code host:port}
 * @param startedAt when the process came up
 */
public record GatewayReport(
    String gatewayId,
    String address,
    long incarnation,
    String http,
    String admin,
    Instant startedAt) {}
