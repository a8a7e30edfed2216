# Copyright The Dunlin Authors
# SPDX-License-Identifier: Apache-2.0
"""The mlp test model behind LitServe. Usage: litserve_server.py PORT SAVED_MODEL"""

import sys

import litserve
import numpy as np
import tensorflow as tf

PORT, MODEL = int(sys.argv[1]), sys.argv[2]


class Mlp(litserve.LitAPI):
    def setup(self, device):
        self.run = tf.saved_model.load(MODEL).signatures["serving_default"]

    def decode_request(self, request):
        return np.asarray(request["inputs"]["features"], np.float32)

    def batch(self, inputs):
        return np.concatenate(inputs)

    def predict(self, rows):
        return self.run(features=tf.constant(rows))["score"].numpy()

    def unbatch(self, scores):
        return [scores[i : i + 1] for i in range(len(scores))]

    def encode_response(self, scores):
        return {"outputs": scores.tolist()}


if __name__ == "__main__":
    api = Mlp(max_batch_size=32, batch_timeout=0.001, api_path="/v1/models/mlp:predict")
    litserve.LitServer(api, accelerator="cpu", workers_per_device=1).run(
        host="127.0.0.1", port=PORT, generate_client_file=False, log_level="warning"
    )
