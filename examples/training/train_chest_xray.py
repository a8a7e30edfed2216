# Copyright The Dunlin Authors
# SPDX-License-Identifier: Apache-2.0
"""Trains and exports examples/models/chest-xray/1 and writes its sample images and requests.

The images are drawn here: phantoms that look somewhat like a chest radiograph (outline, lungs,
ribs, collar bones, spine, heart, diaphragm) in which any of four findings may be drawn. No image
of a person is used, and nothing is learnt about real radiographs.
"""

import io

import numpy as np
import tensorflow as tf
from PIL import Image

import common

SEED = 20250612
MODEL = "chest-xray"
FINDINGS = ["cardiomegaly", "effusion", "nodule", "pneumonia"]
SIZE = 64


def step(distance, softness):
    """1 inside (distance < 0) and 0 outside, with a soft edge."""
    return 1.0 / (1.0 + np.exp(np.clip(distance / softness, -30.0, 30.0)))


def smooth_noise(rng, x, y, waves=10, frequency=9.0):
    """A sum of plane waves, about -1 to 1, the same at every image size."""
    k = rng.normal(0.0, frequency, (waves, 2))
    phase = rng.uniform(0.0, 2.0 * np.pi, waves)
    return sum(np.cos(a * x + b * y + p) for (a, b), p in zip(k, phase)) / np.sqrt(waves)


def draw(rng, findings, size, severity=None):
    """A phantom as a [size, size] array of bytes. `findings` is four flags in FINDINGS' order.

    `severity` (0 to 1) says how plain the findings are; without it, each draws its own, and those
    near 0 can hardly be seen.
    """
    how_plain = rng.random(4) if severity is None else np.full(4, severity)
    axis = (np.arange(size) + 0.5) / size * 2.0 - 1.0
    x, y = np.meshgrid(axis, axis)
    # Where the body stands: shift, tilt and size. x runs to the image's right, y down.
    tilt, scale = rng.normal(0.0, 0.03), rng.normal(1.0, 0.04)
    shift_x, shift_y = rng.normal(0.0, 0.03, 2)
    x, y = (((x - shift_x) * np.cos(tilt) + (y - shift_y) * np.sin(tilt)) * scale,
            ((y - shift_y) * np.cos(tilt) - (x - shift_x) * np.sin(tilt)) * scale)
    side = np.sign(x)

    body = step(np.abs(x) - (0.88 + 0.06 * y - 0.9 * np.maximum(-0.72 - y, 0.0)), 0.02)
    picture = 0.05 + 0.55 * body

    # Lungs: narrow at the top, and ending in the dome of the diaphragm.
    width, top = rng.normal(0.30, 0.012), rng.normal(-0.72, 0.03)
    floor = rng.normal(0.58, 0.03) + 0.04 * side + 1.1 * (np.abs(x) - 0.36)**2
    centre = 0.40 - 0.10 * np.maximum(-y - 0.1, 0.0)
    half = width * np.sqrt(np.clip(1.0 - ((y - 0.45) / (top - 0.45))**2 * (y < 0.45), 0.0, 1.0))
    lung = (step(np.abs(np.abs(x) - centre) - half, 0.03) * step(top - y, 0.03)
            * step(y - floor, 0.02))
    picture -= 0.36 * lung
    # Vessels, thickest near the middle, and the usual unevenness of the lung.
    vessels = smooth_noise(rng, x, y, frequency=16.0)
    picture += 0.05 * lung * vessels * np.exp(-np.abs(np.abs(x) - 0.15) / 0.25)
    picture += rng.uniform(0.005, 0.03) * lung * smooth_noise(rng, x, y)

    # Bones: nine pairs of ribs, the collar bones and the spine.
    inside = step(np.abs(x) - 0.76, 0.02)
    spacing, slope = rng.normal(0.155, 0.006), rng.normal(0.55, 0.06)
    for rib in range(9):
        line = -0.78 + spacing * rib + slope * (np.abs(x) - 0.1) * (0.35 + 0.05 * rib)
        line = line + 0.5 * np.maximum(np.abs(x) - 0.5, 0.0)**2
        picture += 0.075 * inside * np.exp(-((y - line) / 0.026)**2) * (0.35 + 0.65 * lung)
    collar = -0.66 - 0.22 * (np.abs(x) - 0.12)
    picture += 0.11 * np.exp(-((y - collar) / 0.032)**2) * step(np.abs(x) - 0.75, 0.03)
    picture += 0.13 * np.exp(-(x / 0.085)**2) * (1.0 + 0.15 * np.cos(y * 42.0))

    # Heart. It is enlarged when it takes up more than about half of the chest's width.
    heart_half = rng.normal(0.27, 0.02)
    if findings[0]:
        heart_half = 0.34 + 0.14 * how_plain[0] + rng.normal(0.0, 0.01)
    heart_x, heart_y = 0.09 + 0.35 * (heart_half - 0.27), 0.33
    heart = step(np.hypot((x - heart_x) / heart_half, (y - heart_y) / 0.31) - 1.0, 0.06)
    picture += 0.30 * heart * lung

    # Fluid at the bottom of one lung, higher at the outer wall.
    if findings[1]:
        where = rng.choice([-1.0, 1.0])
        level = 0.48 - 0.38 * how_plain[1] + rng.normal(0.0, 0.02)
        surface = level - 1.3 * np.clip(np.abs(x) - 0.40, 0.0, 0.3)
        picture += 0.33 * lung * (1.0 - heart) * (side == where) * step(surface - y, 0.03)

    # A round spot somewhere in a lung, off the heart.
    if findings[2]:
        where = rng.choice([-1.0, 1.0])
        spot_x, spot_y = where * rng.uniform(0.25, 0.58), rng.uniform(-0.5, 0.1)
        radius = 0.07 + 0.04 * how_plain[2]
        spot = step(np.hypot(x - spot_x, y - spot_y) - radius, 0.012)
        picture += (0.17 + 0.17 * how_plain[2]) * spot

    # A cloudy patch of several overlapping parts.
    if findings[3]:
        where = rng.choice([-1.0, 1.0])
        patch_x, patch_y = where * rng.uniform(0.30, 0.50), rng.uniform(-0.30, 0.35)
        cloud = np.zeros_like(x)
        for _ in range(6):
            part_x, part_y = patch_x + rng.normal(0.0, 0.09), patch_y + rng.normal(0.0, 0.11)
            spread = rng.uniform(0.09, 0.14)
            cloud += np.exp(-((x - part_x)**2 + (y - part_y)**2) / (2.0 * spread**2))
        cloud *= np.maximum(1.0 + 0.5 * smooth_noise(rng, x, y, frequency=14.0), 0.0)
        picture += ((0.14 + 0.20 * how_plain[3]) * lung * (1.0 - 0.8 * heart)
                    * (1.0 - np.exp(-0.6 * cloud)))

    # Exposure, contrast and grain.
    picture = np.clip(picture, 0.0, 1.0)**rng.uniform(0.85, 1.2) * rng.uniform(0.9, 1.15)
    picture += rng.normal(0.0, 0.012, picture.shape)
    return np.clip(picture * 255.0 + 0.5, 0.0, 255.0).astype(np.uint8)


