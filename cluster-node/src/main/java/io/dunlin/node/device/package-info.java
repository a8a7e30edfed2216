/**
 * Finds out what a node has to give: its device, that device's memory and load, host memory.
 *
 * <p>Starting points: {@link io.dunlin.node.device.DeviceInventory}, {@link
 * io.dunlin.node.device.DeviceSpec}. GPUs are seen through one long-lived {@code nvidia-smi} child
 * ({@link io.dunlin.node.device.NvidiaSmiStream}, whose parser is pure); where there is none, the
 * operator declares the memory. Upstream: the node's start and its reports. Downstream: the
 * operating system.
 */
@NullMarked
package io.dunlin.node.device;

import org.jspecify.annotations.NullMarked;
