"""One strategy in one market: what it earns, whether it may, and how far it is from the reference."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from smeprofile.bank import kpis as figures
from smeprofile.bank.assumptions import NOISE_ERRORS
from smeprofile.bank.bound import bound_cny
from smeprofile.bank.calls import called
from smeprofile.bank.compliance import Breach, mended, of_plan, of_run
from smeprofile.bank.market import Market
from smeprofile.bank.offers import Offers, checked, no_offers
from smeprofile.bank.play import Played, luck, play
from smeprofile.bank.strategies import baseline, reference
from smeprofile.bank.strategy import Strategy
from smeprofile.errors import UserError


@dataclass(frozen=True)
class Result:
    """What came of a strategy. Money in yuan.

    ``value_cny`` is V; ``score`` is 0 after a breach, and None where ``why_no_score`` says why.
    ``if_compliant_cny`` and ``if_compliant_score``: what the same strategy would have earned within
    the rules, None where nothing was broken. ``gap_cny``: V below ``bound_cny``.
    """

    value_cny: float
    score: float | None
    why_no_score: str
    kpis: pd.DataFrame
    vintages: pd.DataFrame
    statement: pd.Series
    breaches: tuple[Breach, ...]
    if_compliant_cny: float | None
    if_compliant_score: float | None
    baseline_cny: float
    reference_cny: float
    noise_cny: float
    played: Played = field(repr=False)
    _market: Market = field(repr=False)
    _seed: int = field(repr=False)

    @property
    def bound_cny(self) -> float:
        """What nobody can beat with the same luck; worked out once for a market and a seed."""
        kept, key = self._market._kept, ("bound", self._seed)
        if key not in kept:
            kept[key] = bound_cny(self._market._truth, luck(self._market.seed, self._seed))
        return kept[key]

    @property
    def gap_cny(self) -> float:
        """How much less than the bound it earned."""
        return self.bound_cny - self.value_cny

    @property
    def full_provision_cny(self) -> float:
        """V with the whole lifetime expected loss of what is outstanding charged to this year."""
        return self.value_cny - float(self.statement["由以后期限承担"])

    def told(self) -> list[str]:
        """Return what came of it in a few sentences, for feedback; the bound is worked out for it."""
        score = self.why_no_score if self.score is None else f"得分 {self.shown_score:.2f}（0–1）"
        lines = [
            f"V {self.value_cny:,.0f} 元；{score}。",
            f"同样的运气下：基准策略 {self.baseline_cny:,.0f} 元，参考策略 {self.reference_cny:,.0f} 元，"
            f"谁也超不过 {self.bound_cny:,.0f} 元。",
        ]
        for breach in self.breaches:
            lines.append(f"违规 {breach.code}：{breach.text}。依据：{breach.source}。")
        if self.if_compliant_cny is not None:
            shown = self.if_compliant_score
            worth = "没有分数" if shown is None else f"{min(1.0, max(0.0, shown)):.2f} 分"
            lines.append(f"若合规：V {self.if_compliant_cny:,.0f} 元，{worth}。")
        return lines

    @property
    def shown_score(self) -> float | None:
        """The score within 0–1, as learners are shown it."""
        return None if self.score is None else min(1.0, max(0.0, self.score))


def evaluate(strategy: Strategy, market: Market, seed: int = 0) -> Result:
    """Play twelve months of ``strategy`` in ``market`` and return what came of it.

    ``seed`` is the luck of the year, a whole number below 2**128: the same for every strategy, so
    that two of them differ by what they do alone (common random numbers). Score =
    (V − V_baseline) ÷ (V_reference − V_baseline), not cut to 0–1; undefined where the difference
    of the two is less than two standard errors, taken over the customers. A breach scores 0.

    Raises ``UserError``, in Chinese, where the strategy's own code fails, takes longer than ten
    seconds, or its offers break the schema (see ``offers.COLUMNS``): row, column and rule.

    >>> from smeprofile.bank import market as fresh
    >>> tiny = fresh(customers=120, seed=5)
    >>> result = evaluate(baseline(), tiny, seed=1)
    >>> result.value_cny == result.baseline_cny, result.gap_cny >= 0, result.breaches
    (True, True, ())
    """
    if not isinstance(strategy, Strategy):
        raise UserError("要评的应为 sp.bank.Strategy(targeting=…, policy=…, sources=…)。")
    if not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**128:
        raise UserError(f"seed 须为 0 到 2 的 128 次方之间的整数，现为 {seed!r:.40}。")
    run = _Run(strategy, market, int(seed))
    played = run.play()
    breaches = (*run.broken, *of_run(strategy, played))
    yardstick = _yardstick(market, int(seed))
    truth, value = market._truth, played.value_cny
    score, why = yardstick.score(value)
    legal, legal_score = None, None
    if breaches:
        legal = run.play_within_the_rules().value_cny
        legal_score = yardstick.score(legal)[0]
        score, why = 0.0, "有违规，得 0 分"
    return Result(
        value_cny=value, score=score, why_no_score=why if score is None or breaches else "",
        kpis=figures.kpis(truth, played), vintages=figures.vintages(truth, played),
        statement=played.ledger.statement(), breaches=breaches, if_compliant_cny=legal,
        if_compliant_score=legal_score, baseline_cny=yardstick.baseline,
        reference_cny=yardstick.reference, noise_cny=yardstick.noise,
        played=played, _market=market, _seed=int(seed),
    )  # fmt: skip


class _Run:
    """One strategy's own code called once, and the play of what it said."""

    def __init__(self, strategy: Strategy, market: Market, seed: int) -> None:
        self.strategy, self.market, self.seed = strategy, market, seed
        self.offers = self._offers()
        self.score = self._own_score()
        self.quiet = _quiet(market)
        self.broken = of_plan(strategy, self.offers, self.quiet, market.setting)

    def _offers(self) -> Offers:
        targeting, items = self.strategy.targeting, self.strategy.sources.marketing
        if targeting is None:
            return no_offers()
        if isinstance(targeting, pd.DataFrame):
            return checked(targeting, self.market.ids)
        frame = self.market.profiles("营销", items)
        return checked(called(targeting, frame, "targeting", "营销", items), self.market.ids)

    def _own_score(self) -> np.ndarray | None:
        scoring, items = self.strategy.policy.score, self.strategy.sources.credit
        if scoring is None:
            return None
        points = scoring
        if callable(scoring):
            frame = self.market.profiles("授信审批", items)
            points = called(scoring, frame, "policy.score", "授信审批", items)
        try:
            values = pd.Series(points).to_numpy(dtype="float64", na_value=np.nan)
        except Exception:
            raise UserError("policy.score 应返回每户一个数。") from None
        if values.shape != (self.market.customers,):
            raise UserError(
                f"policy.score 应返回 {self.market.customers:,} 个数，一户一个，按画像的次序；现有 {values.size:,} 个。"
            )
        if np.isinf(values).any() or (np.abs(values) > 1e6).any():
            row = int((np.isinf(values) | (np.abs(values) > 1e6)).argmax())
            raise UserError(
                f"policy.score 第 {row + 1} 行是 {values[row]}，分数应在 ±1,000,000 以内。"
            )
        return values

    def play(self) -> Played:
        return self._of(self.strategy, self.offers)

    def play_within_the_rules(self) -> Played:
        return self._of(*mended(self.strategy, self.offers, self.quiet, self.market.setting))

    def _of(self, strategy: Strategy, offers: Offers) -> Played:
        draws = luck(self.market.seed, self.seed)
        return play(
            self.market._truth, offers, strategy.policy, strategy.sources, draws, self.score
        )


def _quiet(market: Market) -> np.ndarray:
    """Return who is on the do-not-contact list on the first day, as the profiles say."""
    return market._truth.quiet


@dataclass(frozen=True)
class _Yardstick:
    """What baseline and reference earn with the same luck, and how much of it is noise."""

    baseline: float
    reference: float
    noise: float

    def score(self, value: float) -> tuple[float | None, str]:
        span = self.reference - self.baseline
        if span <= self.noise:
            return None, (
                f"没有分数：参考策略比基准策略多 {span:,.0f} 元，不超过噪声 {self.noise:,.0f} 元"
                f"（{NOISE_ERRORS:g} 个标准误）。换一个种子，或用户数多些的市场。"
            )
        return (value - self.baseline) / span, ""


def _yardstick(market: Market, seed: int) -> _Yardstick:
    key = ("yardstick", seed)
    if key not in market._kept:
        played = [_Run(strategy, market, seed).play() for strategy in (baseline(), reference())]
        difference = np.subtract(*(p.ledger.value_fen() for p in played)) / 100
        error = float(np.sqrt(len(difference)) * difference.std())
        market._kept[key] = _Yardstick(*(p.value_cny for p in played), NOISE_ERRORS * error)
    return market._kept[key]
