"""Each planted defect is there when switched on and gone when switched off."""

import json
import sqlite3
from contextlib import closing
from functools import cache, cached_property
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from smeprofile import simulate, uscc
from smeprofile.data import parse_dates
from smeprofile.data.consent import usable_inquiries
from smeprofile.params import load_cohort
from smeprofile.simulate.exported import exported

COHORT = load_cohort(root=Path(__file__).parents[2]).model_copy(update={"n_customers": 900})
AS_OF = pd.Timestamp(COHORT.as_of)


class Sources:
    """The five files as they lie on disk, read without the course's own readers."""

    def __init__(self, folder):
        self.folder = folder

    @cached_property
    def core(self):
        path = self.folder / "core_customers.csv"
        return pd.read_csv(path, encoding="gbk", dtype=str, keep_default_na=False)

    @cached_property
    def tax(self):
        sheet = openpyxl.load_workbook(self.folder / "tax_filings.xlsx")["申报"]
        header, *lines = list(sheet.values)[2:]
        return pd.DataFrame(lines, columns=header)

    @cached_property
    def reports(self):
        text = (self.folder / "bureau_reports.json").read_text(encoding="utf-8")
        return pd.DataFrame(json.loads(text)["报告"]).drop(columns="信贷")

    @cached_property
    def consents(self):
        with closing(sqlite3.connect(self.folder / "crm.sqlite")) as crm:
            return pd.read_sql_query("SELECT * FROM 授权", crm)

    @cached_property
    def contacts(self):
        with closing(sqlite3.connect(self.folder / "crm.sqlite")) as crm:
            return pd.read_sql_query("SELECT * FROM 客户", crm)

    @cached_property
    def log(self):
        return pd.read_parquet(self.folder / "app_log.parquet")

    def verdicts(self):
        """How many loan inquiries get each verdict, by the raw consents as they stand."""
        inquiries = self.reports.rename(
            columns={
                "授权编号": "consent_id",
                "查询原因": "reason",
                "统一社会信用代码": "customer_id",
            }
        ).assign(inquired_at=pd.to_datetime(self.reports["查询时间"]).dt.tz_localize(None))
        signed = inquiries.dropna(subset="consent_id").drop_duplicates("consent_id")
        consents = self.consents.rename(
            columns={"授权编号": "consent_id", "数据项": "data_item", "用途": "purpose"}
        ).assign(
            customer_id=self.consents["授权编号"].map(
                signed.set_index("consent_id")["customer_id"]
            ),
            granted_date=pd.to_datetime(self.consents["授权日期"]),
            withdrawn_date=pd.to_datetime(self.consents["撤回日期"]),
        )
        judged = usable_inquiries(inquiries, consents, as_of="2036-12-31")
        withdrawn = judged["consent_id"].map(consents.set_index("consent_id")["withdrawn_date"])
        after = judged["inquired_at"] >= withdrawn
        return judged["verdict"].where((judged["verdict"] != "授权已撤回") | after).value_counts()


def _core_has(pattern, *columns):
    return lambda s: any(s.core[c].str.contains(pattern).any() for c in columns)


def _codes(s):
    return s.core["统一社会信用代码"]


SIGNS = {
    "mixed_dates": _core_has("年|/", "成立日期", "开户日期", "更新时间"),
    "mixed_capital_units": _core_has(r"^\d+$|\d元$", "注册资本", "实缴资本"),
    "foreign_capital": _core_has("美元|欧元|港元", "注册资本", "实缴资本"),
    "messy_uscc": lambda s: (
        _codes(s).map(uscc.normalize).map(uscc.is_valid) & ~_codes(s).map(uscc.is_valid)
    ).any(),
    "bad_uscc": lambda s: (~_codes(s).map(uscc.normalize).map(uscc.is_valid)).any(),
    "duplicate_customers": lambda s: _codes(s).map(uscc.normalize).replace("", None).dropna()
    .duplicated().any(),
    "mixed_tax_units": lambda s: "万元" in set(s.tax["单位"]),
    "mixed_tax_months": lambda s: s.tax["所属月份"].map(lambda m: hasattr(m, "year")).any(),
    "duplicate_tax_rows": lambda s: s.tax.iloc[:, :2].astype(str).duplicated().any(),
    "tax_total_row": lambda s: (s.tax["纳税人识别号"] == "合计").any(),
    "no_consent": lambda s: (
        s.reports["授权编号"].isna() & (s.reports["查询原因"] == "贷款审批")
    ).any(),
    "withdrawn_consent": lambda s: s.verdicts().get("授权已撤回", 0) > 0,
    "wrong_purpose": lambda s: s.verdicts().get("授权用途不符", 0) > 0,
    "inquiry_before_grant": lambda s: s.verdicts().get("查询早于授权", 0) > 0,
    "duplicate_app_events": lambda s: s.log["event_id"].duplicated().any(),
    "post_as_of_records": lambda s: (
        pd.to_datetime(s.reports["查询时间"]).dt.tz_localize(None) >= AS_OF + pd.Timedelta(days=1)
    ).any(),
}  # fmt: skip