def make_data(rng, n):
    """Pictures and flags: a third of the pictures without findings, else each with 40 %."""
    flags = (rng.random((n, 4)) < 0.4) & (rng.random((n, 1)) < 0.67)
    sizes = rng.choice([72, 84, 96], n)
    pictures = np.stack([to_input(draw(rng, f, size)) for f, size in zip(flags, sizes)])
    return pictures, flags.astype(np.float32)


def to_input(picture):
    """What the model does to a decoded picture."""
    grey = tf.cast(picture, tf.float32) / 255.0
    if grey.shape.rank == 2:
        grey = grey[:, :, None]
    return tf.image.resize(grey, [SIZE, SIZE], antialias=True)


class ChestXray(tf.Module):
    """Four convolutions, of which the third is summed up by its strongest response anywhere (for
    spots) and the fourth, place by place, by a dense layer (for shapes); then an output for each
    finding, independently."""

    LAYERS = [(5, 1, 8, 2), (3, 8, 16, 2), (3, 16, 24, 1), (3, 24, 24, 2)]  # size, in, out, stride

    def __init__(self, rng):
        super().__init__()
        self.kernels = [tf.Variable(1.4 * common.glorot(rng, k, k, i, o), name=f"kernel{n}")
                        for n, (k, i, o, _) in enumerate(self.LAYERS, 1)]
        self.biases = [tf.Variable(np.zeros(o, np.float32), name=f"bias{n}")
                       for n, (_, _, o, _) in enumerate(self.LAYERS, 1)]
        self.w1 = tf.Variable(common.glorot(rng, 8 * 8 * 24, 32), name="w1")
        self.b1 = tf.Variable(np.zeros(32, np.float32), name="b1")
        self.w2 = tf.Variable(common.glorot(rng, 32 + 24, 4), name="w2")
        self.b2 = tf.Variable(np.zeros(4, np.float32), name="b2")

    def logits(self, pixels, dropout=None):
        x = (pixels - 0.45) * 4.0
        for (_, _, _, stride), kernel, bias in zip(self.LAYERS, self.kernels, self.biases):
            before = x
            x = tf.nn.relu(tf.nn.conv2d(x, kernel, stride, "SAME") + bias)
        strongest = tf.reduce_max(before, axis=[1, 2])
        x = tf.reshape(x, [-1, 8 * 8 * 24])
        if dropout is not None:
            x = x * dropout
        x = tf.nn.relu(tf.matmul(x, self.w1) + self.b1)
        return tf.matmul(tf.concat([x, strongest], axis=1), self.w2) + self.b2

    def outputs(self, pixels):
        probabilities = tf.sigmoid(self.logits(pixels))
        findings = tf.tile([FINDINGS], [tf.shape(pixels)[0], 1])
        return {"probabilities": probabilities, "findings": findings}

    @staticmethod
    def decode(encoded):
        picture = tf.io.decode_image(encoded, channels=1, expand_animations=False)
        return to_input(tf.ensure_shape(picture, [None, None, 1]))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "image_bytes")])
    def serving_default(self, image_bytes):
        return self.outputs(tf.map_fn(
            self.decode, image_bytes,
            fn_output_signature=tf.TensorSpec([SIZE, SIZE, 1], tf.float32)))

    @tf.function(input_signature=[tf.TensorSpec([None, SIZE, SIZE, 1], tf.float32, "pixels")])
    def pixels(self, pixels):
        return self.outputs(pixels)


