# Copyright The Dunlin Authors
# SPDX-License-Identifier: Apache-2.0
"""Trains and exports examples/models/fraud-detection/1 and writes its sample requests.

The data are made up here. 2 % of the transactions are fraud; each class is drawn as follows.

Honest: a category by popularity; an amount log-normal around the category's usual amount; an
hour around the category's usual hour; mostly close to home, 6 % on a journey; a Poisson number
of other transactions in the day; the card present as often as is usual for the category.

Fraud is one of four patterns:
  takeover (40 %)      card not present, high amount, goods easy to resell, at night
  cloned card (25 %)   card present, far from home, several transactions, high amount
  card testing (25 %)  card not present, tiny amounts, a great many transactions, new account
  disguised (10 %)     drawn exactly as an honest transaction: no model can find these
"""

import numpy as np
import tensorflow as tf

import common

SEED = 20250611
MODEL = "fraud-detection"

# category: (popularity, usual amount, usual hour, how often the card is present)
CATEGORIES = {
    "groceries": (0.26, 38.0, 17, 0.95),
    "restaurants": (0.17, 32.0, 19, 0.92),
    "fuel": (0.11, 48.0, 13, 0.97),
    "clothing": (0.09, 60.0, 15, 0.60),
    "electronics": (0.06, 190.0, 16, 0.45),
    "digital_goods": (0.08, 14.0, 20, 0.00),
    "gift_cards": (0.02, 50.0, 15, 0.50),
    "jewellery": (0.01, 260.0, 14, 0.75),
    "money_transfer": (0.03, 150.0, 14, 0.05),
    "pharmacy": (0.08, 22.0, 12, 0.90),
    "travel": (0.05, 240.0, 18, 0.15),
    "utilities": (0.04, 85.0, 11, 0.02),
}
NAMES = list(CATEGORIES)
RESOLD = ["electronics", "gift_cards", "jewellery", "money_transfer"]

# The decision thresholds. They are variables of the model: `decision` is "block" from the first
# on, "review" from the second on, and otherwise "allow".
BLOCK_AT, REVIEW_AT = 0.80, 0.20


def honest(rng, n):
    popularity, usual, hour, present = (np.array(c) for c in zip(*CATEGORIES.values()))
    category = rng.choice(len(NAMES), n, p=popularity / popularity.sum())
    journey = rng.random(n) < 0.06
    return {
        "amount": usual[category] * rng.lognormal(0.0, 0.65, n),
        "hour_of_day": np.round(rng.normal(hour[category], 3.2)).astype(np.int64) % 24,
        "merchant_category": category,
        "distance_from_home_km": np.where(
            journey, rng.lognormal(5.8, 1.0, n), rng.lognormal(1.3, 1.0, n)),
        "transactions_last_24h": rng.poisson(np.where(journey, 5.0, 2.5)),
        "card_present": rng.random(n) < present[category],
        "account_age_days": rng.gamma(1.6, 800.0, n).astype(np.int64),
    }


def fraud(rng, n):
    rows = honest(rng, n)
    pattern = rng.choice(4, n, p=[0.40, 0.25, 0.25, 0.10])
    resold = rng.choice([NAMES.index(c) for c in RESOLD], n)
    online = rng.choice([NAMES.index(c) for c in ("digital_goods", "clothing")], n, p=[0.8, 0.2])
    shop = rng.choice([NAMES.index(c) for c in ("electronics", "jewellery", "clothing", "fuel")], n)
    night = np.round(rng.normal(3.0, 2.0, n)).astype(np.int64) % 24

    def put(which, **columns):
        for name, values in columns.items():
            rows[name] = np.where(pattern == which, values, rows[name])

    put(0, merchant_category=resold, amount=rng.lognormal(6.4, 0.7, n), hour_of_day=night,
        distance_from_home_km=rng.lognormal(5.5, 1.6, n), card_present=False,
        transactions_last_24h=rng.poisson(7.0, n))
    put(1, merchant_category=shop, amount=rng.lognormal(6.0, 0.7, n), card_present=True,
        distance_from_home_km=rng.lognormal(6.8, 0.9, n),
        transactions_last_24h=rng.poisson(9.0, n))
    put(2, merchant_category=online, amount=rng.lognormal(0.5, 0.6, n), card_present=False,
        transactions_last_24h=rng.poisson(22.0, n),
        account_age_days=rng.gamma(1.2, 60.0, n).astype(np.int64))
    return rows


def make_data(rng, n):
    labels = rng.random(n) < 0.02
    good, bad = honest(rng, n), fraud(rng, n)
    rows = {name: np.where(labels, bad[name], good[name]) for name in good}
    # One row in a hundred names a category that is not in the vocabulary.
    unknown = rng.random(n) < 0.01
    rows["merchant_category"] = np.where(unknown, len(NAMES), rows["merchant_category"])
    return rows, labels.astype(np.float32)


