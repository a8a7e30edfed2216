# Copyright The Dunlin Authors
# SPDX-License-Identifier: Apache-2.0
"""Writes examples/test-models: small models without training, for tests and benchmarks.

With arguments, writes only the models named. Only a run without arguments gives the same files byte
for byte, since TensorFlow numbers the functions of a process.
"""

import shutil
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


@model
def matmul_batch(rng):
    """Layers wide enough that one matrix product for many rows beats many products for one."""
    m = tf.Module()
    layers = dense_layers(rng, m, [256, 1024, 512, 16])

    @signature(m, SPEC([None, 256], tf.float32, "x"))
    def predict(x):
        return {"y": layers(x)}

    export(m, "matmul_batch", {"serving_default": predict})


@model
def simple(rng):
    """Integers in, sum and difference out; the model Triton's examples call `simple`."""
    m = tf.Module()

    @signature(m, SPEC([None, 16], tf.int32, "INPUT0"), SPEC([None, 16], tf.int32, "INPUT1"))
    def predict(INPUT0, INPUT1):
        return {"OUTPUT0": INPUT0 + INPUT1, "OUTPUT1": INPUT0 - INPUT1}

    export(m, "simple", {"serving_default": predict})


@model
def simple_string(rng):
    """The same on decimal numbers written as strings."""
    m = tf.Module()

    @signature(m, SPEC([None, 16], tf.string, "INPUT0"), SPEC([None, 16], tf.string, "INPUT1"))
    def predict(INPUT0, INPUT1):
        a = tf.strings.to_number(INPUT0, tf.int32)
        b = tf.strings.to_number(INPUT1, tf.int32)
        return {"OUTPUT0": tf.strings.as_string(a + b), "OUTPUT1": tf.strings.as_string(a - b)}

    export(m, "simple_string", {"serving_default": predict})


@model
def string_identity(rng):
    """Strings through unchanged. The REST API writes an output as {"b64": ...} only if its name
    ends in `_bytes`, so there is a signature with such a name."""
    m = tf.Module()

    @signature(m, SPEC([None], tf.string, "text"))
    def predict(text):
        return {"text": tf.identity(text)}

    @signature(m, SPEC([None], tf.string, "data_bytes"))
    def predict_bytes(data_bytes):
        return {"data_bytes": tf.identity(data_bytes)}

    export(m, "string_identity", {"serving_default": predict, "bytes": predict_bytes})


IDENTITY_DTYPES = [
    tf.float16, tf.bfloat16, tf.float32, tf.float64,
    tf.int8, tf.int16, tf.int32, tf.int64, tf.uint8, tf.uint16, tf.uint32, tf.uint64,
    tf.bool, tf.string, tf.complex64, tf.complex128,
]


@model
def identity(rng):
    """A signature for each dtype, named after it; x through unchanged as y."""
    m = tf.Module()
    signatures = {}
    for dtype in IDENTITY_DTYPES:
        def through(x):
            return {"y": tf.identity(x)}
        through.__name__ = f"identity_{dtype.name}"
        signatures[dtype.name] = signature(m, SPEC([None, None], dtype, "x"))(through)
    signatures["serving_default"] = signatures["float32"]
    export(m, "identity", signatures)


@model
def two_outputs(rng):
    """Two inputs, and outputs of different rank."""
    m = tf.Module()

    @signature(m, SPEC([None, 3], tf.float32, "a"), SPEC([None, 3], tf.float32, "b"))
    def predict(a, b):
        return {"sum": a + b, "norm": tf.norm(a + b, axis=1)}

    export(m, "two_outputs", {"serving_default": predict})


# Products of 128 x 128 matrices for one unit of `work`: about 1 ms on one core.
SLOW_PRODUCTS_PER_UNIT = 20


