package io.dunlin.architecture.planted.gateway.http.tfserving;

/** Planted: one protocol sees another. */
final class MixesProtocols {
  io.dunlin.architecture.planted.gateway.http.openinference.Codec codec =
      new io.dunlin.architecture.planted.gateway.http.openinference.Codec();
}
