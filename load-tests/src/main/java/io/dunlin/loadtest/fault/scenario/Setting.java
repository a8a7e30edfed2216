package io.dunlin.loadtest.fault.scenario;

/**
 * The cluster a scenario needs.
 *
 * @param namespaces whether processes live in network namespaces, so that they can be cut off
 * @param diskMebibytes size of the disk that holds the data folders; 0 for the machine's own
 */
public record Setting(int nodes, int gateways, boolean namespaces, int diskMebibytes) {

  /** Three nodes and a gateway on loopback. */
  public static Setting usual() {
    return new Setting(3, 1, false, 0);
  }

  Setting withGateways(int count) {
    return new Setting(nodes, count, namespaces, diskMebibytes);
  }

  Setting withNodes(int count) {
    return new Setting(count, gateways, namespaces, diskMebibytes);
  }

  Setting inNamespaces() {
    return new Setting(nodes, gateways, true, diskMebibytes);
  }

  Setting onSmallDisk(int mebibytes) {
    return new Setting(nodes, gateways, namespaces, mebibytes);
  }
}