@model
def slow(rng):
    """Takes as long as it is told to: max(work) units of about 1 ms for the whole batch."""
    m = tf.Module()
    # A rotation, so that the running product stays bounded however long the loop.
    m.rotation = tf.Variable(
        np.linalg.qr(rng.normal(size=(128, 128)))[0].astype(np.float32), name="rotation")

    @signature(m, SPEC([None], tf.int32, "work"), SPEC([None], tf.float32, "x"))
    def predict(work, x):
        units = tf.maximum(tf.reduce_max(work), 0)
        rotation = tf.identity(m.rotation)
        _, product = tf.while_loop(
            lambda i, product: i < units * SLOW_PRODUCTS_PER_UNIT,
            lambda i, product: (i + 1, tf.matmul(product, rotation)),
            (tf.constant(0), rotation), parallel_iterations=1)
        # Never true, but only the loop's outcome tells, so no optimiser can leave the loop out.
        grown = tf.reduce_max(product) > 1e6
        return {"y": tf.where(grown, np.float32("nan"), x),
                "iterations": tf.fill(tf.shape(work), units)}

    export(m, "slow", {"serving_default": predict})


@model
def poison(rng):
    """One bad row fails the call it is in, with every other row of that call."""
    m = tf.Module()

    @signature(m, SPEC([None, 4], tf.float32, "x"))
    def predict(x):
        message = "poison: a row has -999 as its first element"
        check = tf.raw_ops.Assert(
            condition=tf.reduce_all(tf.not_equal(x[:, 0], -999.0)), data=[message])
        with tf.control_dependencies([check]):
            return {"y": 2.0 * x}

    export(m, "poison", {"serving_default": predict})


@model
def no_batch(rng):
    """A fixed first dimension and a scalar out: calls must not be put together."""
    m = tf.Module()

    @signature(m, SPEC([3], tf.float32, "v"))
    def predict(v):
        return {"total": tf.reduce_sum(v)}

    export(m, "no_batch", {"serving_default": predict})


@model
def wide(rng):
    """Rows the size of a 224 x 224 RGB image in floats, to carry large tensors."""
    m = tf.Module()

    @signature(m, SPEC([None, 224 * 224 * 3], tf.float32, "x"))
    def predict(x):
        return {"mean": tf.reduce_mean(x, axis=1)}

    export(m, "wide", {"serving_default": predict})


def small_module():
    m = tf.Module()
    m.a = tf.Variable(2.0, name="a")

    @signature(m, SPEC([None], tf.float32, "x"))
    def predict(x):
        return {"y": m.a * x}

    return m, predict


@model
def broken(rng):
    """The first half of a saved_model.pb: not a valid message."""
    m, predict = small_module()
    directory = export(m, "broken", {"serving_default": predict})
    graph = (directory / "saved_model.pb").read_bytes()
    shutil.rmtree(directory)
    directory.mkdir()
    (directory / "saved_model.pb").write_bytes(graph[:len(graph) // 2])


@model
def broken_no_variables(rng):
    """A whole saved_model.pb without its variables folder. The TensorFlow runtime takes it for a
    model without variables and loads it; then every call fails."""
    m, predict = small_module()
    directory = export(m, "broken_no_variables", {"serving_default": predict})
    shutil.rmtree(directory / "variables")


@model
def broken_no_variable_data(rng):
    """The index of the variables without their data, as after a broken copy: does not load."""
    m, predict = small_module()
    directory = export(m, "broken_no_variable_data", {"serving_default": predict})
    (directory / "variables" / "variables.data-00000-of-00001").unlink()


@model
def broken_no_signature(rng):
    """Loads, but has no signature to call."""
    m = tf.Module()
    m.a = tf.Variable(2.0, name="a")
    export(m, "broken_no_signature", None)


def main():
    for name in sys.argv[1:] or MODELS:
        # A fresh generator for each, so that a model does not depend on those made before it.
        MODELS[name](np.random.default_rng([SEED, *name.encode()]))


if __name__ == "__main__":
    common.make_deterministic(SEED)
    main()