def numeric_features(amount, hour, distance, transactions, present, age):
    """The seven numbers the first layer sees: four logarithms, the time of day on a circle, and
    the card flag. Negative amounts, distances, counts and ages count as 0."""
    sizes = tf.stack([amount, distance, transactions, age], axis=1)
    angle = hour * np.float32(2.0 * np.pi / 24.0)
    flags = tf.stack([tf.sin(angle), tf.cos(angle), present], axis=1)
    return tf.concat([tf.math.log1p(tf.nn.relu(sizes)), flags], axis=1)


def features_of(rows):
    f = {name: tf.constant(np.asarray(v, np.float32)) for name, v in rows.items()}
    return numeric_features(
        f["amount"], f["hour_of_day"], f["distance_from_home_km"], f["transactions_last_24h"],
        f["card_present"], f["account_age_days"]).numpy()


class FraudDetection(tf.Module):
    """A 32-16-1 perceptron. A category's row of `category` holds its share of the first layer,
    bias included, so the first layer is one matrix product and one addition."""

    def __init__(self, rng):
        super().__init__()
        self.w1 = tf.Variable(common.glorot(rng, 7, 32), name="w1")
        self.category = tf.Variable(np.zeros((len(NAMES) + 1, 32), np.float32), name="category")
        self.w2 = tf.Variable(common.glorot(rng, 32, 16), name="w2")
        self.b2 = tf.Variable(np.zeros(16, np.float32), name="b2")
        self.w3 = tf.Variable(common.glorot(rng, 16, 1), name="w3")
        self.b3 = tf.Variable(np.zeros(1, np.float32), name="b3")

    def logits(self, numeric, category):
        hidden = tf.nn.relu(tf.matmul(numeric, self.w1) + tf.gather(self.category, category))
        hidden = tf.nn.relu(tf.matmul(hidden, self.w2) + self.b2)
        return tf.reshape(tf.matmul(hidden, self.w3) + self.b3, [-1])

    def fold_normalisation(self, mean, std):
        """Trained on (x - mean) / std; from here on takes x itself."""
        w1 = self.w1.numpy() / std[:, None]
        self.category.assign(self.category.numpy() - mean @ w1)
        self.w1.assign(w1)

    def prepare_serving(self, vocabulary_file):
        self.vocabulary = tf.saved_model.Asset(vocabulary_file)
        self.table = common.index_table(self.vocabulary, default=len(NAMES))
        self.block_at = tf.Variable(BLOCK_AT, name="block_at")
        self.review_at = tf.Variable(REVIEW_AT, name="review_at")

    def probability(self, amount, hour_of_day, merchant_category, distance_from_home_km,
                    transactions_last_24h, card_present, account_age_days):
        as_float = lambda tensor: tf.cast(tensor, tf.float32)
        numeric = numeric_features(
            amount, as_float(hour_of_day), distance_from_home_km,
            as_float(transactions_last_24h), as_float(card_present), as_float(account_age_days))
        return tf.sigmoid(self.logits(numeric, self.table.lookup(merchant_category)))

    @tf.function(input_signature=[
        tf.TensorSpec([None], tf.float32, "amount"),
        tf.TensorSpec([None], tf.int64, "hour_of_day"),
        tf.TensorSpec([None], tf.string, "merchant_category"),
        tf.TensorSpec([None], tf.float32, "distance_from_home_km"),
        tf.TensorSpec([None], tf.int64, "transactions_last_24h"),
        tf.TensorSpec([None], tf.bool, "card_present"),
        tf.TensorSpec([None], tf.int64, "account_age_days"),
    ])
    def serving_default(self, amount, hour_of_day, merchant_category, distance_from_home_km,
                        transactions_last_24h, card_present, account_age_days):
        p = self.probability(amount, hour_of_day, merchant_category, distance_from_home_km,
                             transactions_last_24h, card_present, account_age_days)
        decision = tf.where(p >= self.block_at, "block",
                            tf.where(p >= self.review_at, "review", "allow"))
        return {"fraud_probability": p, "decision": decision}

    def probability_of_examples(self, serialized):
        """`serialized` holds tf.Example messages; a feature left out takes its default here."""
        feature = lambda dtype, default: tf.io.FixedLenFeature([], dtype, default)
        parsed = tf.io.parse_example(serialized, {
            "amount": feature(tf.float32, 0.0),
            "hour_of_day": feature(tf.int64, 12),
            "merchant_category": feature(tf.string, ""),
            "distance_from_home_km": feature(tf.float32, 0.0),
            "transactions_last_24h": feature(tf.int64, 0),
            "card_present": feature(tf.int64, 1),
            "account_age_days": feature(tf.int64, 365),
        })
        return self.probability(**parsed)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "inputs")])
    def classification(self, inputs):
        p = self.probability_of_examples(inputs)
        classes = tf.tile([["fraud", "legitimate"]], [tf.size(p), 1])
        return {"classes": classes, "scores": tf.stack([p, 1.0 - p], axis=1)}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "inputs")])
    def regression(self, inputs):
        return {"outputs": self.probability_of_examples(inputs)}


