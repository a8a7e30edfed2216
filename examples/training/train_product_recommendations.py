# Copyright The Dunlin Authors
# SPDX-License-Identifier: Apache-2.0
"""Trains and exports examples/models/product-recommendations/1 and writes its sample requests.

The shop and its customers are made up here: 500 items in 20 categories in 5 fields of interest,
and 1000 users. A user likes one to three fields, a price class, and some of the field's categories
more than others. For each purchase the user either goes on with the category of the last purchase
or one in the same field (60 %), or turns to a category by liking (30 %), or buys anything (10 %);
within the category the item is chosen by popularity and by nearness to the user's price class.
Nobody buys an item twice.
"""

import numpy as np
import tensorflow as tf

import common

SEED = 20250613
MODEL = "product-recommendations"
TOP = 10
HISTORY = 8
WIDTH = 24

FIELDS = {
    "coffee": ["espresso-machine", "coffee-grinder", "coffee-beans", "cup-set"],
    "outdoors": ["tent", "sleeping-bag", "backpack", "camping-stove"],
    "running": ["running-shoes", "running-shirt", "sports-watch", "water-bottle"],
    "garden": ["seed-box", "garden-tool", "flower-pot", "bird-feeder"],
    "music": ["headphones", "turntable", "vinyl-record", "guitar-strings"],
}
PER_CATEGORY = 25
CATEGORIES = [category for field in FIELDS.values() for category in field]
ITEMS = [f"{category}-{n:02d}" for category in CATEGORIES for n in range(1, PER_CATEGORY + 1)]
USERS = [f"user-{n:04d}" for n in range(1, 1001)]
PURCHASES = 30


def make_purchases(rng):
    """[users, purchases] numbers of items, in the order bought."""
    field_of = np.repeat(np.arange(len(FIELDS)), 4)
    popularity = rng.permuted(
        np.tile(1.0 / np.arange(1, PER_CATEGORY + 1)**0.8, (len(CATEGORIES), 1)), axis=1)
    price = rng.random((len(CATEGORIES), PER_CATEGORY))
    purchases = np.empty((len(USERS), PURCHASES), np.int64)
    for user in range(len(USERS)):
        fields = rng.choice(len(FIELDS), rng.integers(1, 4), replace=False)
        liking = np.isin(field_of, fields) * rng.gamma(1.0, 1.0, len(CATEGORIES))
        liking /= liking.sum()
        likes_price = rng.random()
        bought, category = set(), rng.choice(len(CATEGORIES), p=liking)
        for n in range(PURCHASES):
            while True:
                way = rng.random()
                if way < 0.6:
                    near = np.where(field_of == field_of[category], 1.0, 0.0)
                    near[category] = 2.0
                    category = rng.choice(len(CATEGORIES), p=near / near.sum())
                elif way < 0.9:
                    category = rng.choice(len(CATEGORIES), p=liking)
                else:
                    category = rng.integers(len(CATEGORIES))
                weight = popularity[category] * np.exp(
                    -((price[category] - likes_price) / 0.15)**2 / 2)
                item = category * PER_CATEGORY + rng.choice(PER_CATEGORY, p=weight / weight.sum())
                if item not in bought:
                    break
            bought.add(item)
            purchases[user, n] = item
    return purchases


def make_examples(purchases, first, last):
    """For each purchase from `first` to before `last`: the user, up to HISTORY items bought
    before it (padded on the left with len(ITEMS)), and the item bought."""
    padded = np.pad(purchases, ((0, 0), (HISTORY, 0)), constant_values=len(ITEMS))
    users = np.repeat(np.arange(len(USERS)), last - first)
    history = np.stack([padded[:, n:n + HISTORY] for n in range(first, last)], axis=1)
    return users, history.reshape(-1, HISTORY), purchases[:, first:last].reshape(-1)


class ProductRecommendations(tf.Module):
    """Two towers. The user's is a vector of the user plus a mean of the vectors of the items in
    the history, the latest weighing most; the items' is a vector and a bias for each item. An
    item's score is the softmax of their products over all items not in the history."""

    def __init__(self, rng):
        super().__init__()
        small = lambda rows: rng.normal(0.0, 0.1, (rows, WIDTH)).astype(np.float32)
        # The last row of `user` stands for every user not known.
        self.user = tf.Variable(small(len(USERS) + 1), name="user")
        # The last row of `bought` stands for padding and unknown items, and is not used.
        self.bought = tf.Variable(small(len(ITEMS) + 1), name="bought")
        self.item = tf.Variable(small(len(ITEMS)), name="item")
        self.bias = tf.Variable(np.zeros(len(ITEMS), np.float32), name="bias")
        self.decay = tf.Variable(0.2, name="decay")

    def logits(self, user, history):
        known = tf.cast(history < len(ITEMS), tf.float32)
        # How many known items come after: so padding makes no difference, wherever it stands.
        age = tf.cumsum(known, axis=1, exclusive=True, reverse=True)
        weight = known * tf.exp(-tf.nn.relu(self.decay) * age)
        vectors = tf.gather(self.bought, history) * weight[:, :, None]
        mean = tf.reduce_sum(vectors, axis=1) / (
            tf.reduce_sum(weight, axis=1, keepdims=True) + 1e-6)
        tower = tf.gather(self.user, user) + mean
        # Without what has been bought: it is 1 in `had` at its number.
        had = tf.raw_ops.DenseBincount(
            input=history, size=tf.constant(len(ITEMS) + 1, tf.int64),
            weights=tf.constant([], tf.float32), binary_output=True)
        # TensorFlow does not work out the shape by itself.
        had = tf.ensure_shape(had, [None, len(ITEMS) + 1])[:, :-1]
        return tf.matmul(tower, self.item, transpose_b=True) + self.bias - 1e9 * had

    def prepare_serving(self, users_file, items_file):
        self.users_file = tf.saved_model.Asset(users_file)
        self.items_file = tf.saved_model.Asset(items_file)
        self.user_numbers = common.index_table(self.users_file, default=len(USERS))
        self.item_numbers = common.index_table(self.items_file, default=len(ITEMS))
        self.item_names = tf.lookup.StaticHashTable(
            tf.lookup.TextFileInitializer(
                self.items_file.asset_path,
                tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER,
                tf.string, tf.lookup.TextFileIndex.WHOLE_LINE),
            default_value="")

    @tf.function(input_signature=[
        tf.TensorSpec([None], tf.string, "user_id"),
        tf.TensorSpec([None, None], tf.string, "history"),
    ])
    def serving_default(self, user_id, history):
        logits = self.logits(
            self.user_numbers.lookup(user_id), self.item_numbers.lookup(history))
        scores, numbers = tf.math.top_k(tf.nn.softmax(logits), TOP)
        return {"item_ids": self.item_names.lookup(tf.cast(numbers, tf.int64)), "scores": scores}


