/**
 * The admin port: what runs where, in what state and why; changes to it; and the probes.
 *
 * <p>Starting points: {@link io.dunlin.gateway.http.admin.AdminApi} is the table of routes, each
 * {@code XxxResource} answers one part of it. Reads come from this gateway's picture of the
 * cluster, writes go to the model controller. Upstream: CLI, dashboard, probes. Downstream: {@link
 * io.dunlin.gateway.routing.ClusterPicture}, {@link
 * io.dunlin.gateway.http.admin.ControllerEndpoint}.
 */
@NullMarked
package io.dunlin.gateway.http.admin;

import org.jspecify.annotations.NullMarked;
