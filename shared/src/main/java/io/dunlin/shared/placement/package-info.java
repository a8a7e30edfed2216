/**
 * What placement says of itself to people: decision records and dry runs, as they travel from the
 * controller to a gateway's admin port.
 *
 * <p>Starting points: {@link io.dunlin.shared.placement.PlacementReport}, {@link
 * io.dunlin.shared.placement.DryRunReport}. Upstream: the controller. Downstream: the admin API.
 * Pure.
 */
@NullMarked
package io.dunlin.shared.placement;

import org.jspecify.annotations.NullMarked;
