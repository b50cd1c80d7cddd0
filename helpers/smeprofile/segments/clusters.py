"""K-means on ranks: reproducible labels, and how far the number of clusters can be trusted."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from threadpoolctl import threadpool_limits

from smeprofile.errors import UserError

_LARGEST = 10_000  # customers that k is judged on: more take minutes and tell little more
_SILHOUETTE = 5_000  # of them; its time grows with their square
_SHARE = 0.7  # of the customers, in each of two compared samples: they share about half
_NAMES_NOT_MEASURES = ("_id", "_code", "uscc")


def cluster(ranks: pd.DataFrame, *, k: int, seed: int) -> pd.Series:
    """Return each customer's cluster, 1 … ``k`` from the highest mean rank down.

    The same customers get the same labels in whatever order their rows come. A customer who
    lacks a dimension has no label: to fill it in would invent a customer. Raises ``UserError`` for
    a column that is an identifier, a code or not a number, and for fewer different customers than
    clusters.

    >>> ranks = pd.DataFrame({"m": [0.0, 0.1, 0.9, 1.0], "c": [0.1, 0.0, 1.0, 0.9]})
    >>> cluster(ranks, k=2, seed=1).tolist()
    [2, 2, 1, 1]
    """
    whole = _whole(ranks, k)
    with threadpool_limits(1):
        model = KMeans(k, n_init=10, random_state=seed).fit(whole.to_numpy(dtype=float))
    order = np.argsort(-model.cluster_centers_.mean(axis=1), kind="stable")
    place = np.empty(k, dtype=int)
    place[order] = np.arange(1, k + 1)
    labels = pd.Series(place[model.labels_], index=whole.index, name="cluster", dtype="Int64")
    return labels.reindex(ranks.index)


def choose_k(
    ranks: pd.DataFrame, *, ks: Iterable[int] = range(2, 9), seed: int, repeats: int = 10
) -> pd.DataFrame:
    """Return one row per ``k``: ``silhouette``, ``ari_mean`` and ``ari_low`` (the 10 % quantile).

    The adjusted Rand index compares two clusterings, each of a random 70 % of the customers, on
    the customers both hold: near 1, the groups are there; near 0, they are the sample's doing.
    Judged on 10,000 customers drawn by ``seed`` where there are more, the silhouette on 5,000.
    Raises ``UserError`` as ``cluster`` does, and for a ``k`` below 2.

    >>> rng = np.random.default_rng(1)
    >>> two = np.concatenate([rng.normal(0, 0.05, (50, 2)), rng.normal(1, 0.05, (50, 2))])
    >>> told = choose_k(pd.DataFrame(two), ks=[2, 5], seed=1, repeats=4)
    >>> bool(told.loc[2, "ari_low"] > 0.99 > told.loc[5, "ari_mean"])
    True
    """
    ks = list(ks)
    if min(ks) < 2:
        raise UserError("群数 k 应从 2 起：只有一群时，没有轮廓系数可算。")
    whole = _whole(ranks, max(ks)).to_numpy(dtype=float)
    some = whole[np.random.default_rng(seed).permutation(len(whole))[:_LARGEST]]
    with threadpool_limits(1):  # many small fits: threads that wait for each other are slower
        rows = [_judged(some, k, np.random.default_rng([seed, k]), repeats) for k in ks]
    return pd.DataFrame(rows).set_index("k")


def _judged(points: np.ndarray, k: int, rng: np.random.Generator, repeats: int) -> dict:
    def fitted(which: np.ndarray) -> np.ndarray:
        model = KMeans(k, n_init=5, random_state=int(rng.integers(2**31))).fit(points[which])
        return model.predict(points)

    agreed = []
    for _ in range(repeats):
        one, other = (rng.permutation(len(points))[: int(len(points) * _SHARE)] for _ in range(2))
        common = np.intersect1d(one, other)
        agreed.append(adjusted_rand_score(fitted(one)[common], fitted(other)[common]))
    labels = fitted(np.arange(len(points)))
    score = silhouette_score(points[:_SILHOUETTE], labels[:_SILHOUETTE])
    return {"k": k, "silhouette": score, "ari_mean": np.mean(agreed),
            "ari_low": np.quantile(agreed, 0.1)}  # fmt: skip


def centres(values: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """Return one row per cluster: ``n``, ``share`` of those labelled, and the median of each column.

    Give the values before ranking: a segment is named by what a banker can picture. Customers are
    matched by index, so neither's order matters; those without a label are left out.

    >>> centres(pd.DataFrame({"m": [1.0, 3.0, 9.0]}), pd.Series([2, 2, 1]))
       n     share    m
    1  1  0.333333  9.0
    2  2  0.666667  2.0
    """
    groups = values.groupby(labels)
    n = groups.size().rename("n")
    return pd.concat([n, (n / n.sum()).rename("share"), groups.median()], axis=1)


def _whole(ranks: pd.DataFrame, k: int) -> pd.DataFrame:
    """Return the customers who lack nothing, in an order that is their values' alone."""
    for name in ranks.columns:
        is_name = str(name).endswith(_NAMES_NOT_MEASURES)
        if is_name or not pd.api.types.is_numeric_dtype(ranks[name]):
            raise UserError(
                f"列 {name} 不能用来分群：编号和文字没有远近，照它分出来的群什么也不说明。"
            )
    whole = ranks.dropna().sort_values(list(ranks.columns), kind="stable")
    n = len(whole.drop_duplicates())
    if n < k:
        raise UserError(f"各项齐全、互不相同的客户只有 {n} 户，分不成 {k} 群。")
    return whole
