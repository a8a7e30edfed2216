package io.dunlin.gateway.http.openinference;

import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.tensor.Signature;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which signature a V2 call means, since V2 has no word for them: the one the request's parameter
 * {@code signature_name} names; else {@code serving_default}; else, as Triton has it, the first of
 * those that are a model's own. Pure.
 */
final class SignatureChoice {
  /** TensorFlow's own signatures, such as {@code __saved_model_init_op}, begin so. */
  private static final String INTERNAL_PREFIX = "__";

  private SignatureChoice() {}

  /** The signature shown as the model's metadata; empty if the model has none. */
  static Optional<Signature> standard(ModelDescription model) {
    Optional<Signature> named = model.signature(Signature.DEFAULT_NAME);
    return named.isPresent()
        ? named
        : model.signatures().stream()
            .filter(signature -> !signature.name().startsWith(INTERNAL_PREFIX))
            .findFirst();
  }

  /**
   * @param name from the request; null for the standard one
   * @throws InferenceException INVALID_ARGUMENT when there is none by that name;
   *     FAILED_PRECONDITION when the model has none at all
   */
  static Signature require(ModelDescription model, @Nullable String name) {
    if (name == null) {
      return standard(model)
          .orElseThrow(
              () ->
                  new InferenceException(
                      FailureCode.FAILED_PRECONDITION,
                      "model '" + model.version().model() + "' has no signature to call"));
    }
    return model
        .signature(name)
        .orElseThrow(
            () ->
                new InferenceException(
                    FailureCode.INVALID_ARGUMENT,
                    "parameter 'signature_name': '"
                        + name
                        + "' (expected: one of "
                        + model.signatures().stream().map(Signature::name).toList()
                        + ")"));
  }
}
