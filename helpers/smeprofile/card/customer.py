"""The customer card (画像卡): one customer on one screen, and what is not known of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import ipywidgets as w
import jinja2
import pandas as pd

from smeprofile.card.words import shown
from smeprofile.errors import UserError
from smeprofile.segments import stage, stage_reasons
from smeprofile.tags import DIMENSIONS, TAGS, Tag
from smeprofile.tags.consent import COLUMN

_ITEM = {column: item for item, column in COLUMN.items()}
_HEAD = ("name", "branch_id", "registration_status", "alerts", "n_alerts")


@dataclass(frozen=True)
class Card:
    """One customer's card; shows itself in a notebook, ``html`` is a page to print or keep."""

    customer_id: str
    body: str

    def _repr_html_(self) -> str:
        return self.body

    @property
    def html(self) -> str:
        """Return the card as a page of its own: one file, nothing from the network."""
        page = templates().get_template("page.html.j2")
        return page.render(title=f"客户画像卡 {self.customer_id}", body=self.body)


def card(
    profile: pd.DataFrame,
    customer_id: str,
    *,
    flows_monthly: pd.DataFrame | None = None,
    names: Sequence[pd.DataFrame] = (),
) -> Card:
    """Return the card of one customer of ``profile`` (as ``sp.profile`` returns it).

    With ``flows_monthly`` the monthly sales received are drawn, up to the observation date;
    ``names`` are tables of branches and channels, the code first: their ``name`` stands for it.
    Raises ``UserError`` for a customer that isn't in the profile.

    >>> from smeprofile.tags import profile
    >>> flows = pd.DataFrame({"customer_id": ["A"], "date": ["2025-11-03"], "direction": ["in"],
    ...     "amount_cny": [800.0], "summary": ["货款"]})
    >>> "有效流入" in card(profile({"flows": flows}, "2025-12-31"), "A").html
    True
    """
    found = profile[profile["customer_id"] == customer_id]
    if found.empty:
        raise UserError(f"画像里没有客户 {customer_id}。请检查客户号和观察点。")
    row = found.iloc[0]
    told = {
        code: name
        for frame in names
        for code, name in zip(frame.iloc[:, 0], frame["name"], strict=True)
    }
    known = [(name, _lines(row, name, told)) for name in DIMENSIONS]
    unknown = [tag for tag in TAGS.values() if tag.name in row.index and pd.isna(row[tag.name])]
    head = {name: row[name] for name in _HEAD if name in row.index and pd.notna(row[name])}
    body = templates().get_template("card.html.j2").render(
        row=row,
        head=head | {"branch_id": told.get(head.get("branch_id"), head.get("branch_id"))},
        stage=_stage(found),
        dimensions=known,
        unknown=_by_reason([tag for tag in unknown if tag.name != "alerts"], row),
        consents={item: row[c] for c, item in _ITEM.items() if c in row.index},
        trend=_trend(flows_monthly, row) if _may_show(flows_monthly, row) else None,
    )  # fmt: skip
    return Card(customer_id, body)


def _lines(row: pd.Series, dimension: str, names: Mapping[str, str]) -> list[dict]:
    """The known tags of one dimension: title, value, unit, meaning, place among peers."""
    tags = [tag for tag in TAGS.values() if tag.dimension == dimension and tag.name in row.index]
    return [
        {
            "title": tag.title,
            "value": shown(tag, row[tag.name], names),
            "definition": f"{tag.definition}（{tag.window}）",
            "peer": _peer(tag, row),
        }
        for tag in tags
        if pd.notna(row[tag.name]) and tag.name not in _HEAD
    ]


def _peer(tag: Tag, row: pd.Series) -> int | str | None:
    """Percent of peers below, 样本不足 for too few of them, None where none is reckoned."""
    name = f"{tag.name}_peer_rank"
    if name not in row.index:
        return None
    return "样本不足" if pd.isna(row[name]) else round(100 * float(row[name]))


