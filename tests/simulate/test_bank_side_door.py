"""Ids, row order and file metadata tell nothing of the truth."""

from datetime import date
from statistics import NormalDist

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from smeprofile.simulate import Setting, write

BANK = Setting(60_000, 1, date(2025, 12, 31), 424242)
TABLES = {"customers", "truth_customers"}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    write(BANK, folder, truth=folder, only=TABLES, workers=1)
    return folder


@pytest.fixture(scope="module")
def truth(files):
    return pd.read_parquet(files / "truth_customers.parquet")


@pytest.fixture(scope="module")
def shown(files):
    """Everything about a row but what it says: its ids in pieces, its place, its row group."""
    path = files / "customers.parquet"
    table = pd.read_parquet(path, columns=["customer_id", "uscc", "controller_id"])
    groups = pq.ParquetFile(path).metadata
    sizes = [groups.row_group(k).num_rows for k in range(groups.num_row_groups)]
    weight = [groups.row_group(k).total_byte_size for k in range(groups.num_row_groups)]
    place = np.arange(len(table))
    number = table["customer_id"].str[1:].astype(int)
    serial = table["uscc"].str[8:16].astype(int)
    owner = table["controller_id"].str[1:].astype(int)
    group = np.repeat(np.arange(len(sizes)), sizes)
    parts = {"place": place, "place_in_group": place % 1000, "group": group,
             "group_bytes": np.array(weight)[group]}  # fmt: skip
    for name, values in (("number", number), ("serial", serial), ("owner", owner)):
        parts |= {name: values} | {f"{name}_{k}": values // 10**k % 10 for k in range(8)}
        parts |= {f"{name}_bits{k}": values % 2**k for k in (4, 9, 13)}
    parts |= {"check17": table["uscc"].str[16].map(ord), "check18": table["uscc"].str[17].map(ord)}
    return pd.DataFrame(parts)


def interval(features: pd.DataFrame, target: np.ndarray) -> tuple[float, float]:
    """Return the interval of the AUC on the half of the rows the model hasn't seen.

    Its width is that of the Mann-Whitney statistic where there is nothing to find; all targets
    together are inside in 99 % of banks without a side door (Bonferroni).
    """
    seen = np.random.default_rng(1).permutation(len(target)) < len(target) // 2
    model = HistGradientBoostingClassifier(max_iter=60, random_state=1)
    model.fit(features[seen], target[seen])
    auc = roc_auc_score(target[~seen], model.predict_proba(features[~seen])[:, 1])
    n, n_yes = (~seen).sum(), target[~seen].sum()
    half = NormalDist().inv_cdf(1 - 0.005 / len(TARGETS)) * np.sqrt(
        (n + 1) / (12 * n_yes * (n - n_yes))
    )
    return auc - half, auc + half


TARGETS = {
    "quality": lambda t: t["quality"] > 0,
    "frailty": lambda t: t["frailty"] > t["frailty"].quantile(0.8),
    "persuadable": lambda t: t["uplift_type"] == "可说服",
    "ring": lambda t: t["ring_id"].notna(),
    "shut_down": lambda t: t["shutdown_month"].notna(),
}


@pytest.mark.parametrize("name", TARGETS)
def test_ids_order_and_metadata_do_not_lead_to_the_truth(shown, truth, name):
    low, high = interval(shown, TARGETS[name](truth).to_numpy())
    assert low <= 0.5 <= high


def test_a_leak_would_be_found(shown, truth):
    """Rows sorted by quality, as a careless generator might leave them."""
    low, _ = interval(shown, TARGETS["quality"](truth.sort_values("quality")).to_numpy())
    assert low > 0.9


def test_a_weak_leak_would_be_found(shown, truth):
    """One customer in ten numbered by quality."""
    order = truth.sort_values("quality").index.to_numpy()
    mixed = truth.index.to_numpy().copy()
    mixed[::10] = order[::10]
    low, _ = interval(shown, TARGETS["quality"](truth.loc[mixed]).to_numpy())
    assert low > 0.5
