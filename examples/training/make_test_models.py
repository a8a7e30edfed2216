# Copyright 2025 The Dunlin Authors
# SPDX-License-Identifier: Apache-2.0
"""Writes examples/test-models: small models without training, for tests and benchmarks.

With arguments, writes only the models named.
"""

import sys

import numpy as np
import tensorflow as tf

import common

SEED = 7
SPEC = tf.TensorSpec
MODELS = {}


def model(build):
    MODELS[build.__name__] = build
    return build


def signature(module, *specs):
    """Makes the decorated function a tf.function kept alive by `module`."""
    def wrap(function):
        made = tf.function(function, input_signature=list(specs))
        setattr(module, function.__name__, made)
        return made
    return wrap


def export(module, name, signatures, method_names=None):
    return common.export(module, common.TEST_MODELS / name / "1", signatures, method_names)


def half_plus(name, b):
    """TensorFlow Serving's own first example. y = 0.5 x + b; a and b are variables."""
    m = tf.Module()
    m.a = tf.Variable(0.5, name="a")
    m.b = tf.Variable(float(b), name="b")

    @signature(m, SPEC([None, 1], tf.float32, "x"))
    def predict(x):
        return {"y": tf.add(tf.multiply(m.a, x), m.b)}

    def parse(serialized):
        feature = tf.io.FixedLenFeature([1], tf.float32)
        return tf.io.parse_example(serialized, {"x": feature})["x"]

    @signature(m, SPEC([None], tf.string, "inputs"))
    def regress_x_to_y(inputs):
        return {"outputs": tf.add(tf.multiply(m.a, parse(inputs)), m.b)}

    @signature(m, SPEC([None], tf.string, "inputs"))
    def classify_x_to_y(inputs):
        return {"scores": tf.add(tf.multiply(m.a, parse(inputs)), m.b)}

    export(m, name,
           {"serving_default": predict, "regress_x_to_y": regress_x_to_y,
            "classify_x_to_y": classify_x_to_y},
           {"regress_x_to_y": "regress", "classify_x_to_y": "classify"})


@model
def half_plus_two(rng):
    half_plus("half_plus_two", 2)


@model
def half_plus_three(rng):
    half_plus("half_plus_three", 3)


def dense_layers(rng, m, sizes):
    """Adds fully connected layers to `m`, with relu between them, and returns them applied."""
    m.weights = [tf.Variable(common.glorot(rng, i, o), name=f"w{n}")
                 for n, (i, o) in enumerate(zip(sizes, sizes[1:]), 1)]
    m.biases = [tf.Variable(rng.uniform(-0.1, 0.1, o).astype(np.float32), name=f"b{n}")
                for n, o in enumerate(sizes[1:], 1)]

    def apply(x):
        for n, (w, b) in enumerate(zip(m.weights, m.biases)):
            x = tf.matmul(x if n == 0 else tf.nn.relu(x), w) + b
        return x
    return apply


@model
def mlp(rng):
    """The small perceptron of the latency benchmarks."""
    m = tf.Module()
    layers = dense_layers(rng, m, [32, 64, 32, 1])

    @signature(m, SPEC([None, 32], tf.float32, "features"))
    def predict(features):
        return {"score": tf.reshape(layers(features), [-1])}

    export(m, "mlp", {"serving_default": predict})


def main():
    for name in sys.argv[1:] or MODELS:
        # A fresh generator for each, so that a model does not depend on those made before it.
        MODELS[name](np.random.default_rng([SEED, *name.encode()]))


if __name__ == "__main__":
    common.make_deterministic(SEED)
    main()