def _by_reason(tags: list[Tag], row: pd.Series) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for tag in tags:
        reasons.setdefault(_why_unknown(tag, row), []).append(tag.title)
    return reasons


def _why_unknown(tag: Tag, row: pd.Series) -> str:
    for item in tag.items:
        state = row.get(COLUMN[item])
        if state in ("无授权", "已撤回"):
            return f"{item}{state}"
    return tag.missing


def _stage(found: pd.DataFrame) -> tuple[str, str] | None:
    try:
        name, why = stage(found).iloc[0], stage_reasons(found).iloc[0]
    except UserError:  # the tags it needs aren't in this profile
        return None
    return ("未知" if pd.isna(name) else name), why


def _may_show(monthly: pd.DataFrame | None, row: pd.Series) -> bool:
    """Say whether there are flows, and consent to look at them where it is needed."""
    return monthly is not None and row.get(COLUMN["流水数据"], "有效") == "有效"


def _trend(monthly: pd.DataFrame, row: pd.Series) -> dict | None:
    """Bars of the last 24 months' sales received: height 0–100, label; without a row it is 0."""
    own = monthly[monthly["customer_id"] == row["customer_id"]]
    sales = own.groupby(own["month"].dt.to_period("M"))["sales_in_cny"].sum()
    whole = (row["as_of"] + pd.Timedelta(days=1)).to_period("M") - 1
    if (sales := sales[sales.index <= whole]).empty:
        return None
    last = min(whole, monthly["month"].max().to_period("M"))  # later ones aren't known to be 0
    sales = sales.reindex(pd.period_range(max(sales.index[0], last - 23), last), fill_value=0.0)
    if not (top := sales.max()) > 0:
        return None
    tag = TAGS["effective_inflow_cny"]
    labels = [f"{month} {shown(tag, value)}" for month, value in sales.items()]
    heights = [round(100 * value / top) for value in sales]
    return {
        "bars": list(zip(heights, labels, strict=True)),
        "first": f"{sales.index[0]}",
        "last": f"{sales.index[-1]}",
        "top": shown(tag, float(top)),
    }


def browse(
    profile: pd.DataFrame,
    *,
    flows_monthly: pd.DataFrame | None = None,
    names: Sequence[pd.DataFrame] = (),
) -> w.Widget:
    """Return a view to page through the customers' cards: by number, or those with alerts only."""
    ids = profile["customer_id"].tolist()
    wide = w.Layout(width="24em")
    choice = w.Combobox(
        value=ids[0], options=ids[:500], description="客户号", ensure_option=False, layout=wide
    )
    alerted = w.Checkbox(False, description="只看有预警的", indent=False)
    back, ahead = w.Button(description="上一户"), w.Button(description="下一户")
    view = w.HTML()

    def listed() -> list[str]:
        if not alerted.value or "n_alerts" not in profile.columns:
            return ids
        return profile.loc[profile["n_alerts"] > 0, "customer_id"].tolist()

    def draw(_=None) -> None:
        try:
            one = card(profile, choice.value, flows_monthly=flows_monthly, names=names)
            view.value = one.body
        except UserError as error:
            view.value = f'<p role="alert">{escape(str(error))}</p>'

    def step(by: int) -> None:
        names = listed()
        if not names:
            view.value = '<p role="alert">没有有预警的客户。请去掉“只看有预警的”。</p>'
            return
        at = names.index(choice.value) + by if choice.value in names else 0
        choice.value = names[at % len(names)]

    back.on_click(lambda _: step(-1))
    ahead.on_click(lambda _: step(1))
    alerted.observe(lambda change: draw() if not change["new"] else step(0), "value")
    choice.observe(draw, "value")
    draw()
    return w.VBox([w.HBox([choice, alerted, back, ahead]), view])


@cache
def templates() -> jinja2.Environment:
    """Return the templates of cards and reports; what they are given is escaped."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
