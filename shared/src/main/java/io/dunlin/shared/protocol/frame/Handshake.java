package io.dunlin.shared.protocol.frame;

import io.dunlin.shared.protocol.frame.ControlFrame.Hello;
import io.dunlin.shared.protocol.frame.Wire.VersionRange;

/**
 * One side's part in opening a connection.
 *
 * <p>The gateway offers, naming the node it means; the node accepts or refuses, the gateway checks
 * the answer. Whoever refuses says why, so that an operator who mixed two clusters reads it in the
 * log of either side.
 *
 * @param versions protocol versions spoken here
 * @param cluster cluster name
 * @param nodeId this process's node id
 * @param maxPayloadBytes most tensor bytes accepted in one message
 * @param maxOpenStreams most messages of several frames accepted at once
 */
public record Handshake(
    VersionRange versions, String cluster, String nodeId, int maxPayloadBytes, int maxOpenStreams) {

  /** What a gateway says first. */
  public Hello offer(String wantedNodeId, Lane lane) {
    return new Hello(
        versions, cluster, nodeId, wantedNodeId, lane, maxPayloadBytes, maxOpenStreams, 0);
  }

  /**
   * What a node answers to an offer it can accept.
   *
   * @throws FrameException with what to refuse it with
   */
  public Hello accept(Hello offer, long creditBytes) {
    checkCluster(offer);
    int version = versions.newestCommon(offer.versions());
    if (version == 0) {
      throw versionMismatch(offer);
    }
    if (!offer.receiver().equals(nodeId)) {
      throw new FrameException(
          CloseReason.NODE, "node: this is " + nodeId + " (expected: " + offer.receiver() + ")");
    }
    return new Hello(
        new VersionRange(version, version),
        cluster,
        nodeId,
        offer.sender(),
        offer.lane(),
        maxPayloadBytes,
        maxOpenStreams,
        creditBytes);
  }

  /**
   * Checks the node's answer to {@link #offer}.
   *
   * @throws FrameException when it is not the node that was meant, or chose what was not offered
   */
  public void verify(Hello answer, String wantedNodeId) {
    checkCluster(answer);
    if (versions.newestCommon(answer.versions()) == 0) {
      throw versionMismatch(answer);
    }
    if (!answer.sender().equals(wantedNodeId)) {
      throw new FrameException(
          CloseReason.NODE,
          "node: answered by " + answer.sender() + " (expected: " + wantedNodeId + ")");
    }
  }

  private void checkCluster(Hello peer) {
    if (!peer.cluster().equals(cluster)) {
      throw new FrameException(
          CloseReason.CLUSTER,
          "cluster: "
              + nodeId
              + " is in "
              + cluster
              + ", "
              + peer.sender()
              + " in "
              + peer.cluster()
              + " (expected: the same)");
    }
  }

  private FrameException versionMismatch(Hello peer) {
    return new FrameException(
        CloseReason.VERSION,
        "protocol versions: "
            + nodeId
            + " speaks "
            + versions.min()
            + ".."
            + versions.max()
            + ", "
            + peer.sender()
            + " "
            + peer.versions().min()
            + ".."
            + peer.versions().max()
            + " (expected: a common one)");
  }
}