def train(model, rng, examples, epochs=12, batch=256):
    variables = [model.user, model.bought, model.item, model.bias, model.decay]
    optimiser = common.Adam(variables)
    users, history, bought = examples

    @tf.function(reduce_retracing=True)
    def step(users, history, bought, rate):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
                labels=bought, logits=model.logits(users, history)))
            size = sum(tf.reduce_mean(v * v) for v in variables[:3])
            total = loss + 2.5 * size
        optimiser.apply(tape.gradient(total, variables), rate)
        return loss

    for epoch in range(epochs):
        order = rng.permutation(len(bought))
        rate = tf.constant(np.float32(5e-3 * 0.5 * (1 + np.cos(np.pi * epoch / epochs))))
        losses = []
        for start in range(0, len(order) - batch + 1, batch):
            pick = order[start:start + batch]
            # Three in ten as if by someone unknown, and some with a shorter history.
            unknown = rng.random(batch) < 0.3
            keep = np.where(rng.random(batch) < 0.5, HISTORY, rng.integers(0, HISTORY + 1, batch))
            shorter = np.where(np.arange(HISTORY) < HISTORY - keep[:, None],
                               len(ITEMS), history[pick])
            losses.append(step(
                tf.constant(np.where(unknown, len(USERS), users[pick])), tf.constant(shorter),
                tf.constant(bought[pick]), rate))
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}")


def report(model, examples, train_bought):
    """How often the item bought is among the ten proposed."""
    users, history, bought = examples

    def hits(logits):
        return (tf.math.top_k(logits, TOP).indices.numpy() == bought[:, None]).any(axis=1).mean()

    nobody, nothing = np.full_like(users, len(USERS)), np.full_like(history, len(ITEMS))
    popular = np.bincount(train_bought, minlength=len(ITEMS)).astype(np.float32)
    popular = np.tile(popular, (len(bought), 1))
    np.put_along_axis(popular, np.minimum(history, len(ITEMS) - 1), -1.0, axis=1)
    print(f"held out: {len(bought)} purchases, hit rate at {TOP}:")
    print(f"  known user with history    {hits(model.logits(users, history)):.3f}")
    print(f"  known user without history {hits(model.logits(users, nothing)):.3f}")
    print(f"  new user with history      {hits(model.logits(nobody, history)):.3f}")
    print(f"  most popular items         {hits(popular):.3f}")
    print(f"  by chance                  {TOP / len(ITEMS):.3f}")


def write_samples(loaded):
    known = [
        {"user_id": "user-0042",
         "history": ["coffee-beans-07", "coffee-grinder-11", "espresso-machine-03"]},
        {"user_id": "user-0007", "history": ["tent-04", "", ""]},
    ]
    new = [
        {"user_id": "someone-new", "history": ["running-shoes-05", "sports-watch-12"]},
        {"user_id": "someone-else", "history": ["", ""]},
    ]
    for name, rows in ((MODEL, known), (f"{MODEL}-new-user", new)):
        inputs = {key: tf.constant([row[key] for row in rows]) for key in rows[0]}
        result = common.write_sample(loaded, name, {"instances": rows}, inputs)
        for row, ids, scores in zip(rows, result["item_ids"], result["scores"]):
            print(row["user_id"], row["history"], "->",
                  ", ".join(f"{item} {score:.4f}" for item, score in zip(ids, scores)))
            assert not set(ids) & set(row["history"]) and len(set(ids)) == TOP
            # Far enough apart that the order is the same wherever it is computed.
            assert min(a - b for a, b in zip(scores, scores[1:])) > 1e-5
    first = [item.rsplit("-", 1)[0] for item in common.plain(result["item_ids"])[0]]
    assert sum(category in FIELDS["running"] for category in first) >= 8, first


def main():
    rng = common.make_deterministic(SEED)
    purchases = make_purchases(rng)
    held_out = 3
    examples = make_examples(purchases, 0, PURCHASES - held_out)
    model = ProductRecommendations(rng)
    train(model, rng, examples)
    report(model, make_examples(purchases, PURCHASES - held_out, PURCHASES), examples[2])

    with common.vocabulary_files(users=USERS, items=ITEMS):
        model.prepare_serving("users.txt", "items.txt")
        directory = common.export(
            model, common.MODELS / MODEL / "1", {"serving_default": model.serving_default})
    write_samples(tf.saved_model.load(str(directory)))


if __name__ == "__main__":
    main()
