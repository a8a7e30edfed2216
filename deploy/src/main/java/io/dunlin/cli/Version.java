package io.dunlin.cli;

import picocli.CommandLine.IVersionProvider;

/** Dunlin's version, as the build wrote it into the jar. */
final class Version implements IVersionProvider {

  static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"dunlin " + current()};
  }
}
