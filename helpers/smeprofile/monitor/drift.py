"""Drift: whether who comes, or a tag's spread, is still what a rule or a model was made on."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from smeprofile.credit import assign_bins, psi
from smeprofile.errors import UserError


def drift_table(reference: pd.Series, now: pd.Series, *, bins: int = 10) -> pd.DataFrame:
    """Return one row per bin: ``reference`` and ``now`` as shares (0–1), ``part`` of PSI.

    Bins are quantiles of ``reference`` alone; missing values are a bin; texts are compared word by
    word. Half a case is added to each bin, so that an empty one doesn't make it infinite. The parts
    add up to ``credit.psi``: Σ(a − e)·ln(a ÷ e). Of a score it is called PSI, of one characteristic
    CSI. Raises ``UserError`` where one side is empty.

    >>> table = drift_table(pd.Series(range(100)), pd.Series(range(50, 150)), bins=2)
    >>> table["reference"].round(2).tolist(), round(float(table["part"].sum()), 2)
    ([0.5, 0.5], 2.63)
    """
    if not len(reference) or not len(now):
        raise UserError("drift_table：两边都要有数据，现在有一边是空的。")
    edges = None
    if pd.api.types.is_numeric_dtype(reference):
        cuts = np.linspace(0, 1, bins + 1)[1:-1]
        edges = np.unique(np.nanquantile(reference.astype(float), cuts)).tolist()
    counts = [
        assign_bins(values, edges, min_share=0).value_counts(sort=False)
        for values in (reference, now)
    ]
    both = pd.concat(counts, axis=1, keys=["reference", "now"])
    both = both.set_axis(both.index.astype(str)).fillna(0)
    both = both[both.sum(axis=1) > 0] + 0.5
    share = both / both.sum()
    part = (share["now"] - share["reference"]) * np.log(share["now"] / share["reference"])
    return share.assign(part=part).rename_axis("bin")


def csi(reference: pd.DataFrame, now: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return one row per column: ``csi``, and ``noise``, what no drift at all would show.

    Columns in order of ``csi``, the largest first; both are 0 where a column is one bin on both
    sides. See ``drift_table``.

    >>> a = pd.DataFrame({"x": range(200), "y": [0, 1] * 100})
    >>> csi(a, a.assign(x=a["x"] + 90), ["x", "y"]).index.tolist()
    ['x', 'y']
    """
    rows = {}
    for name in columns:
        n_bins = len(drift_table(reference[name], now[name]))
        noise = expected_noise(len(reference), len(now), bins=n_bins) if n_bins > 1 else 0.0
        rows[name] = {"csi": psi(reference[name], now[name]), "noise": noise}
    return pd.DataFrame(rows).T.sort_values("csi", ascending=False, kind="stable")


def expected_noise(n_reference: int, n_now: int, *, bins: int = 10) -> float:
    """Return the PSI that two samples of the same population show on average: (B − 1)(1/n + 1/m).

    For small differences PSI is (1/n + 1/m) times Pearson's χ² of B − 1 degrees of freedom, whose
    mean is B − 1; ``tests/monitor`` holds it against a simulation.

    >>> round(expected_noise(300, 300), 3), round(expected_noise(30_000, 3_000), 4)
    (0.06, 0.0033)
    """
    if min(n_reference, n_now) < 1 or bins < 2:
        raise UserError("expected_noise：两边至少各一户，至少两箱。")
    return (bins - 1) * (1 / n_reference + 1 / n_now)
