package io.dunlin.gateway.http.openinference;

/** Infer requests as clients write them. */
final class InferBodies {
  static final String ONE_TO_16 = "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]";

  private InferBodies() {}

  /**
   * 1 to 16 in both inputs of {@code simple}.
   *
   * @param more further members, each with a comma in front
   */
  static String sums(String more) {
    return """
        {"inputs": [
           {"name": "INPUT0", "shape": [1, 16], "datatype": "INT32", "data": %s},
           {"name": "INPUT1", "shape": [1, 16], "datatype": "INT32", "data": %s}]%s}
        """
        .formatted(ONE_TO_16, ONE_TO_16, more);
  }

  /** The one input of an identity model. */
  static String identity(String datatype, String shape, String data) {
    return """
        {"inputs":[{"name":"x","shape":%s,"datatype":"%s","data":%s}]}"""
        .formatted(shape, datatype, data);
  }
}
