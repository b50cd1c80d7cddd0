"""The same expressions on Spark: compiled in every run, executed in ``make full``."""

import ibis
import pandas as pd
import pytest
import sqlglot
from ibis.config import Config

from profiles import END, SMALL, profiled, tables
from smeprofile.intake import open_tables
from smeprofile.tags import marts, pipeline, profile
from smeprofile.tags.clock import Clock


class SparkOptions(Config):
    """What Ibis asks of the Spark backend's options, which come only with pyspark itself."""

    treat_nan_as_null: bool = False


@pytest.fixture
def _without_pyspark(monkeypatch):
    monkeypatch.setattr(ibis.options, "pyspark", SparkOptions())


def spark_sql(table):
    return str(ibis.to_sql(table, dialect="pyspark"))


@pytest.mark.usefixtures("_without_pyspark")
def test_every_expression_compiles_to_spark_sql():
    written = {}

    def keep(name, table):
        written[name] = spark_sql(table)
        return ibis.table(table.schema(), name=f"k_{name}")

    with open_tables(tables()) as intake:
        unbound = {n: ibis.table(t.schema(), name=n) for n, t in intake.tables.items()}
        plan = pipeline.Plan(unbound, intake.given, Clock(END), "授信审批")
        made = marts.build(unbound, intake.given, plan.clock, keep)
        result = pipeline.expression(plan, made, keep)
    written["result"] = spark_sql(result)
    assert set(pipeline.TAGS) <= set(result.columns)
    assert len(written) > 30
    for name, text in written.items():
        assert sqlglot.parse_one(text, dialect="spark"), name


@pytest.mark.full
@pytest.mark.filterwarnings(
    "ignore::FutureWarning", "ignore::UserWarning", "ignore::ResourceWarning"
)
def test_spark_agrees_with_duckdb():
    pytest.importorskip("pyspark", reason="make full installs it: pip install -e '.[spark]'")
    told = profile(tables(SMALL), END, backend="spark")
    expected = profiled()
    assert list(told.columns) == list(expected.columns)
    pd.testing.assert_frame_equal(told, expected, rtol=1e-9, atol=0, check_dtype=False)