def train(model, rng, pictures, flags, epochs=12, batch=64):
    variables = [*model.kernels, *model.biases, model.w1, model.b1, model.w2, model.b2]
    optimiser = common.Adam(variables)

    @tf.function(reduce_retracing=True)
    def update(pictures, flags, dropout, rate):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(
                labels=flags, logits=model.logits(pictures, dropout)))
        optimiser.apply(tape.gradient(loss, variables), rate)
        return loss

    for epoch in range(epochs):
        order = rng.permutation(len(flags))
        rate = tf.constant(np.float32(2e-3 * 0.5 * (1 + np.cos(np.pi * epoch / epochs))))
        losses = []
        for start in range(0, len(order) - batch + 1, batch):
            pick = order[start:start + batch]
            keep = (rng.random((batch, 8 * 8 * 24)) < 0.7).astype(np.float32) / np.float32(0.7)
            # Exposure varies more than it was drawn to.
            exposed = pictures[pick] * rng.uniform(0.9, 1.1, (batch, 1, 1, 1)).astype(np.float32)
            losses.append(update(tf.constant(exposed), tf.constant(flags[pick]),
                                 tf.constant(keep), rate))
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}")


def encoded(picture, kind):
    """A PNG in grey, or a JPEG in colour (so that both ways through the decoder are used)."""
    image, out = Image.fromarray(picture), io.BytesIO()
    if kind == "png":
        image.save(out, "PNG", optimize=True)
    else:
        image.convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def write_samples(loaded):
    folder = common.REQUESTS / "images"
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for number, name in enumerate(["clear", *FINDINGS]):
        # The model has not seen these: they are drawn by generators of their own.
        rng = np.random.default_rng([SEED, number])
        flags = [name == finding for finding in FINDINGS]
        kind = "jpg" if name == "effusion" else "png"
        files[name] = encoded(draw(rng, flags, 256, severity=0.8), kind)
        (folder / f"{MODEL}-{name}.{kind}").write_bytes(files[name])
        found = loaded.signatures["serving_default"](tf.constant([files[name]]))
        probabilities = found["probabilities"].numpy()[0]
        print(f"sample {name}: {len(files[name]) / 1024:.0f} KiB, {probabilities.round(3)}")
        flags = np.array(flags)
        assert (probabilities[flags] > 0.7).all() and (probabilities[~flags] < 0.3).all()

    for name, sample in ((MODEL, "pneumonia"), (f"{MODEL}-clear", "clear"),
                         (f"{MODEL}-jpeg", "effusion")):
        common.write_sample(
            loaded, name, {"instances": [{"image_bytes": common.b64(files[sample])}]},
            {"image_bytes": tf.constant([files[sample]])})

    pixels = np.round(ChestXray.decode(files["pneumonia"]).numpy(), 3)
    body = {"signature_name": "pixels", "instances": [{"pixels": common.plain(pixels)}]}
    common.write_sample(
        loaded, f"{MODEL}-pixels", body, {"pixels": tf.constant([pixels])}, "pixels")


def main():
    rng = common.make_deterministic(SEED)
    pictures, flags = make_data(rng, 9000)
    held_out = 1000
    model = ChestXray(rng)
    train(model, rng, pictures[held_out:], flags[held_out:])

    scores = tf.sigmoid(model.logits(pictures[:held_out])).numpy()
    truth = flags[:held_out]
    print(f"held out: {held_out} phantoms")
    for column, name in enumerate(FINDINGS):
        chosen = scores[:, column] >= 0.5
        print(f"  {name}: AUC {common.auc(truth[:, column], scores[:, column]):.4f}, "
              f"recall {chosen[truth[:, column] == 1].mean():.3f}, "
              f"false alarms {chosen[truth[:, column] == 0].mean():.3f}")

    directory = common.export(
        model, common.MODELS / MODEL / "1",
        {"serving_default": model.serving_default, "pixels": model.pixels})
    write_samples(tf.saved_model.load(str(directory)))


if __name__ == "__main__":
    main()
