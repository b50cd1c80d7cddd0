"""A first look at a table nobody has described: what each column holds and what looks wrong."""

import re
from collections.abc import Iterator

import pandas as pd
from pandas.api import types

from smeprofile import uscc
from smeprofile.data.parse import EPOCHS

# Sixteen digits or more are numbers of things, not quantities.
_NUMBER = re.compile(r"(?!\d{16})[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?")
_DATE_STYLES = {
    "2019-03-05": re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[ T].*)?"),
    "2019/3/5": re.compile(r"\d{4}/\d{1,2}/\d{1,2}(?:[ T].*)?"),
    "20190305": re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"),
    "2019-03": re.compile(r"\d{4}-\d{1,2}"),
    "2019年3月5日": re.compile(r"\d{4}年\d{1,2}月\d{1,2}日"),
}
_DATE_NAME = re.compile(r"date|日期|时间|_dt$|^dt_", re.IGNORECASE)
_SERIALS = (3_653, 73_050)  # from 1970 as SAS counts to 2099 as Excel does
_EPOCH_NAMES = {"excel": "Excel", "sas": "SAS", "unix": "Unix"}
KINDS = ("数字", "日期", "日期序列号", "文本")


def inspect(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row per column of ``frame``, which may be any table.

    ``n_missing`` and ``n_blank`` (empty or only spaces) count cells, ``n_distinct`` the values
    among the rest; 数字, 日期, 日期序列号 and 文本 are their shares by what they look like (0-1),
    ``kind`` the one kind there is, or 混合; ``findings`` says in Chinese what to look at.

    >>> inspect(pd.DataFrame({"flag": ["Y", "N", "0", None]}))[["kind", "findings"]].values.tolist()
    [['混合', '缺失 1 处（25.0%）；混合编码：0、N、Y']]
    """
    epochs = _serial_columns(frame)
    rows = [_column_row(frame[name], epochs.get(name)) for name in frame.columns]
    return pd.DataFrame(rows, index=pd.Index(frame.columns, name="column"))


def _column_row(column: pd.Series, serial: str | None) -> dict:
    filled = _filled(column)
    shares = _shares(column, filled, serial)
    kinds = [kind for kind in KINDS if shares[kind] > 0]
    n_missing = int(column.isna().sum())
    return {
        "dtype": str(column.dtype),
        "n_missing": n_missing,
        "n_blank": len(column) - n_missing - len(filled),
        "n_distinct": int(filled.nunique()),
        **shares,
        "kind": "空" if not kinds else kinds[0] if len(kinds) == 1 else "混合",
        "findings": "；".join(_findings(column, filled, shares, serial)),
    }


def _filled(column: pd.Series) -> pd.Series:
    """Return the cells that hold something, as text where they are not numbers or dates."""
    present = column.dropna()
    if types.is_numeric_dtype(present) or types.is_datetime64_any_dtype(present):
        return present
    text = present.astype(str)
    return text[text.str.strip() != ""]


def _shares(column: pd.Series, filled: pd.Series, serial: str | None) -> dict[str, float]:
    n = max(len(filled), 1)
    if types.is_datetime64_any_dtype(column):
        counts = {"日期": len(filled)}
    elif serial:
        counts = {"日期序列号": len(filled)}
    elif types.is_numeric_dtype(column):
        counts = {"数字": len(filled)}
    else:
        styles = _style_counts(filled)
        n_numbers = int(filled.str.strip().str.fullmatch(_NUMBER).sum()) - styles["20190305"]
        n_dates = sum(styles.values())
        counts = {"数字": n_numbers, "日期": n_dates, "文本": len(filled) - n_numbers - n_dates}
    return {kind: counts.get(kind, 0) / n for kind in KINDS}


def _style_counts(texts: pd.Series) -> dict[str, int]:
    plain = texts.str.strip()
    return {name: int(plain.str.fullmatch(style).sum()) for name, style in _DATE_STYLES.items()}


def _findings(
    column: pd.Series, filled: pd.Series, shares: dict[str, float], serial: str | None
) -> Iterator[str]:
    n_missing = int(column.isna().sum())
    n_blank = len(column) - n_missing - len(filled)
    if n_missing:
        yield f"缺失 {n_missing} 处（{n_missing / len(column):.1%}）"
    if n_blank:
        yield f"空白 {n_blank} 处"
    if len(filled) and filled.nunique() == 1:
        yield f"常量列：全是 {filled.iloc[0]}"
    if serial:
        yield serial
    if not types.is_numeric_dtype(column) and not types.is_datetime64_any_dtype(column):
        yield from _text_findings(filled, shares)


def _text_findings(texts: pd.Series, shares: dict[str, float]) -> Iterator[str]:
    plain = texts.str.strip()
    codes = sorted(plain.unique())
    n_wrong, n_codes = _credit_codes(texts)
    if n_wrong and n_codes > 0.8 * len(texts):
        yield f"疑似统一社会信用代码：{n_wrong} 处校验不通过"
    is_code = len(codes) <= 12 and all(len(code) <= 2 for code in codes)
    if is_code and 0 < shares["数字"] < 1:
        yield f"混合编码：{'、'.join(codes)}"
    elif 0.2 <= shares["数字"] < 1 and shares["文本"]:
        odd = plain[~plain.str.fullmatch(_NUMBER)]
        yield f"数字里混有文字：{len(odd)} 处，如 {odd.iloc[0]!r}"
    styles = [name for name, count in _style_counts(texts).items() if count]
    if len(styles) > 1:
        yield f"日期写法不一：{'、'.join(styles)}"
    n_padded = int((texts != plain).sum())
    if n_padded:
        yield f"首尾有空格 {n_padded} 处"
    if plain.str.fullmatch(r"0\d+").any():
        yield "有前导 0，勿转成数字"


def _credit_codes(texts: pd.Series) -> tuple[int, int]:
    """Return how many fail the check, and how many have the length of a credit code."""
    plain = texts.map(uscc.normalize)
    return int((~plain.map(uscc.is_valid).astype(bool)).sum()), int((plain.str.len() == 18).sum())


def _serial_columns(frame: pd.DataFrame) -> dict[str, str]:
    """Return, for each column that seems to hold day numbers, the finding that says so.

    A number's size proves nothing, so other evidence is asked for: years in another column
    that agree (by calendar or by a fiscal year from October), or else a name that says date.
    """
    candidates = _present({name: _as_days(frame[name]) for name in frame.columns})
    years = _present({name: _as_years(frame[name]) for name in frame.columns})
    proofs = {name: _proof(days, years) for name, days in candidates.items()}
    known = [proof[0] for proof in proofs.values() if proof]
    found = {}
    for name, days in candidates.items():
        if proofs[name]:
            epoch, evidence = proofs[name]
        elif _DATE_NAME.search(str(name)):
            epoch = max(known, key=known.count) if known else _most_plausible(days)
            evidence = "起点与同表其他列一致" if known else "起点按年份是否合理推测，请核对"
        else:
            continue
        first = int(days.iloc[0])
        shown = f"{first}→{_date_of(days, epoch).iloc[0]:%Y-%m-%d}"
        found[name] = (
            f"疑似日期序列号（{_EPOCH_NAMES[epoch]}，{EPOCHS[epoch]} 起）：{shown}；{evidence}"
        )
    return found


def _present(columns: dict[str, pd.Series | None]) -> dict[str, pd.Series]:
    return {name: column for name, column in columns.items() if column is not None}


def _as_numbers(column: pd.Series) -> pd.Series | None:
    """Return the column's whole numbers, or nothing when it holds anything else."""
    if types.is_bool_dtype(column) or types.is_datetime64_any_dtype(column):
        return None
    filled = _filled(column)
    numbers = pd.to_numeric(filled, errors="coerce")
    if numbers.empty or numbers.isna().any() or (numbers % 1 != 0).any():
        return None
    return numbers.astype("int64")


def _as_days(column: pd.Series) -> pd.Series | None:
    numbers = _as_numbers(column)
    if numbers is None or not numbers.between(*_SERIALS).all() or numbers.nunique() < 2:
        return None
    return numbers


def _as_years(column: pd.Series) -> pd.Series | None:
    numbers = _as_numbers(column)
    return None if numbers is None or not numbers.between(1950, 2100).all() else numbers


def _date_of(days: pd.Series, epoch: str) -> pd.Series:
    return pd.Timestamp(EPOCHS[epoch]) + pd.to_timedelta(days, unit="D")


def _proof(days: pd.Series, years: dict[str, pd.Series]) -> tuple[str, str] | None:
    """Return the epoch that some column of years confirms for 95 % of rows, and the evidence."""
    best = (0.95, None)
    for epoch in EPOCHS:
        dates = _date_of(days, epoch).dt
        for name, year in years.items():
            for words, counted in (
                ("年份", dates.year),
                ("财年，10 月起", dates.year + (dates.month >= 10)),
            ):
                share = float((counted == year.reindex(days.index)).mean())
                if share >= best[0] and (best[1] is None or share > best[0]):
                    best = (share, (epoch, f"与 {name}（{words}）相符 {share:.1%}"))
    return best[1]


def _most_plausible(days: pd.Series) -> str:
    shares = {epoch: _date_of(days, epoch).dt.year.between(1980, 2035).mean() for epoch in EPOCHS}
    return max(shares, key=shares.get)
