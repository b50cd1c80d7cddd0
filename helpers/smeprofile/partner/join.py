"""The bank's applications and the platform's figures brought together: by code, consent and day."""

import pandas as pd

from smeprofile.errors import UserError
from smeprofile.partner.pilot import AFTER, ITEM, PARTNER_FEATURES
from smeprofile.uscc import is_valid, normalize

USABLE = "可用"
REASONS = (
    USABLE,
    "平台上没有这一户",
    "本行没有取得授权",
    "对方没有取得授权",
    "授权已撤回",
    "没有进件前的数据",
)
OLDEST_DAYS = 92  # figures older than a quarter say nothing of today


def join_consented(
    applications: pd.DataFrame,
    deliveries: pd.DataFrame,
    bank_consents: pd.DataFrame,
    partner_consents: pd.DataFrame,
    *,
    purpose: str = "授信审批",
    item: str = ITEM,
    today: pd.Timestamp | str | None = None,
) -> pd.DataFrame:
    """Return ``applications`` with the platform's figures as they were known on the day applied for.

    One row per application, in order; ``why`` is one of ``REASONS``, and the figures are missing
    unless it is 可用. Codes are written alike first, those whose check fails match nobody. Both
    consents must be for this ``item`` and ``purpose`` and in force on the day: from the day granted
    to the day before it is withdrawn. The figures are the newest published by then, at most
    ``OLDEST_DAYS`` old. With ``today``, who has withdrawn by it is left out as well, whatever was in
    force then: what may still be used for building models. Columns known only after the loan
    (``AFTER``) are never joined. Raises ``UserError`` for missing columns.
    """
    _need(applications, ("customer_id", "uscc", "applied_date"), "applications")
    _need(deliveries, ("uscc", "published_date", *PARTNER_FEATURES), "deliveries")
    rows = applications.reset_index(drop=True).copy()
    rows["_row"], rows["_code"] = rows.index, rows["uscc"].map(normalize).astype(object)
    told = deliveries.drop(columns=list(AFTER), errors="ignore")
    told = told.assign(_code=_codes(told["uscc"])).dropna(subset="_code")
    found = pd.merge_asof(
        _by_day(rows, "applied_date"),
        _by_day(told[["_code", "published_date", *PARTNER_FEATURES]], "published_date"),
        left_on="applied_date", right_on="published_date", by="_code",
        tolerance=pd.Timedelta(days=OLDEST_DAYS),
    ).set_index("_row").sort_index()  # fmt: skip
    day = rows["applied_date"] if today is None else pd.Series(pd.Timestamp(today), rows.index)
    mine = _state(rows, bank_consents, "customer_id", item, purpose, day)
    theirs_by_code = partner_consents.assign(_code=_codes(partner_consents["uscc"]))
    theirs = _state(rows, theirs_by_code, "_code", item, purpose, day)
    why = pd.Series(USABLE, rows.index)
    why[found["published_date"].isna()] = REASONS[5]
    why[(mine == "撤回") | (theirs == "撤回")] = REASONS[4]
    why[theirs == "没有"] = REASONS[3]
    why[mine == "没有"] = REASONS[2]
    why[~rows["_code"].isin(set(told["_code"]))] = REASONS[1]
    kept = list(PARTNER_FEATURES)
    figures = found[kept].where(why == USABLE)
    return pd.concat([rows.drop(columns=["_row", "_code"]), figures, why.rename("why")], axis=1)


def _codes(codes: pd.Series) -> pd.Series:
    """Return the codes written alike, missing where the check character is wrong (each once)."""
    seen = {code: normalize(code) for code in codes.dropna().unique()}
    right = {code: plain if is_valid(plain) else None for code, plain in seen.items()}
    return codes.map(right).astype(object)


def _by_day(frame: pd.DataFrame, day: str) -> pd.DataFrame:
    """Return the rows sorted by a day, whose unit is the same for all tables."""
    return frame.astype({day: "datetime64[us]"}).sort_values(day, kind="stable")


def _state(rows, signed: pd.DataFrame, key: str, item: str, purpose: str, day: pd.Series) -> pd.Series:  # fmt: skip
    """Return of each row: 有效, 撤回, or 没有 (never signed for this, or not yet on the day applied for)."""
    for_this = signed[(signed["data_item"] == item) & (signed["purpose"] == purpose)]
    both = rows[[key, "_row", "applied_date"]].merge(for_this[[key, "granted_date", "withdrawn_date"]], on=key)  # fmt: skip
    both = both[both["granted_date"] <= both["applied_date"]]
    gone = both["withdrawn_date"] <= both["_row"].map(day)
    held = both.loc[~gone, "_row"]
    state = pd.Series("没有", rows.index)
    state[rows["_row"].isin(both["_row"])] = "撤回"
    state[rows["_row"].isin(held)] = "有效"
    return state


def _need(frame: pd.DataFrame, names: tuple[str, ...], what: str) -> None:
    if lacking := [name for name in names if name not in frame.columns]:
        raise UserError(f"{what} 缺少列 {'、'.join(lacking)}。")
