"""Where the rows go: each source's cleaning steps, one after another, any of them left out."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

import pandas as pd

from smeprofile import uscc
from smeprofile.data import clean, sources
from smeprofile.data.consent import usable_inquiries
from smeprofile.data.parse import parse_dates


@dataclass(frozen=True)
class Step:
    """One cleaning step: what it does, what it costs to skip it, and how it is done."""

    name: str
    if_skipped: str
    apply: Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class Lineage:
    """One source on its way to a tidy table."""

    source: str
    table: str
    unit: str
    raw: pd.DataFrame
    steps: tuple[Step, ...]

    def counts(self, skip: Collection[str] = ()) -> pd.DataFrame:
        """Return one row per step kept: rows before, rows after, rows removed."""
        frame, rows = self.raw, []
        for step in self.steps:
            if step.name not in skip:
                after = step.apply(frame)
                rows.append((step.name, len(frame), len(after), len(frame) - len(after)))
                frame = after
        return pd.DataFrame(rows, columns=["步骤", "之前", "之后", "去掉"])


def lineages(as_of: date | str) -> dict[str, Lineage]:
    """Return each source's lineage by the name shown to people; reads the class data's exports.

    >>> list(lineages("2025-12-31"))
    ['核心系统', '税务', '征信', 'APP 日志']
    """
    core = sources.read_core(sources.source_path("core_customers.csv"))
    crm = sources.read_crm(sources.source_path("crm.sqlite"))
    reports, _ = sources.read_bureau(sources.source_path("bureau_reports.json"))
    known_codes = set(core["uscc"].map(uscc.normalize)[lambda s: s.map(uscc.is_valid)])
    return {
        "核心系统": _core(core, as_of),
        "税务": _tax(sources.read_tax(sources.source_path("tax_filings.xlsx")), known_codes, as_of),
        "征信": _bureau(reports, core, crm["consents"], known_codes, as_of),
        "APP 日志": _app(sources.read_app_log(sources.source_path("app_log.parquet")), as_of),
    }


def _core(raw: pd.DataFrame, as_of: date | str) -> Lineage:
    raw = raw.assign(opened_date=parse_dates(raw["opened_date"]))
    steps = (
        Step(
            "去掉观察点以后开户的",
            "名单里混进观察点那天还不存在的客户，回头验证时效果虚高",
            lambda t: clean.as_of_filter(t, "opened_date", as_of),
        ),
        Step(
            "合并重复客户号",
            "同一家企业接到两次电话，授信额度也可能算两遍",
            lambda t: clean.drop_duplicate_customers(t)[0],
        ),
    )
    return Lineage("core_customers.csv", "customers", "户", raw, steps)


def _tax(raw: pd.DataFrame, known_codes: set[str], as_of: date | str) -> Lineage:
    end = pd.Timestamp(as_of)

    def arrived(table: pd.DataFrame) -> pd.DataFrame:
        day = parse_dates(table["arrived_date"])
        return table[day.isna() | (day <= end)]  # the total line has no day

    steps = (
        Step(
            "去掉完全重复的行", "同一张申报表算两次，月均开票被带偏", pd.DataFrame.drop_duplicates
        ),
        Step(
            "去掉合计行和连不上客户的",
            "合计行被当成一家特大企业，均值差出几百倍",
            lambda t: t[t["uscc"].map(uscc.normalize).isin(known_codes)],
        ),
        Step("去掉观察点以后才到行的月份", "用了当时拿不到的数，模型上线就变差", arrived),
    )
    return Lineage("tax_filings.xlsx", "tax", "行", raw, steps)


def _bureau(
    reports: pd.DataFrame,
    core: pd.DataFrame,
    consents: pd.DataFrame,
    known_codes: set[str],
    as_of: date | str,
) -> Lineage:
    """A report is usable under the consent that its own record names."""
    owner = core.assign(code=core["uscc"].map(uscc.normalize)).set_index("code")["customer_id"]
    owner = owner[~owner.index.duplicated()]
    times = pd.to_datetime(reports["inquired_at"], utc=True).dt.tz_convert("Asia/Shanghai")
    raw = reports.assign(
        inquired_at=times.dt.tz_localize(None), customer_id=reports["uscc"].map(owner)
    )
    same_firm = core.assign(code=core["uscc"].map(uscc.normalize)).set_index("customer_id")["code"]
    granted = consents.assign(
        customer_id=consents["customer_id"].map(same_firm).map(owner),
        granted_date=parse_dates(consents["granted_date"]),
        withdrawn_date=parse_dates(consents["withdrawn_date"]),
    )

    def authorised(table: pd.DataFrame) -> pd.DataFrame:
        verdict = usable_inquiries(table, granted, as_of=as_of)["verdict"]
        return table[verdict.isin(["可用", "观察点之后"]).to_numpy()]

    steps = (
        Step(
            "去掉观察点以后的查询",
            "画像看见了未来，测试时很准，上线就不准",
            lambda t: clean.as_of_filter(t, "inquired_at", as_of),
        ),
        Step(
            "去掉连不上客户的",
            "别家企业的负债算到本户头上",
            lambda t: t[t["uscc"].map(uscc.normalize).isin(known_codes)],
        ),
        Step("去掉授权不成立的", "未授权使用征信：客户可以投诉，监管可以处罚", authorised),
    )
    return Lineage("bureau_reports.json", "inquiries", "份", raw, steps)


def _app(raw: pd.DataFrame, as_of: date | str) -> Lineage:
    steps = (
        Step(
            "去掉重复的事件编号",
            "一次点击算两次，活跃度虚高",
            lambda t: t.drop_duplicates("event_id"),
        ),
        Step(
            "换成北京时间后去掉观察点以后的",
            "次日凌晨的行为漏进画像",
            lambda t: clean.as_of_filter(t, "ts_utc", as_of),
        ),
    )
    return Lineage("app_log.parquet", "app_events", "条", raw, steps)
