"""Our theme, for one test at a time, and a small table to draw."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest

from smeprofile import charts


@pytest.fixture(autouse=True)
def _theme():
    with mpl.rc_context():
        charts.theme()
        yield
    plt.close("all")


@pytest.fixture
def months():
    """One row per month and group: amount in yuan."""
    month = pd.date_range("2025-01-01", periods=3, freq="MS")
    return pd.DataFrame(
        {
            "月份": [*month, *month],
            "金额": [1000.0, 2500, 1750, 3, 2, 1],
            "组": list("甲甲甲乙乙乙"),
        }
    )
