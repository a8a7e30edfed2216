package io.dunlin.node.device;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One GPU as {@code nvidia-smi} saw it last.
 *
 * @param index its number on this machine
 * @param uuid such as {@code GPU-5f8d..}
 * @param name such as {@code NVIDIA H100 80GB HBM3}
 * @param totalBytes its memory; empty where it has none of its own (unified memory) or says nothing
 * @param usedBytes memory in use, by whatever process
 * @param utilizationPercent share of the last sample period in which it was busy; empty with MIG
 */
public record GpuSample(
    int index,
    String uuid,
    String name,
    OptionalLong totalBytes,
    OptionalLong usedBytes,
    OptionalInt utilizationPercent) {}
