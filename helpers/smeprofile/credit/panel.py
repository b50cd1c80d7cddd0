"""A customer by month table, looked up by the months before each row's day."""

import numpy as np
import pandas as pd


class Panel:
    """One column of a customer by month table, looked up by the months before each row's day."""

    def __init__(self, table: pd.DataFrame, column: str, rows: pd.DataFrame) -> None:
        who, month = pd.Index(rows["customer_id"].unique()), table["month"].dt.to_period("M")
        number = month.astype("int64").to_numpy()
        place, self._low = who.get_indexer(table["customer_id"]), number.min()
        self._cells = np.full((len(who), number.max() - self._low + 1), np.nan)
        known = place >= 0
        self._cells[place[known], number[known] - self._low] = table[column].to_numpy()[known]
        self._who = who.get_indexer(rows["customer_id"])
        now = rows["as_of"].dt.to_period("M").astype("int64").to_numpy()
        self._now = now - self._low

    def last(self, n: int) -> np.ndarray:
        """Return rows × the ``n`` months up to each row's own; missing if unknown."""
        at = self._now[:, None] - np.arange(n)[::-1]
        inside = (at >= 0) & (at < self._cells.shape[1])
        return np.where(inside, self._cells[self._who[:, None], np.where(inside, at, 0)], np.nan)
