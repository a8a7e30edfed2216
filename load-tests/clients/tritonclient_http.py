#!/usr/bin/env python3
# Copyright The Dunlin Authors
# SPDX-License-Identifier: Apache-2.0
"""Checks a running Dunlin with NVIDIA's own client of the Open Inference Protocol over HTTP.

Usage, with a virtual environment outside the repository:

    python3 -m venv VENV && VENV/bin/pip install 'tritonclient[http]'
    ./dunlin up --models examples/test-models        # in another terminal
    VENV/bin/python load-tests/clients/tritonclient_http.py 127.0.0.1:8501

The server must have the test models `simple`, `simple_string` and `identity`; with `fraud-detection`
(examples/models) its checks run too, without it they are skipped. `--repository-control` expects
load and unload to work; else they may work or be refused in Triton's words. One line a check;
exits 1 if any failed.
"""

import argparse
import contextlib
import http.client
import json
import math
import sys

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

UNKNOWN_MODEL = "Request for unknown model"
CONTROL_DISABLED = "explicit model load / unload is not allowed if polling is enabled"
EXTENSIONS = {
    "binary_tensor_data", "classification", "model_configuration", "model_repository",
    "parameters", "schedule_policy", "statistics",
}

CHECKS = []


def check(function):
    """Registers a check; its name is what the report says."""
    CHECKS.append(function)
    return function


class Skipped(Exception):
    """The server lacks what the check needs."""


def require(condition, message):
    if not condition:
        raise AssertionError(message)


def equal(found, expected, what):
    require(found == expected, f"{what}: {found!r} (expected: {expected!r})")


def same(found, expected, what):
    require(found is not None, f"{what}: not in the answer")
    equal(found.shape, expected.shape, f"shape of {what}")
    equal(found.dtype, expected.dtype, f"dtype of {what}")
    ok = (np.array_equal(found, expected, equal_nan=True)
          if np.issubdtype(found.dtype, np.floating) else np.array_equal(found, expected))
    require(ok, f"{what}: {found} (expected: {expected})")


@contextlib.contextmanager
def refused(status, *texts):
    """Expects the block to be answered with an error."""
    try:
        yield
    except InferenceServerException as e:
        require(e.status() in status, f"status: {e.status()} {e.message()} (expected: {status})")
        for text in texts:
            require(text in e.message(), f"error: {e.message()!r} (expected: with {text!r})")
        return
    raise AssertionError("succeeded (expected: to be refused)")


def tensor(name, array, binary=True):
    made = triton.InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
    made.set_data_from_numpy(array, binary_data=binary)
    return made


def output(name, **options):
    return triton.InferRequestedOutput(name, **options)


def sum_arrays():
    return (np.arange(32, dtype=np.int32).reshape(2, 16),
            np.full((2, 16), 3, dtype=np.int32))


def sum_inputs(binary=True):
    a, b = sum_arrays()
    return [tensor("INPUT0", a, binary), tensor("INPUT1", b, binary)]


def check_sums(result):
    a, b = sum_arrays()
    same(result.as_numpy("OUTPUT0"), a + b, "OUTPUT0")
    same(result.as_numpy("OUTPUT1"), a - b, "OUTPUT1")


def identity(client, array, binary_in, binary_out, signature=None):
    parameters = {"signature_name": signature} if signature else None
    result = client.infer(
        "identity", [tensor("x", array, binary_in)],
        outputs=[output("y", binary_data=binary_out)], parameters=parameters)
    same(result.as_numpy("y"), array, "y")


@check
def the_server_is_live_and_ready(client, options):
    require(client.is_server_live(), "not live")
    require(client.is_server_ready(), "not ready")


@check
def health_bodies_are_json_that_other_clients_parse(client, options):
    for path, member in (("live", "live"), ("ready", "ready")):
        status, _, body = raw_call(options, "GET", f"/v2/health/{path}")
        equal(status, 200, path)
        equal(json.loads(body)[member], True, f"{path}.{member}")


@check
def models_are_ready(client, options):
    for model in ("simple", "simple_string", "identity"):
        require(client.is_model_ready(model), f"{model} is not ready")
        require(client.is_model_ready(model, "1"), f"{model} version 1 is not ready")
    require(not client.is_model_ready("no-such-model"), "no-such-model is ready")
    require(not client.is_model_ready("simple", "99"), "simple version 99 is ready")


