package io.dunlin.gateway.routing;

import java.util.Set;

/**
 * One member of the cluster as this process sees it.
 *
 * @param address {@code pekko://dunlin@host:port}
 * @param hostPort the same as {@code host:port}
 * @param incarnation the cluster's uid of this run of the process
 * @param roles what it does
 * @param status Joining, WeaklyUp, Up, Leaving, Exiting, Down or Removed
 * @param reachable whether the failure detector says so
 * @param version of its build
 * @param age 0 for the oldest member, growing with each younger one
 */
public record ClusterMember(
    String address,
    String hostPort,
    long incarnation,
    Set<String> roles,
    String status,
    boolean reachable,
    String version,
    int age) {

  public boolean isUp() {
    return status.equals("Up");
  }
}
