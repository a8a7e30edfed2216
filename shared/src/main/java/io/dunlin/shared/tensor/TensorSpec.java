package io.dunlin.shared.tensor;

/**
 * One named input or output of a signature.
 *
 * @param name the name callers use
 * @param dtype element type
 * @param shape declared sizes, -1 where any fits
 * @param graphName the tensor in the graph, such as {@code serving_default_x:0}; shown in metadata
 */
public record TensorSpec(String name, DataType dtype, Shape shape, String graphName) {}