@check
def server_metadata_names_the_extensions(client, options):
    metadata = client.get_server_metadata()
    require(metadata["name"] and metadata["version"], f"no name or version: {metadata}")
    equal(set(metadata["extensions"]), EXTENSIONS, "extensions")
    # The client's own examples send a query string.
    equal(client.get_server_metadata(query_params={"test": 1}), metadata, "with a query")


@check
def model_metadata_names_versions_and_tensors(client, options):
    metadata = client.get_model_metadata("simple")
    equal(metadata["name"], "simple", "name")
    require("1" in metadata["versions"], f"versions: {metadata['versions']}")
    equal(metadata["platform"], "tensorflow_savedmodel", "platform")
    wanted = {"datatype": "INT32", "shape": [-1, 16]}
    equal(sorted(metadata["inputs"], key=lambda t: t["name"]),
          [{"name": "INPUT0", **wanted}, {"name": "INPUT1", **wanted}], "inputs")
    equal(sorted(metadata["outputs"], key=lambda t: t["name"]),
          [{"name": "OUTPUT0", **wanted}, {"name": "OUTPUT1", **wanted}], "outputs")
    equal(client.get_model_metadata("simple", "1")["versions"], ["1"], "versions of version 1")
    equal(client.get_model_metadata("simple_string")["inputs"][0]["datatype"], "BYTES", "datatype")


@check
def model_config_describes_the_tensors(client, options):
    config = client.get_model_config("simple")
    equal(config["name"], "simple", "name")
    # With a batch size the rows are no dimension of their own.
    dims = [16] if config["max_batch_size"] > 0 else [-1, 16]
    equal([(i["name"], i["data_type"], i["dims"]) for i in config["input"]],
          [("INPUT0", "TYPE_INT32", dims), ("INPUT1", "TYPE_INT32", dims)], "input")
    equal(client.get_model_config("simple", "1"), config, "config of version 1")


@check
def unknown_models_and_versions_are_not_found(client, options):
    for call in (client.get_model_metadata, client.get_model_config):
        with refused({"404"}, UNKNOWN_MODEL, "'no-such-model'"):
            call("no-such-model")
        with refused({"404"}, UNKNOWN_MODEL, "version 99"):
            call("simple", "99")
    with refused({"404"}, UNKNOWN_MODEL):
        client.infer("no-such-model", sum_inputs())


@check
def the_index_lists_ready_models(client, options):
    index = {(m["name"], m.get("version")): m for m in client.get_model_repository_index()}
    for model in ("simple", "simple_string", "identity"):
        equal(index[(model, "1")]["state"], "READY", f"state of {model}")


@check
def binary_in_and_out(client, options):
    check_sums(client.infer("simple", sum_inputs()))


@check
def json_in_and_out(client, options):
    outputs = [output("OUTPUT0", binary_data=False), output("OUTPUT1", binary_data=False)]
    result = client.infer("simple", sum_inputs(False), outputs=outputs)
    check_sums(result)
    equal(result.get_output("OUTPUT0").get("parameters"), None, "parameters of a JSON output")


@check
def json_and_binary_mix(client, options):
    a, b = sum_arrays()
    result = client.infer(
        "simple", [tensor("INPUT0", a, False), tensor("INPUT1", b, True)],
        outputs=[output("OUTPUT1", binary_data=True), output("OUTPUT0", binary_data=False)])
    check_sums(result)


@check
def only_listed_outputs_are_answered(client, options):
    result = client.infer("simple", sum_inputs(), outputs=[output("OUTPUT1")])
    require(result.as_numpy("OUTPUT0") is None, "OUTPUT0 is in the answer")
    a, b = sum_arrays()
    same(result.as_numpy("OUTPUT1"), a - b, "OUTPUT1")


@check
def id_model_and_version_are_in_the_answer(client, options):
    response = client.infer("simple", sum_inputs(), request_id="r-1").get_response()
    equal(response["id"], "r-1", "id")
    equal(response["model_name"], "simple", "model_name")
    equal(client.infer("simple", sum_inputs(), model_version="1").get_response()["model_version"],
          "1", "model_version")
    require("id" not in client.infer("simple", sum_inputs()).get_response(), "an id was made up")


@check
def parameters_are_taken(client, options):
    check_sums(client.infer(
        "simple", sum_inputs(), priority=2, timeout=10_000_000, sequence_id=7,
        sequence_start=True, sequence_end=True, parameters={"custom": "x", "number": 1.5}))


