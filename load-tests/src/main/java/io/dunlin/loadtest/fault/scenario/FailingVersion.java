package io.dunlin.loadtest.fault.scenario;

import java.io.IOException;

/**
 * A version that TensorFlow loads, but every run of which fails, for want of its variables: the
 * node must find out before callers do.
 */
final class FailingVersion extends CorruptVersion {

  @Override
  public String name() {
    return "failing-version";
  }

  @Override
  public String says() {
    return "a version 2 that loads but whose runs would all fail is FAILED; a good version 4 is served";
  }

  @Override
  void publishBad(Stage stage) throws IOException {
    stage.fault("version 2, whose runs fail, is copied in");
    stage.models().version("half", 2, "broken_no_variables");
  }
}
