/**
 * Desired state: what users asked to be served, and where the controller decided to put it.
 *
 * <p>Starting points: {@link io.dunlin.shared.catalog.CatalogEntry}. Written only by the
 * controller, replicated to every process, durable on every node's disk.
 */
@NullMarked
package io.dunlin.shared.catalog;

import org.jspecify.annotations.NullMarked;
