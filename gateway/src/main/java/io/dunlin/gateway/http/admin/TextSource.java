package io.dunlin.gateway.http.admin;

/** A text that is made when it is asked for, such as {@code /metrics}. Thread-safe. */
public interface TextSource {
  /** Media type, with its parameters. */
  String contentType();

  String text();
}
