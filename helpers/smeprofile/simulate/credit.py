"""Consents, bureau inquiries with the loans they show, and the planted breaches."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from smeprofile.params import Cohort
from smeprofile.simulate.customers import DAY, day_before, stream

BANKS = (
    "青屿农商银行",
    "石礁村镇银行",
    "东岬城商银行",
    "听潮消费金融公司",
    "北湾小额贷款公司",
)  # fictitious
BREACHES = ("wrong_purpose", "no_consent", "withdrawn_consent", "inquiry_before_grant")
# Data item, purpose, share of the bank's customers who signed it. Nobody is asked to let
# credit reports be used for marketing: that is forbidden whatever the customer says.
_FORMS = (
    ("征信报告", "授信审批", 0.60),
    ("征信报告", "贷后管理", 0.35),
    ("流水数据", "授信审批", 0.30),
    ("联系方式", "营销", 0.45),
    ("APP行为", "营销", 0.30),
)


def consents_and_inquiries(
    cohort: Cohort, firms: pd.DataFrame, defects: Collection[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row per consent and one per inquiry, what comes after the observation date too.

    All draws are made whatever the ``defects``, so switching one off changes nothing else.
    """
    rng = stream(cohort, "credit")
    as_of = pd.Timestamp(cohort.as_of)
    consents = _consents(rng, firms, as_of)
    inquiries = _inquiries(rng, firms, consents, as_of)
    consents, inquiries = _breaches(rng, consents, inquiries, defects)
    late = _after(rng, firms, consents, as_of)
    inquiries = pd.concat([inquiries, late], ignore_index=True).astype({"inquired_at": "M8[us]"})
    inquiries["inquiry_id"] = [f"Q{i:06d}" for i in range(1, len(inquiries) + 1)]
    return consents, inquiries


def loans(cohort: Cohort, inquiries: pd.DataFrame) -> pd.DataFrame:
    """Return one row per loan that a credit report shows."""
    rng = stream(cohort, "loans")
    counts = np.minimum(rng.poisson(0.9, len(inquiries)), 3)
    rows = inquiries.loc[inquiries.index.repeat(counts), ["customer_id", "inquiry_id"]]
    rows = rows.reset_index(drop=True)
    n = len(rows)
    banks = [rng.permutation(BANKS)[:count] for count in counts]
    overdue = rng.random(n) < 0.09
    return rows.assign(
        institution=np.concatenate(banks) if n else [],
        balance_cny=rng.lognormal(12.6, 0.9, n).round(-2),
        dpd=np.where(overdue, rng.choice([1, 5, 12, 30, 31, 60, 90, 91, 120], n), 0),
    )


