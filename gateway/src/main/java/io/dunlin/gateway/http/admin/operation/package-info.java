/**
 * Long work, told from desired and observed state rather than recorded: so it survives the death of
 * the controller and of any gateway.
 *
 * <p>Starting points: {@link io.dunlin.gateway.http.admin.operation.Operations}. Upstream: the
 * admin routes. Pure.
 */
@NullMarked
package io.dunlin.gateway.http.admin.operation;

import org.jspecify.annotations.NullMarked;
