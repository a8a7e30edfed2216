package io.dunlin.node.device;

/** A node's device is not there, or not as large as declared; the message names it. */
public final class DeviceException extends Exception {
  private static final long serialVersionUID = 1L;

  public DeviceException(String message) {
    super(message);
  }
}
