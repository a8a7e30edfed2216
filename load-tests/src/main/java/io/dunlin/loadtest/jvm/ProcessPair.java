package io.dunlin.loadtest.jvm;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A gateway and a node of its own: what they use is added up. A recording of the gateway is written
 * where it was asked for, the node's beside it, with {@code -node} in its name.
 */
public final class ProcessPair implements ServerProcess {
  private final String name;
  private final ServerProcess gateway;
  private final ServerProcess node;

  public ProcessPair(String name, ServerProcess gateway, ServerProcess node) {
    this.name = name;
    this.gateway = gateway;
    this.node = node;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean isAlive() {
    return gateway.isAlive() && node.isAlive();
  }

  @Override
  public JvmSample sample() throws IOException {
    return gateway.sample().plus(node.sample());
  }

  @Override
  public void startRecording() throws IOException {
    gateway.startRecording();
    node.startRecording();
  }

  @Override
  public void dumpRecording(Path file) throws IOException {
    gateway.dumpRecording(file);
    node.dumpRecording(besides(file));
  }

  /** Where the node's part of a recording lies. */
  public static Path besides(Path file) {
    String whole = file.getFileName().toString();
    int dot = whole.lastIndexOf('.');
    String stem = dot < 0 ? whole : whole.substring(0, dot);
    return file.resolveSibling(stem + "-node" + (dot < 0 ? "" : whole.substring(dot)));
  }

  @Override
  public void close() {
    gateway.close();
    node.close();
  }
}