def _consents(rng: np.random.Generator, firms: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    forms = (*_FORMS, ("纳税数据", "授信审批", firms["shares_tax"].to_numpy(dtype=float)))
    parts = []
    for item, purpose, share in forms:
        signed = firms[(rng.random(len(firms)) < share) & ~firms["is_future"]]
        parts.append(signed[["customer_id", "opened_date"]].assign(data_item=item, purpose=purpose))
    rows = pd.concat(parts, ignore_index=True)
    n = len(rows)
    span = (as_of - rows["opened_date"]).dt.days.clip(upper=900)
    rows["granted_date"] = day_before(as_of, span * rng.uniform(0, 1, n))
    left = (as_of - rows["granted_date"]).dt.days
    # Some withdrawals fall after the observation date: they are not known yet.
    after = (left * rng.uniform(0.3, 1, n)).astype(int) + rng.integers(1, 12, n)
    withdrawn = rows["granted_date"] + pd.to_timedelta(after, unit="D")
    leaves = (rng.random(n) < 0.05) & (rows["data_item"] != "纳税数据")
    rows["withdrawn_date"] = withdrawn.where(leaves).astype("datetime64[us]")
    rows["consent_id"] = [f"A{i:06d}" for i in range(1, n + 1)]
    return rows.drop(columns="opened_date")


def _inquiries(
    rng: np.random.Generator, firms: pd.DataFrame, consents: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Return lawful inquiries: under a consent, from its grant to the day before withdrawal."""
    reports = consents[consents["data_item"] == "征信报告"]
    rows = reports.loc[reports.index.repeat(1 + rng.poisson(0.9, len(reports)))]
    rows = rows.reset_index(drop=True)
    last = (rows["withdrawn_date"] - DAY).fillna(as_of).clip(upper=as_of)
    span = (last - rows["granted_date"]).dt.days.clip(lower=0)
    rows["day"] = day_before(last, span * rng.uniform(0, 1, len(rows)))
    rows["reason"] = rows["purpose"].map({"授信审批": "贷款审批", "贷后管理": "贷后管理"})
    own = firms.loc[(rng.random(len(firms)) < 0.10) & ~firms["is_future"], ["customer_id"]]
    own = own.assign(day=day_before(as_of, rng.integers(0, 700, len(own))).to_numpy())
    rows = pd.concat([rows, own.assign(reason="本人查询", consent_id=None)], ignore_index=True)
    rows["inquired_at"] = rows["day"] + _office_hours(rng, len(rows))
    return rows[["customer_id", "inquired_at", "reason", "consent_id"]]


def _office_hours(rng: np.random.Generator, n: int) -> pd.Series:
    return pd.Series(pd.to_timedelta(rng.integers(8 * 3600 + 1800, 18 * 3600, n), unit="s"))


def _breaches(
    rng: np.random.Generator,
    consents: pd.DataFrame,
    inquiries: pd.DataFrame,
    defects: Collection[str],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Spoil four disjoint groups of loan inquiries, each the only one under its consent."""
    consents, inquiries = consents.copy(), inquiries.copy()
    single = ~inquiries["consent_id"].duplicated(keep=False) & (inquiries["reason"] == "贷款审批")
    held = inquiries.merge(consents, on=["consent_id", "customer_id"], how="left")
    able = np.flatnonzero(single & held["withdrawn_date"].isna())
    # A breach moves dates by days, so both must be well inside the customer's history.
    days_in = (held["inquired_at"].dt.normalize() - held["granted_date"]).dt.days
    able = able[days_in.to_numpy()[able] >= 25]
    n_each = max(3, len(inquiries) // 80)
    other = consents[(consents["data_item"] == "征信报告") & (consents["purpose"] == "贷后管理")]
    other = other.drop_duplicates("customer_id").set_index("customer_id")["consent_id"]
    # Those with a second consent come first: they alone can have the wrong one noted.
    order = rng.permutation(able)
    has_other = inquiries["customer_id"].isin(other.index).to_numpy()[order]
    order = np.concatenate([order[has_other], order[~has_other]])
    chosen = dict(zip(BREACHES, np.split(order[: 4 * n_each], 4), strict=True))
    shift = rng.integers(0, 20, len(inquiries))

    if "no_consent" in defects:
        inquiries.loc[chosen["no_consent"], "consent_id"] = None
    if "wrong_purpose" in defects:
        rows = chosen["wrong_purpose"]
        inquiries.loc[rows, "consent_id"] = inquiries.loc[rows, "customer_id"].map(other)
    if "inquiry_before_grant" in defects:
        rows = chosen["inquiry_before_grant"]
        back = days_in[rows] + 1 + shift[rows]
        inquiries.loc[rows, "inquired_at"] -= pd.to_timedelta(back, unit="D")
    if "withdrawn_consent" in defects:
        rows = chosen["withdrawn_consent"]
        day = inquiries.loc[rows, "inquired_at"].dt.normalize()
        day.index = pd.Index(held.loc[rows, "consent_id"])
        withdrawn = day - pd.to_timedelta(shift[rows], unit="D")
        filled = consents["consent_id"].map(withdrawn)
        consents["withdrawn_date"] = consents["withdrawn_date"].fillna(filled)
    return consents, inquiries


def _after(
    rng: np.random.Generator, firms: pd.DataFrame, consents: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Return lawful inquiries made within a fortnight after the observation date."""
    able = consents[
        (consents["data_item"] == "征信报告")
        & (consents["purpose"] == "授信审批")
        & consents["withdrawn_date"].isna()
    ]
    n = max(5, len(firms) // 30)
    rows = able.iloc[rng.choice(len(able), n, replace=False)].reset_index(drop=True)
    days = pd.to_timedelta(rng.integers(1, 15, n), unit="D")
    rows["inquired_at"] = as_of + days + _office_hours(rng, n)
    return rows[["customer_id", "inquired_at", "consent_id"]].assign(reason="贷款审批")
