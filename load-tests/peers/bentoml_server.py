# Copyright The Dunlin Authors
# SPDX-License-Identifier: Apache-2.0
"""The mlp test model behind BentoML, batched by it. Usage: bentoml_server.py PORT SAVED_MODEL"""

import os
import sys

import bentoml
import numpy as np

if __name__ == "__main__":
    os.environ["PEER_MODEL"] = sys.argv[2]
    folder = os.path.dirname(os.path.abspath(__file__))
    os.chdir(folder)
    command = [sys.executable, "-m", "bentoml", "serve", "bentoml_server:Mlp"]
    os.execv(sys.executable, command + ["--host", "127.0.0.1", "--port", sys.argv[1]])


@bentoml.service(workers=1, traffic={"max_concurrency": 1024})
class Mlp:
    def __init__(self):
        import tensorflow as tf

        self.tf = tf
        self.run = tf.saved_model.load(os.environ["PEER_MODEL"]).signatures["serving_default"]

    @bentoml.api(batchable=True, max_batch_size=32, max_latency_ms=100, route="/predict")
    def predict(self, features: np.ndarray) -> np.ndarray:
        return self.run(features=self.tf.constant(features.astype(np.float32)))["score"].numpy()