@check
def compressed_bodies_are_taken(client, options):
    for encoding in ("gzip", "deflate"):
        check_sums(client.infer("simple", sum_inputs(), request_compression_algorithm=encoding))
        check_sums(client.infer("simple", sum_inputs(), response_compression_algorithm=encoding))


@check
def asynchronous_calls_are_answered(client, options):
    for call in [client.async_infer("simple", sum_inputs()) for _ in range(4)]:
        check_sums(call.get_result())


@check
def strings_in_both_forms(client, options):
    a, b = sum_arrays()
    for binary in (True, False):
        strings = [tensor(f"INPUT{i}", np.array([str(n) for n in array.flat], dtype=np.object_)
                          .reshape(array.shape), binary) for i, array in enumerate((a, b))]
        result = client.infer("simple_string", strings,
                              outputs=[output("OUTPUT0", binary_data=binary)])
        found = result.as_numpy("OUTPUT0")
        equal([int(text) for text in found.flat], list((a + b).flat), f"OUTPUT0, binary={binary}")


@check
def floats_keep_every_bit(client, options):
    array = np.array([[0.1, -0.0, 1e-45, 3.4028235e38, 16777217, 1 / 3]], dtype=np.float32)
    for binary_in in (True, False):
        for binary_out in (True, False):
            identity(client, array, binary_in, binary_out)


@check
def nan_and_infinity_pass(client, options):
    array = np.array([[math.nan, math.inf, -math.inf]], dtype=np.float32)
    identity(client, array, True, True)
    identity(client, array, False, True)


@check
def empty_tensors_pass(client, options):
    array = np.empty((0, 4), dtype=np.float32)
    identity(client, array, True, True)
    identity(client, array, False, True)


@check
def fp16_passes_in_binary_only(client, options):
    array = np.array([[0.5, -2, 65504, 6e-8]], dtype=np.float16)
    identity(client, array, True, True, "float16")
    with refused({"400"}, "FP16 data via JSON is not supported"):
        identity(client, array, False, True, "float16")
    with refused({"400"}, "FP16 data via JSON is not supported"):
        identity(client, array, True, False, "float16")


@check
def every_integer_type_passes_at_its_limits(client, options):
    for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"):
        limits = np.iinfo(name)
        array = np.array([[limits.min, limits.max, 1]], dtype=name)
        for binary in (True, False):
            identity(client, array, binary, binary, name)


@check
def doubles_and_booleans_pass(client, options):
    for binary in (True, False):
        identity(client, np.array([[1 / 3, 5e-324]], dtype=np.float64), binary, binary, "float64")
        identity(client, np.array([[True, False]]), binary, binary, "bool")


@check
def bytes_that_are_not_text_pass_in_binary_only(client, options):
    array = np.array([[b"\xff\x00\xfe", b""]], dtype=np.object_)
    identity(client, array, True, True, "string")
    with refused({"400"}):
        identity(client, array, True, False, "string")


@check
def classification_sorts_the_elements(client, options):
    array = np.array([[0.1, 0.7, 0.2], [3, 2, 1]], dtype=np.float32)
    result = client.infer("identity", [tensor("x", array)], outputs=[output("y", class_count=2)])
    equal(result.as_numpy("y").tolist(),
          [[b"0.700000:1", b"0.200000:2"], [b"3.000000:0", b"2.000000:1"]], "classes")


@check
def what_does_not_fit_is_refused_by_name(client, options):
    a, b = sum_arrays()
    with refused({"400"}, "INPUT1"):
        client.infer("simple", [tensor("INPUT0", a)])
    with refused({"400"}, "unexpected inference input 'INPUT2'"):
        client.infer("simple", [tensor("INPUT0", a), tensor("INPUT2", b)])
    with refused({"400"}, "data-type is 'FP32'", "expects 'INT32'"):
        client.infer("simple", [tensor("INPUT0", a), tensor("INPUT1", b.astype(np.float32))])
    with refused({"400"}, "unexpected shape for input 'INPUT1'", "[-1,16]"):
        client.infer("simple", [tensor("INPUT0", a), tensor("INPUT1", b[:, :8])])
    with refused({"400"}, "unexpected inference output 'OUTPUT9'"):
        client.infer("simple", sum_inputs(), outputs=[output("OUTPUT9")])


