package io.dunlin.shared.tensor;

/** A tensor with the input or output name it belongs to. */
public record NamedTensor(String name, Tensor tensor) {}
