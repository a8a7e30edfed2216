# Copyright The Dunlin Authors
# SPDX-License-Identifier: Apache-2.0
"""Shared helpers of the example model scripts: seeding, training, export, sample requests."""

import base64
import contextlib
import json
import os
import pathlib
import shutil
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# oneDNN chooses its kernels by processor; without it the numbers depend less on the machine.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import numpy as np
import tensorflow as tf

EXAMPLES = pathlib.Path(__file__).resolve().parents[1]
MODELS = EXAMPLES / "models"
TEST_MODELS = EXAMPLES / "test-models"
REQUESTS = EXAMPLES / "requests"
EXPECTED = REQUESTS / "expected"


def make_deterministic(seed):
    """Fixes every source of randomness. One thread, so sums are always taken in one order."""
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.experimental.enable_op_determinism()
    tf.random.set_seed(seed)
    return np.random.default_rng(seed)


def glorot(rng, *shape):
    """Initial weights for a dense ([in, out]) or convolution ([h, w, in, out]) kernel."""
    receptive = int(np.prod(shape[:-2]))
    limit = np.sqrt(6.0 / (receptive * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape).astype(np.float32)


class Adam:
    """The Adam optimiser, written out so that no Keras object is needed."""

    def __init__(self, variables, beta1=0.9, beta2=0.999, epsilon=1e-7):
        self.variables = variables
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.step = tf.Variable(0.0)
        self.m = [tf.Variable(tf.zeros_like(v)) for v in variables]
        self.v = [tf.Variable(tf.zeros_like(v)) for v in variables]

    def apply(self, gradients, rate):
        t = self.step.assign_add(1.0)
        scale = rate * tf.sqrt(1.0 - self.beta2**t) / (1.0 - self.beta1**t)
        for var, g, m, v in zip(self.variables, gradients, self.m, self.v):
            g = tf.convert_to_tensor(g)
            m.assign(self.beta1 * m + (1.0 - self.beta1) * g)
            v.assign(self.beta2 * v + (1.0 - self.beta2) * g * g)
            var.assign_sub(scale * m / (tf.sqrt(v) + self.epsilon))


def auc(labels, scores):
    """Area under the ROC curve, by ranks (ties share their mean rank)."""
    labels = np.asarray(labels).astype(bool)
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2.0)[inverse]
    positives, negatives = labels.sum(), (~labels).sum()
    return (ranks[labels].sum() - positives * (positives + 1) / 2) / (positives * negatives)


def average_precision(labels, scores):
    """Area under the precision-recall curve."""
    hits = np.asarray(labels)[np.argsort(-np.asarray(scores), kind="stable")].astype(float)
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float((precision * hits).sum() / hits.sum())


def export(module, directory, signatures, method_names=None):
    """Saves `module` in `directory` (a version folder), replacing what was there.

    `method_names` maps a signature to "classify" or "regress"; the others stay "predict".
    """
    directory = pathlib.Path(directory)
    shutil.rmtree(directory, ignore_errors=True)
    directory.parent.mkdir(parents=True, exist_ok=True)
    options = tf.saved_model.SaveOptions(save_debug_info=False)
    tf.saved_model.save(module, str(directory), signatures=signatures, options=options)
    if method_names:
        updater = tf.compat.v1.saved_model.signature_def_utils.MethodNameUpdater(str(directory))
        for signature, method in method_names.items():
            updater.replace_method_name(signature, f"tensorflow/serving/{method}", tags="serve")
        updater.save()
    size = sum(f.stat().st_size for f in directory.rglob("*") if f.is_file())
    print(f"exported {directory.relative_to(EXAMPLES)}: {size / 1024:.0f} KiB")
    return directory


def plain(value):
    """A tensor as nested lists of JSON values; a float32 as its shortest decimal form."""
    value = value.numpy() if hasattr(value, "numpy") else value
    if isinstance(value, bytes):
        return value.decode("utf-8")
    value = np.asarray(value)
    if value.dtype == object:
        return [plain(v) for v in value]
    if value.dtype == np.float32:
        return np.array([float(str(v)) for v in value.ravel()]).reshape(value.shape).tolist()
    return value.tolist()


@contextlib.contextmanager
def vocabulary_files(**vocabularies):
    """Writes each list of terms to NAME.txt, one a line, and makes their folder the current one.

    TensorFlow puts the path by which a table was given its file into the saved graph, so the path
    is kept relative: the exported model then does not say where it was made.
    """
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name, terms in vocabularies.items():
            pathlib.Path(f"{name}.txt").write_text("".join(f"{term}\n" for term in terms))
        yield


def index_table(asset, default):
    """A table from the lines of a vocabulary file to their numbers, from 0."""
    return tf.lookup.StaticHashTable(
        tf.lookup.TextFileInitializer(
            asset.asset_path,
            tf.string, tf.lookup.TextFileIndex.WHOLE_LINE,
            tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER),
        default_value=default)


def write_json(path, body):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body, ensure_ascii=False, separators=(", ", ": ")) + "\n")


def b64(data):
    """Bytes in the form the REST API takes them."""
    return {"b64": base64.b64encode(data).decode("ascii")}


def write_sample(loaded, name, body, inputs, signature="serving_default", api="predict"):
    """Writes a sample request body and, beside it, the outputs TensorFlow gives for it.

    `inputs` are the same values as in `body`, as the keyword arguments of the signature.
    """
    folder = pathlib.Path() if api == "predict" else pathlib.Path(api)
    write_json(REQUESTS / folder / f"{name}.json", body)
    outputs = loaded.signatures[signature](**inputs)
    expected = {key: plain(outputs[key]) for key in sorted(outputs)}
    write_json(EXPECTED / folder / f"{name}.json", expected)
    return expected
