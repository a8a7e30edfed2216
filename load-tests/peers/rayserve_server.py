# Copyright The Dunlin Authors
# SPDX-License-Identifier: Apache-2.0
"""The mlp test model behind Ray Serve, batched by it. Usage: rayserve_server.py PORT SAVED_MODEL"""

import signal
import sys

import numpy as np
import ray
from ray import serve

PORT, MODEL = int(sys.argv[1]), sys.argv[2]


@serve.deployment(num_replicas=1, max_ongoing_requests=256, ray_actor_options={"num_cpus": 0})
class Mlp:
    def __init__(self):
        import tensorflow as tf

        self.tf = tf
        self.run = tf.saved_model.load(MODEL).signatures["serving_default"]

    @serve.batch(max_batch_size=32, batch_wait_timeout_s=0.001)
    async def score(self, rows):
        scores = self.run(features=self.tf.constant(np.concatenate(rows)))["score"].numpy()
        return [scores[i : i + 1].tolist() for i in range(len(rows))]

    async def __call__(self, request):
        body = await request.json()
        return {"outputs": await self.score(np.asarray(body["inputs"]["features"], np.float32))}


if __name__ == "__main__":
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="warning")
    serve.start(http_options={"host": "127.0.0.1", "port": PORT})
    serve.run(Mlp.bind(), route_prefix="/")
    signal.pause()
