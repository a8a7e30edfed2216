package io.dunlin.cli;

/** Where the admin port has a model. */
final class ModelChange {

  private ModelChange() {}

  static String path(String model) {
    return "models/" + AdminClient.segment(model);
  }

  static String aliasPath(String model, String alias) {
    return path(model) + "/aliases/" + AdminClient.segment(alias);
  }
}
