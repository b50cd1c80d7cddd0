"""A contact campaign of a few plain choices, tried or marked in a market of the bank's.

The case leaves to the choice: product, channel, whom, how often, which data, and what becomes of
the do-not-contact list. Prices, granting and the rest are the reference strategy's, for everybody.
The markets' facts that rules read (age, sector, loan, do-not-contact) are taken from their first
day directly: making whole profiles takes seconds that the rules have no use for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from smeprofile import bank
from smeprofile.bank.assumptions import PRICE_BAND
from smeprofile.bank.compliance import Breach, of_plan, of_run
from smeprofile.bank.offers import checked
from smeprofile.bank.play import luck, play
from smeprofile.errors import UserError
from smeprofile.simulate import assumptions as a
from smeprofile.verdicts import share_of_profit

# field → words → what they mean; the first that is shown is not the best.
PRODUCTS = {"抵押贷": "F3", "担保贷": "F4", "快速贷": "F1"}
CHANNELS = {"客户经理走访": "H1", "电话": "H2", "APP 推送": "H4"}
WHOM = {
    "成立不满 3 年的": {"max_age_years": 3.0},
    "成立 12 年以上的": {"min_age_years": 12.0},
    "制造业的": {"sector": "制造"},
    "所有没有贷款的": {},
}
RHYTHM = {"每月一次": list(range(1, 13)), "每季一次": [1, 4, 7, 10], "全年一次": [1]}
SOURCES = {
    "登记、报表、过去的进件": (),
    "再加征信报告里的他行贷款": ("征信报告",),
}
QUIET = {"照样联系，多一个机会": False, "从名单里剔除": True}
FIELDS = {
    "product": tuple(PRODUCTS), "channel": tuple(CHANNELS), "whom": tuple(WHOM),
    "rhythm": tuple(RHYTHM), "sources": tuple(SOURCES), "quiet": tuple(QUIET),
}  # fmt: skip
START = {
    "product": "快速贷", "channel": "APP 推送", "whom": "所有没有贷款的", "rhythm": "每季一次",
    "sources": "登记、报表、过去的进件", "quiet": "从名单里剔除",
}  # fmt: skip
# The rows of the form that learners fill in: no identifiers on their screens.
ROWS = {f"y{k}": name for k, name in enumerate(FIELDS, start=1)}
FORM = {row: FIELDS[name] for row, name in ROWS.items()}
_SEARCHED = ("product", "channel", "whom", "rhythm")
_WAIT_MONTHS = 3  # the case's own rule: a customer is contacted once a quarter at most
_RULE = "本题设定的行内规则（仿真参数）：同一客户一季至多联系一次"


@dataclass(frozen=True)
class Told:
    """What a campaign brings in a year, means over the luck: see ``told``."""

    gain_cny: float  # V above that of no marketing at all
    extra: float  # applications above those that come unasked
    contacts: int
    over_capacity: int
    cost_cny: float
    opt_outs: int
    breaches: tuple[Breach, ...]


def named(answers: Mapping[str, str]) -> dict[str, str]:
    """Return the choice that a filled form means: field → words, "" where nothing is chosen.

    >>> named({"y1": "快速贷"})["product"]
    '快速贷'
    """
    return {name: answers.get(row, "") for row, name in ROWS.items()}


def form_of(choice: Mapping[str, str]) -> dict[str, str]:
    """Return the filled form of a choice: the reverse of ``named``."""
    return {row: choice[name] for row, name in ROWS.items()}


def values_of(choice: Mapping[str, str], *, rate_addon: float = PRICE_BAND) -> dict:
    """Return the plain values that ``sp.bank.from_answers`` takes, of a choice in words.

    Everybody is quoted ``rate_addon`` (0–1) above the list price; the case's own is the branch's most.
    Raises ``UserError`` for a field that is missing or a word that isn't offered.

    >>> values_of(START)["rules"][0]["months"]
    [1, 4, 7, 10]
    """
    for name, words in FIELDS.items():
        if choice.get(name) not in words:
            raise UserError(f"方案的 {name} 应为其中之一：{'、'.join(words)}。")
    product = PRODUCTS[choice["product"]]
    rule = {
        "product": product, "channel": CHANNELS[choice["channel"]],
        "months": RHYTHM[choice["rhythm"]], "rate_addon": rate_addon, **WHOM[choice["whom"]],
    }  # fmt: skip
    if product == "F1":
        rule["repayment_method"] = "等额本息"
    return {"rules": [rule], "sources_marketing": list(SOURCES[choice["sources"]])}


def told(
    choice: Mapping[str, str] | None,
    market: bank.Market,
    seeds: Sequence[int],
    *,
    rate_addon: float = PRICE_BAND,
) -> Told:
    """Return what a ``choice`` (None: no marketing) brings in ``market``, as means over ``seeds``.

    ``rate_addon`` as in ``values_of``. ``gain_cny`` is above no marketing, with the same luck. ``breaches``: rules broken, those of the
    bank and the case's own; what they bring is told all the same.
    """
    plain, _, _ = _played(None, market, seeds)
    values, runs, found = _played(choice, market, seeds, rate_addon)
    counts = pd.DataFrame([run.counts for run in runs]).mean()
    came = np.mean([_applied(run) for run in runs]) - np.mean(
        [_applied(p) for p in _of_none(market, seeds)]
    )
    rate = a.CHANNELS[CHANNELS[choice["channel"]]].unit_cost_cny if choice else 0.0
    return Told(
        float(np.mean(values) - np.mean(plain)), float(came), round(counts["contacts"]),
        round(counts["over_capacity"]), float(counts["contacts"] * rate), round(counts["opt_outs"]), found,
    )  # fmt: skip


def lawful(choice: Mapping[str, str]) -> dict[str, str]:
    """Return the choice within the rules: what breaks one is put right, the rest is as it was.

    >>> lawful(START | {"rhythm": "每月一次"})["rhythm"]
    '每季一次'
    """
    right = {name: START[name] for name in ("sources", "quiet")}
    rhythm = START["rhythm"] if _too_often(choice) else choice["rhythm"]
    return dict(choice) | right | {"rhythm": rhythm}


def best(market: bank.Market, seeds: Sequence[int]) -> dict[str, str]:
    """Return the best lawful choice found by changing one field after another, from ``START`` on."""
    found, most = dict(START), told(START, market, seeds).gain_cny
    for name in _SEARCHED:
        for word in FIELDS[name]:
            tried = found | {name: word}
            if tried == found or _too_often(tried):
                continue
            gain = told(tried, market, seeds).gain_cny
            if gain > most:
                found, most = tried, gain
    return found


def tried(choice: Mapping[str, str], market: bank.Market, seeds: Sequence[int]) -> pd.DataFrame:
    """Return what a choice brings in a market to practise on, in words; one row that says what is missing.

    >>> tried({"product": ""}, None, []).iloc[0, 0]
    '还没有选完'
    """
    if any(choice.get(name) not in words for name, words in FIELDS.items()):
        return pd.DataFrame({"方案": ["还没有选完"]}, index=["现在"])
    now = told(choice, market, seeds)
    rows = {
        "比不营销多赚（V，万元）": f"{now.gain_cny / 1e4:,.1f}",
        "多来的进件（笔）": f"{now.extra:,.1f}",
        "联系（次）": f"{now.contacts:,}",
        "超出容量、没有联系成（次）": f"{now.over_capacity:,}",
        "营销费（万元）": f"{now.cost_cny / 1e4:,.2f}",
        "退订（户）": f"{now.opt_outs:,}",
        "违规": "；".join(breach.text for breach in now.breaches) or "没有",
    }
    return pd.DataFrame({"方案": rows})


def marked(
    choice: Mapping[str, str], right: Mapping[str, str], market: bank.Market, seeds: Sequence[int]
) -> tuple[float, str, str]:
    """Return the share of the points, what is broken (empty: nothing), and what else to say.

    Points rise with the gain above no marketing, all from 95 % of that of the ``right`` choice on;
    nothing after a breach, of which is said which rule, its source, and what the same campaign
    within the rules would have earned.
    """
    best_told = told(right, market, seeds)
    most = best_told.gain_cny

    def of(other: Mapping[str, str]) -> Told:
        return best_told if dict(other) == dict(right) else told(other, market, seeds)

    mine = of(choice)
    legal = of(lawful(choice)) if mine.breaches else mine
    share = share_of_profit(legal.gain_cny, most, 0.0)
    if mine.breaches:
        broken = "；".join(f"{b.text}。依据：{b.source}" for b in mine.breaches)
        what = f"若合规，比不营销多赚 {legal.gain_cny / 1e4:,.1f} 万元，能得这题的 {share:.0%}"
        return 0.0, f"违规，这题得 0 分：{broken}。{what}。", ""
    lines = [
        f"比不营销多赚 {mine.gain_cny / 1e4:,.1f} 万元，参考方案是 {most / 1e4:,.1f} 万元；多来 {mine.extra:,.1f} 笔进件，营销费 {mine.cost_cny / 1e4:,.2f} 万元。"
    ]
    if mine.over_capacity:
        lines.append(
            f"计划里有 {mine.over_capacity:,} 次超出{choice['channel']}的容量，没有联系成：名单成了空话。"
        )
    if share == 0:
        lines.append("联系的成本、办贷款的成本和坏账，超过了多来的收益：行里还不如不做。")
    return share, "", "".join(lines)


def _played(choice, market: bank.Market, seeds: Sequence[int], rate_addon: float = PRICE_BAND):
    if choice is None:
        runs = _of_none(market, seeds)
        return [run.value_cny for run in runs], runs, ()
    values = values_of(choice, rate_addon=rate_addon)
    offers = _offers(choice, market, values)
    given = bank.from_answers(values)
    strategy = _case().with_(targeting=offers, sources=given.sources)
    ready = checked(offers, market.ids)
    truth = market._truth
    found = of_plan(strategy, ready, truth.quiet, market.setting)
    if _too_often(choice):
        found.append(Breach("F1", f"重复触达：{choice['rhythm']}", _RULE, len(offers)))
    runs = [
        play(truth, ready, strategy.policy, strategy.sources, luck(market.seed, seed))
        for seed in seeds
    ]
    for run in runs:
        found += [b for b in of_run(strategy, run) if b.code not in {f.code for f in found}]
    return [run.value_cny for run in runs], runs, tuple(found)


def _of_none(market: bank.Market, seeds: Sequence[int]) -> list:
    """Return the year without marketing, played once for a market and its luck."""
    key = ("no campaign", tuple(seeds))
    if key not in market._kept:
        case, nothing = _case(), checked(None, market.ids)
        market._kept[key] = [
            play(market._truth, nothing, case.policy, case.sources, luck(market.seed, seed))
            for seed in seeds
        ]
    return market._kept[key]


def _case() -> bank.Strategy:
    return bank.Strategy(None, bank.reference().policy)


def _offers(choice: Mapping[str, str], market: bank.Market, values: Mapping) -> pd.DataFrame:
    seen = _facts(market)
    if not QUIET[choice["quiet"]]:
        seen = seen.assign(do_not_contact=False)
    return bank.from_answers(values).targeting(seen)


def _facts(market: bank.Market) -> pd.DataFrame:
    """Return what rules read of each customer on the first day; sizes and statements left out."""
    truth = market._truth
    end = pd.Timestamp(market.setting.end)
    founded = pd.to_datetime(truth.t.established, unit="D")
    return pd.DataFrame({
        "customer_id": market.ids, "as_of": end, "do_not_contact": truth.quiet,
        "registration_status": np.where(truth.life.exit_at < 0, "注销", "存续"),
        "age_years": (end - founded).days / 365.25,
        "working_capital_need_cny": np.nan,
        "industry_section": [code[0] for code in np.array(a.CODES)[truth.t.trade]],
        "size_class": pd.NA, "loan_balance_cny": truth.old_balance[:, 0],
    })  # fmt: skip


def _too_often(choice: Mapping[str, str]) -> bool:
    months = RHYTHM[choice["rhythm"]]
    return any(after - before < _WAIT_MONTHS for before, after in pairwise(months))


def _applied(run) -> int:
    return len(run.applications["who"]) if run.applications else 0
