# Copyright The Dunlin Authors
# SPDX-License-Identifier: Apache-2.0
"""The mlp test model behind Triton with PyTriton. Usage: pytriton_server.py PORT SAVED_MODEL"""

import sys

import numpy as np
import tensorflow as tf
from pytriton.decorators import batch
from pytriton.model_config import DynamicBatcher, ModelConfig, Tensor
from pytriton.triton import Triton, TritonConfig

PORT, MODEL = int(sys.argv[1]), sys.argv[2]
RUN = tf.saved_model.load(MODEL).signatures["serving_default"]


@batch
def infer(features):
    return {"score": RUN(features=tf.constant(features))["score"].numpy().reshape(-1, 1)}


if __name__ == "__main__":
    config = TritonConfig(
        http_address="127.0.0.1", http_port=PORT, grpc_port=PORT + 1, metrics_port=PORT + 2
    )
    with Triton(config=config) as triton:
        triton.bind(
            model_name="mlp",
            infer_func=infer,
            inputs=[Tensor(name="features", dtype=np.float32, shape=(32,))],
            outputs=[Tensor(name="score", dtype=np.float32, shape=(1,))],
            config=ModelConfig(max_batch_size=32, batcher=DynamicBatcher()),
        )
        triton.serve()
