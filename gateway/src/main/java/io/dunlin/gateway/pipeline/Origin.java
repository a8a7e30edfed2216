package io.dunlin.gateway.pipeline;

/**
 * Where a request came from.
 *
 * @param caller who waits for the answer; its work is to be done there
 * @param tenant whose share of the cluster it uses; empty when the caller does not say
 * @param protocol what the caller speaks
 * @param arrivalNanos when the request's head arrived, on the gateway's clock
 */
public record Origin(Caller caller, String tenant, Protocol protocol, long arrivalNanos) {
  /** What callers speak. */
  public enum Protocol {
    TFSERVING_REST("tfserving_rest"),
    OPEN_INFERENCE_REST("openinference_rest"),
    TFSERVING_GRPC("tfserving_grpc"),
    OPEN_INFERENCE_GRPC("openinference_grpc");

    private final String label;

    Protocol(String label) {
      this.label = label;
    }

    /** The name in metrics. */
    public String label() {
      return label;
    }
  }
}
