package io.dunlin.architecture.planted.gateway.admission;

/** Planted: admission sees the pipeline, which comes before it. */
final class LooksBackUp {
  io.dunlin.architecture.planted.gateway.pipeline.Pipeline pipeline =
      new io.dunlin.architecture.planted.gateway.pipeline.Pipeline();
}