@cache
def class_tables(defects):
    return simulate.class_tables(COHORT, defects=defects)


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    folder = tmp_path_factory.mktemp("full")
    simulate.write_sources(COHORT, folder)
    return Sources(folder)


def test_every_defect_is_documented_and_watched():
    assert set(SIGNS) == set(simulate.DEFECTS)


@pytest.mark.parametrize("defect", SIGNS)
def test_a_defect_shows_when_on(full, defect):
    assert SIGNS[defect](full)


@pytest.mark.parametrize("defect", SIGNS)
def test_a_defect_is_gone_when_off(tmp_path, defect):
    simulate.write_sources(COHORT, tmp_path, defects=simulate.ALL_DEFECTS - {defect})
    assert not SIGNS[defect](Sources(tmp_path))


def test_some_wishes_not_to_be_called_sit_on_a_dropped_number_alone(full):
    codes = full.core.assign(code=_codes(full).map(uscc.normalize))
    wishes = codes.merge(full.contacts, on="客户号").query("code != ''").groupby("code")["免打扰"]
    assert ((wishes.count() > 1) & (wishes.max() == "1") & (wishes.min() == "0")).any()


def test_some_app_events_are_of_the_observation_date_only_in_utc(full):
    beijing = full.log["ts_utc"].dt.tz_convert("Asia/Shanghai")
    same_day = full.log["ts_utc"].dt.date == COHORT.as_of
    assert (same_day & (beijing.dt.date > COHORT.as_of)).any()


def _later_than_as_of(s):
    """How many records of each source are later than the observation date."""
    with closing(sqlite3.connect(s.folder / "crm.sqlite")) as crm:
        visits = pd.read_sql_query("SELECT * FROM 走访", crm)
    opened = parse_dates(s.core["开户日期"])
    beijing = s.log["ts_utc"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
    inquired = pd.to_datetime(s.reports["查询时间"]).dt.tz_localize(None)
    end = AS_OF + pd.Timedelta(days=1)
    return {
        "customers": (opened >= end).sum(),
        "inquiries": (inquired >= end).sum(),
        "withdrawals": (pd.to_datetime(s.consents["撤回日期"]) >= end).sum(),
        "visits": (pd.to_datetime(visits["走访日期"]) >= end).sum(),
        "returns": (pd.to_datetime(s.tax["到行日期"]) >= end).sum(),
        "events": (beijing >= end).sum(),
    }


def test_every_source_holds_records_later_than_the_observation_date(full):
    assert [name for name, count in _later_than_as_of(full).items() if count == 0] == []


def test_returns_not_due_are_those_invoiced_in_the_bank(full):
    tables = class_tables(simulate.ALL_DEFECTS)
    linked = tables["customers"].dropna(subset="uscc")
    codes = linked.set_index("uscc")["customer_id"]
    december = full.tax[full.tax["所属月份"].map(lambda m: str(m)[:7] == "2025-12")]
    bank = tables["invoices_monthly"]
    bank = bank[bank["month"] == "2025-12-01"]
    sold = bank.set_index("customer_id")["sales_cny"]
    unit = december["单位"].map({"元": 1, "万元": 10_000})
    told = pd.Series((december["开票金额"] * unit).to_numpy().astype(float),
                     december["纳税人识别号"].map(codes).to_numpy())  # fmt: skip
    told = told[~told.index.duplicated() & told.index.notna()]
    assert len(told) > 10
    assert told.round(2).to_dict() == sold.reindex(told.index).to_dict()


BREACHES = {
    "no_consent": "无授权",
    "wrong_purpose": "授权用途不符",
    "inquiry_before_grant": "查询早于授权",
    "withdrawn_consent": "授权已撤回",
}


def own_verdicts(defects):
    """The class tables' own inquiries of the exported customers, by verdict."""
    tables = class_tables(frozenset(defects))
    inquiries = tables["inquiries"].query("institution == @COHORT.bank.name")
    told = inquiries[inquiries["customer_id"].isin(exported(COHORT)["customer_id"])]
    return usable_inquiries(told, tables["consents"], as_of=COHORT.as_of)


def test_the_bank_itself_breaks_no_consent():
    lawful = own_verdicts(simulate.ALL_DEFECTS - set(BREACHES))
    assert set(lawful["verdict"]) <= {"可用", "授权已撤回"}  # withdrawn after the inquiry


@pytest.mark.parametrize("breach", BREACHES)
def test_each_breach_is_planted_in_the_class_tables_too(breach):
    without, only = (own_verdicts(d) for d in (frozenset(), {breach}))
    changed = only[(only["verdict"] != without["verdict"]).to_numpy()]
    assert len(changed) >= 3
    assert set(changed["verdict"]) == {BREACHES[breach]}


def test_breaches_leave_the_reports_as_they_were():
    with_, without = (own_verdicts(d) for d in (set(BREACHES), frozenset()))
    same = ["inquiry_id", "customer_id", "inquired_at", "reason"]
    pd.testing.assert_frame_equal(with_[same], without[same])


def test_an_unknown_defect_is_refused(tmp_path):
    with pytest.raises(ValueError, match="typo"):
        simulate.write_sources(COHORT, tmp_path, defects={"typo"})
    assert list(tmp_path.iterdir()) == []