@check
def a_raw_request_is_the_only_inputs_bytes(client, options):
    array = np.array([[1, 2, 3]], dtype=np.float32)
    status, headers, body = raw_call(options, "POST", "/v2/models/identity/infer",
                                     array.tobytes(), {"Inference-Header-Content-Length": "0"})
    equal(status, 200, f"status of {body!r}")
    length = int(headers["Inference-Header-Content-Length"])
    equal(json.loads(body[:length])["outputs"][0]["shape"], [1, 3], "shape")
    equal(body[length:], array.tobytes(), "bytes")


@check
def unknown_paths_and_methods_have_an_error_text(client, options):
    for method, path, expected in (("GET", "/v2/nothing", (404, "Not Found")),
                                   ("POST", "/v2", (405, "Method Not Allowed"))):
        status, _, body = raw_call(options, method, path)
        equal((status, json.loads(body)["error"]), expected, path)


@check
def statistics_count_requests(client, options):
    def counts():
        stats = client.get_inference_statistics("simple")["model_stats"]
        entry = next(s for s in stats if s["version"] == "1")
        return np.array([entry["inference_stats"]["success"]["count"], entry["inference_count"]])
    before = counts()
    for _ in range(3):
        client.infer("simple", sum_inputs(), model_version="1")
    grown = counts() - before
    # Others may use the model too, and other gateways count for themselves.
    require(grown[0] >= 3 and grown[1] >= 6, f"grown by {grown} (expected: 3 requests, 6 rows)")
    names = {s["name"] for s in client.get_inference_statistics()["model_stats"]}
    require({"simple", "identity"} <= names, f"models: {names}")
    with refused({"400"}, "requested model 'no-such-model' is not available"):
        client.get_inference_statistics("no-such-model")


@check
def load_and_unload_work_or_are_refused_in_tritons_words(client, options):
    if options.repository_control:
        client.load_model("simple")
        require(client.is_model_ready("simple"), "simple is not ready after its load")
        with refused({"400", "404", "500", "503"}, "failed to load 'no-such-model'"):
            client.load_model("no-such-model")
        client.unload_model("no-such-model")
        return
    for call in (client.load_model, client.unload_model):
        with refused({"503"}, CONTROL_DISABLED):
            call("no-such-model")


@check
def fraud_detection_blocks_and_allows(client, options):
    if not client.is_model_ready("fraud-detection"):
        raise Skipped("fraud-detection is not served")
    columns = {
        "amount": np.array([1249.99, 42.5], dtype=np.float32),
        "hour_of_day": np.array([3, 18], dtype=np.int64),
        "merchant_category": np.array(["electronics", "groceries"], dtype=np.object_),
        "distance_from_home_km": np.array([840.0, 2.1], dtype=np.float32),
        "transactions_last_24h": np.array([11, 2], dtype=np.int64),
        "card_present": np.array([False, True]),
        "account_age_days": np.array([45, 2190], dtype=np.int64),
    }
    for binary in (True, False):
        result = client.infer(
            "fraud-detection", [tensor(name, column, binary) for name, column in columns.items()],
            outputs=[output("decision", binary_data=binary),
                     output("fraud_probability", binary_data=binary)])
        decisions = [d.decode() if isinstance(d, bytes) else d
                     for d in result.as_numpy("decision").flat]
        equal(decisions, ["block", "allow"], "decision")
        probability = result.as_numpy("fraud_probability")
        require(probability[0] > 0.9 and probability[1] < 0.1, f"fraud_probability: {probability}")


def raw_call(options, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection(options.url, timeout=30)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def run(options):
    failed = 0
    with triton.InferenceServerClient(options.url, concurrency=4) as client:
        for function in CHECKS:
            name = function.__name__.replace("_", " ")
            try:
                function(client, options)
                print(f"ok    {name}")
            except Skipped as reason:
                print(f"skip  {name}: {reason}")
            except Exception as e:  # a check may fail in any way, and the others still run
                failed += 1
                print(f"FAIL  {name}: {type(e).__name__}: {e}")
    print(f"{len(CHECKS)} checks, {failed} failed")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(
        description="Checks a running Dunlin with tritonclient over HTTP.")
    parser.add_argument("url", help="host:port of the REST port")
    parser.add_argument("--repository-control", action="store_true",
                        help="expect load and unload to work")
    sys.exit(run(parser.parse_args()))


if __name__ == "__main__":
    main()
