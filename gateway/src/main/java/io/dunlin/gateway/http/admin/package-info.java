/**
 * The admin port: what runs where, in what state, and the probes.
 *
 * <p>Starting points: {@link io.dunlin.gateway.http.admin.AdminApi}. Upstream: CLI, dashboard,
 * probes. Downstream: the directory and the model controller.
 */
@NullMarked
package io.dunlin.gateway.http.admin;

import org.jspecify.annotations.NullMarked;