def train(model, rng, x, category, labels, epochs=8, batch=512):
    variables = [model.w1, model.category, model.w2, model.b2, model.w3, model.b3]
    optimiser = common.Adam(variables)
    # Start from the base rate, not from 0.5.
    model.b3.assign([np.log(labels.mean() / (1 - labels.mean()))])

    @tf.function(reduce_retracing=True)
    def step(x, category, labels, rate):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(
                labels=labels, logits=model.logits(x, category)))
        optimiser.apply(tape.gradient(loss, variables), rate)
        return loss

    for epoch in range(epochs):
        order = rng.permutation(len(labels))
        rate = tf.constant(np.float32(3e-3 * 0.6**epoch))
        losses = []
        for start in range(0, len(order) - batch + 1, batch):
            pick = order[start:start + batch]
            losses.append(step(tf.constant(x[pick]), tf.constant(category[pick]),
                               tf.constant(labels[pick]), rate))
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}")


FRAUDULENT = {
    "amount": 1249.99, "hour_of_day": 3, "merchant_category": "electronics",
    "distance_from_home_km": 840.0, "transactions_last_24h": 11, "card_present": False,
    "account_age_days": 45,
}
HONEST = {
    "amount": 42.5, "hour_of_day": 18, "merchant_category": "groceries",
    "distance_from_home_km": 2.1, "transactions_last_24h": 2, "card_present": True,
    "account_age_days": 2190,
}
DTYPES = {
    "amount": tf.float32, "hour_of_day": tf.int64, "merchant_category": tf.string,
    "distance_from_home_km": tf.float32, "transactions_last_24h": tf.int64,
    "card_present": tf.bool, "account_age_days": tf.int64,
}


def serialized_example(row):
    def feature(name, value):
        if isinstance(value, str):
            return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value.encode()]))
        if DTYPES[name] == tf.float32:
            return tf.train.Feature(float_list=tf.train.FloatList(value=[value]))
        return tf.train.Feature(int64_list=tf.train.Int64List(value=[int(value)]))

    return tf.train.Example(features=tf.train.Features(
        feature={name: feature(name, value) for name, value in row.items()})).SerializeToString()


def write_samples(loaded):
    def columns(rows):
        return {name: [row[name] for row in rows] for name in DTYPES}

    def tensors(rows):
        return {name: tf.constant(v, DTYPES[name]) for name, v in columns(rows).items()}

    both = [FRAUDULENT, HONEST]
    for name, rows in ((MODEL, both), (f"{MODEL}-fraud", [FRAUDULENT]),
                       (f"{MODEL}-honest", [HONEST])):
        common.write_sample(loaded, name, {"instances": rows}, tensors(rows))
    result = common.write_sample(
        loaded, f"{MODEL}-columns", {"inputs": columns(both)}, tensors(both))
    print("samples:", result)
    assert result["fraud_probability"][0] > 0.9 and result["fraud_probability"][1] < 0.05
    assert result["decision"] == ["block", "allow"]

    # The bodies of :classify and :regress carry the features of a tf.Example as plain JSON, where
    # the flag is an int64 and a number is a float only if it is written as one.
    examples = [{**row, "card_present": int(row["card_present"])} for row in both]
    serialized = tf.constant([serialized_example(row) for row in examples])
    for api, signature in (("classify", "classification"), ("regress", "regression")):
        body = {"signature_name": signature, "examples": examples}
        print(api + ":", common.write_sample(
            loaded, MODEL, body, {"inputs": serialized}, signature, api))


def main():
    rng = common.make_deterministic(SEED)
    rows, labels = make_data(rng, 200_000)
    x, category = features_of(rows), rows["merchant_category"].astype(np.int64)
    held_out = 50_000
    mean, std = x[held_out:].mean(axis=0), x[held_out:].std(axis=0)
    model = FraudDetection(rng)
    train(model, rng, (x[held_out:] - mean) / std, category[held_out:], labels[held_out:])
    model.fold_normalisation(mean, std)

    scores = tf.sigmoid(model.logits(x[:held_out], category[:held_out])).numpy()
    truth = labels[:held_out]
    print(f"held out: {held_out} transactions, {truth.mean():.2%} fraud, "
          f"AUC {common.auc(truth, scores):.4f}, "
          f"average precision {common.average_precision(truth, scores):.4f}")
    for name, at in (("block", BLOCK_AT), ("review or block", REVIEW_AT)):
        chosen = scores >= at
        print(f"  {name} (from {at}): precision {truth[chosen].mean():.3f}, "
              f"recall {chosen[truth == 1].mean():.3f}")

    with common.vocabulary_files(merchant_categories=NAMES):
        model.prepare_serving("merchant_categories.txt")
        directory = common.export(
            model, common.MODELS / MODEL / "1",
            {"serving_default": model.serving_default,
             "classification": model.classification,
             "regression": model.regression},
            {"classification": "classify", "regression": "regress"})
    write_samples(tf.saved_model.load(str(directory)))


if __name__ == "__main__":
    main()
