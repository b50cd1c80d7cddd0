"""What the branch's consents and credit reports hold beyond the lawful: the planted breaches.

The generator itself never breaks a consent. Records later than the observation date are made
here as well: they are in the exports only.
"""

from collections.abc import Collection

import numpy as np
import pandas as pd

from smeprofile.params import Cohort
from smeprofile.simulate.exported import stream

APPROVAL, AFTER = ("征信报告", "授信审批"), ("征信报告", "贷后管理")


def spoiled(
    cohort: Cohort,
    consents: pd.DataFrame,
    inquiries: pd.DataFrame,
    defects: Collection[str],
    *,
    spare: Collection[str],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return consents and inquiries with the breaches of ``defects``; ``spare`` customers have none.

    All draws are made whatever the ``defects``, so switching one off changes nothing else.
    """
    consents, inquiries = consents.copy(), inquiries.copy()
    held = inquiries.merge(consents, on=["consent_id", "customer_id"], how="left")
    held["day"] = held["inquired_at"].dt.normalize()
    able = ~held["customer_id"].isin(spare) & held["withdrawn_date"].isna()
    approvals = held[able & (held["reason"] == "贷款审批")]
    groups = _groups(cohort, approvals, _other_consent(consents, approvals))
    if "no_consent" in defects:
        inquiries.loc[groups["no_consent"].index, "consent_id"] = None
    if "wrong_purpose" in defects:
        inquiries.loc[groups["wrong_purpose"].index, "consent_id"] = groups["wrong_purpose"][
            "other"
        ]
    if "inquiry_before_grant" in defects:
        # Signed afterwards: the report keeps its day, or what it shows would not fit it.
        rows = groups["inquiry_before_grant"]
        late = (rows["day"] + pd.to_timedelta(rows["shift"], unit="D")).set_axis(rows["consent_id"])
        consents["granted_date"] = consents["consent_id"].map(late).fillna(consents["granted_date"])
    if "withdrawn_consent" in defects:
        early = _withdrawals(cohort, held[able & (held["reason"] == "贷后管理")])
        found = consents["consent_id"].map(early)
        consents["withdrawn_date"] = consents["withdrawn_date"].fillna(found)
    return consents, inquiries


def _other_consent(consents: pd.DataFrame, approvals: pd.DataFrame) -> pd.Series:
    """Return, per approval inquiry, a consent to post-lending use that the customer had signed."""
    after = consents[_is_form(consents, AFTER)].drop_duplicates("customer_id")
    after = after.set_index("customer_id")
    other = approvals["customer_id"].map(after["consent_id"])
    signed = approvals["customer_id"].map(after["granted_date"]) <= approvals["day"]
    return other.where(signed)


def _groups(cohort: Cohort, approvals: pd.DataFrame, other: pd.Series) -> dict[str, pd.DataFrame]:
    """Return disjoint groups of approval inquiries, each the only one under its consent."""
    rng = stream(cohort, "breaches")
    single = ~approvals["consent_id"].duplicated(keep=False)
    rows = approvals.assign(other=other, shift=rng.integers(1, 20, len(approvals)))[single]
    rows = rows.iloc[rng.permutation(len(rows))]
    known = rows["day"] + pd.to_timedelta(rows["shift"], unit="D") <= pd.Timestamp(cohort.as_of)
    n_each = max(3, len(rows) // 25)
    groups = {}
    # Those with a second consent come first: they alone can have the wrong one noted.
    for kind, fits in (
        ("wrong_purpose", rows["other"].notna()),
        ("inquiry_before_grant", known),
        ("no_consent", pd.Series(True, index=rows.index)),
    ):
        groups[kind] = rows[fits.reindex(rows.index)].head(n_each)
        rows = rows.drop(index=groups[kind].index)
    return groups


def _withdrawals(cohort: Cohort, looks: pd.DataFrame) -> pd.Series:
    """Return, for some post-lending consents, a withdrawal that the last inquiry ignored."""
    rng = stream(cohort, "withdrawals")
    last = looks.sort_values("day", kind="stable").drop_duplicates("consent_id", keep="last")
    last = last[last["day"] > last["granted_date"]].sort_values("consent_id")
    shift = np.minimum(
        rng.integers(0, 20, len(last)), (last["day"] - last["granted_date"]).dt.days - 1
    )
    chosen = rng.permutation(len(last))[: max(3, len(last) // 25)]
    withdrawn = last["day"] - pd.to_timedelta(shift, unit="D")
    return withdrawn.set_axis(last["consent_id"]).iloc[chosen]


def after_as_of(
    cohort: Cohort, consents: pd.DataFrame, inquiries: pd.DataFrame, n_made: pd.Series
) -> pd.DataFrame:
    """Return lawful inquiries made within a fortnight after the observation date.

    ``n_made``: per customer, how many inquiries have been numbered already.
    """
    rng = stream(cohort, "late_inquiries")
    live = consents[_is_form(consents, APPROVAL) & consents["withdrawn_date"].isna()]
    n = max(5, consents["customer_id"].nunique() // 30)
    recent = live.sort_values(["granted_date", "consent_id"], ascending=False).head(3 * n)
    recent = recent.drop_duplicates("customer_id").reset_index(drop=True)
    rows = recent.iloc[np.sort(rng.permutation(len(recent))[:n])].reset_index(drop=True)
    days = pd.to_timedelta(rng.integers(1, 15, len(rows)), unit="D")
    hours = pd.to_timedelta(rng.integers(8 * 3600 + 1800, 18 * 3600, len(rows)), unit="s")
    serial = rows["customer_id"].map(n_made).fillna(0).astype(int) + 1
    return rows[["customer_id", "consent_id"]].assign(
        inquiry_id=[f"Q{c[1:]}{k:03d}" for c, k in zip(rows["customer_id"], serial, strict=True)],
        inquired_at=(pd.Timestamp(cohort.as_of) + days + hours).astype("M8[us]"),
        institution=cohort.bank.name,
        reason="贷款审批",
        seen_in_id=None,
    )[inquiries.columns]


def late_withdrawals(
    cohort: Cohort, consents: pd.DataFrame, *, spare: Collection[str]
) -> pd.DataFrame:
    """Return consents, some withdrawn in the fortnight after the observation date, not ``spare``."""
    rng = stream(cohort, "late_withdrawals")
    leaves = (rng.random(len(consents)) < 0.015) & ~consents["consent_id"].isin(spare)
    days = pd.Series(pd.to_timedelta(rng.integers(1, 15, len(consents)), unit="D"))
    day = (pd.Timestamp(cohort.as_of) + days).astype("M8[us]").set_axis(consents.index)
    filled = consents["withdrawn_date"].fillna(day.where(leaves))
    return consents.assign(withdrawn_date=filled)


def _is_form(consents: pd.DataFrame, form: tuple[str, str]) -> pd.Series:
    return (consents["data_item"] == form[0]) & (consents["purpose"] == form[1])
