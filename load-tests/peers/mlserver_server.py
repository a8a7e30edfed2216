# Copyright The Dunlin Authors
# SPDX-License-Identifier: Apache-2.0
"""The mlp test model behind MLServer, batched by it. Usage: mlserver_server.py PORT SAVED_MODEL"""

import json
import os
import sys
import tempfile

import numpy as np
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceResponse


class Mlp(MLModel):
    async def load(self):
        import tensorflow as tf

        self.tf = tf
        self.run = tf.saved_model.load(os.environ["PEER_MODEL"]).signatures["serving_default"]
        return True

    async def predict(self, payload):
        rows = NumpyCodec.decode_input(payload.inputs[0]).astype(np.float32)
        scores = self.run(features=self.tf.constant(rows))["score"].numpy()
        output = NumpyCodec.encode_output("score", scores)
        return InferenceResponse(model_name=self.name, outputs=[output])


if __name__ == "__main__":
    port, model = int(sys.argv[1]), sys.argv[2]
    os.environ["PEER_MODEL"] = model
    here = os.path.dirname(os.path.abspath(__file__))
    os.environ["PYTHONPATH"] = here
    folder = tempfile.mkdtemp(prefix="mlserver-peer-")
    ports = {"http_port": port, "grpc_port": port + 1, "metrics_port": port + 2}
    settings = {"host": "127.0.0.1", "parallel_workers": 0, "debug": False, **ports}
    described = {
        "name": "mlp",
        "implementation": "mlserver_server.Mlp",
        "max_batch_size": 32,
        "max_batch_time": 0.001,
    }
    with open(os.path.join(folder, "settings.json"), "w") as out:
        json.dump(settings, out)
    with open(os.path.join(folder, "model-settings.json"), "w") as out:
        json.dump(described, out)
    command = os.path.join(os.path.dirname(sys.executable), "mlserver")
    os.execv(command, [command, "start", folder])
