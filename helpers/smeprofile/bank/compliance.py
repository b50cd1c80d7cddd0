"""Where a strategy breaks a rule: which one, its source, and the same strategy without it."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from smeprofile.bank.assumptions import PRICE_BAND
from smeprofile.bank.deciding import SOLD_WITH
from smeprofile.bank.offers import Offers
from smeprofile.bank.play import Played
from smeprofile.bank.strategy import Strategy
from smeprofile.dictionary import REFUSAL_REASONS
from smeprofile.rules.lpr import lpr_1y
from smeprofile.simulate import assumptions as a
from smeprofile.simulate.setting import Setting, month_number
from smeprofile.tags.consent import verdict

_PIPL_24 = (
    "《个人信息保护法》（2021）第二十四条：通过自动化决策作出对个人权益有重大影响的决定，个人有权要求予以说明，"
    "并有权拒绝仅通过自动化决策的方式作出决定；本课程对企业客户同样从严"
)
_OWN = "本课程设定的行内规则（仿真参数）：产品的额度范围和还款方式由产品管理办法规定"
_PRICE = (
    "本课程设定的行内规则（仿真参数）：挂牌价为一年期 LPR 加产品加点，分支行可上下浮动的幅度有限"
)
_QUIET = (
    "《个人信息保护法》（2021）第二十四条：自动化营销须同时给出不针对个人特征的选项，或者便捷的拒绝方式；"
    "本课程设定的行内规则：登记为免打扰的客户一律不联系"
)


@dataclass(frozen=True)
class Breach:
    """One rule that was broken, by how many, and where it stands."""

    code: str
    text: str
    source: str
    n: int


def of_plan(
    strategy: Strategy, offers: Offers, quiet: np.ndarray, setting: Setting
) -> list[Breach]:
    """Return the breaches of sources and offers; ``quiet``: customers on the do-not-contact list."""
    found = []
    for item in strategy.sources.marketing:
        allowed, basis = verdict(item, "营销")
        if allowed == "禁止":
            found.append(Breach("S1", f"营销圈选用了{item}（零容忍）", basis, 1))
    wrong = _wrong(offers, quiet, setting)
    told = {
        "C1": ("联系了登记为免打扰的客户", _QUIET),
        "P1": ("报价的额度在产品的范围以外", _OWN),
        "P4": (f"报价利率离产品挂牌价超过 {PRICE_BAND:.1%}（分支行定价权限）", _PRICE),
        "P2": ("报价的还款方式不是这个产品能用的", _OWN),
    }
    for code, which in wrong.items():
        if which.any():
            text, source = told[code]
            first = int(which.argmax()) + 1
            found.append(
                Breach(
                    code,
                    f"{text}：{which.sum():,} 行，先出现在第 {first} 行",
                    source,
                    int(which.sum()),
                )
            )
    return found


def _wrong(offers: Offers, quiet: np.ndarray, setting: Setting) -> dict[str, np.ndarray]:
    least = setting.terms.product("min_line_cny")[offers.product]
    most = setting.terms.product("max_line_cny")[offers.product]
    lpr = lpr_1y(np.array([month_number(setting.end)]), setting.terms.lpr)[0]
    away = np.abs(offers.rate - lpr - setting.terms.product("spread")[offers.product])
    return {
        "C1": quiet[offers.who],
        "P4": away > PRICE_BAND + 1e-9,
        "P1": (offers.line < least) | (offers.line > most),
        "P2": ~SOLD_WITH[offers.product, offers.method],
    }


def of_run(strategy: Strategy, played: Played) -> list[Breach]:
    """Return the breaches that only show in what happened: refusals and how they were told."""
    x, policy, found = played.applications, strategy.policy, []
    if not x:
        return found
    told = [REFUSAL_REASONS.index(name) for name in policy.reasons]
    untold = ~x["approved"] & ~np.isin(x["reason"], told)
    if untold.any():
        names = pd.unique(np.array(REFUSAL_REASONS)[x["reason"][untold]])
        found.append(Breach("R1", f"拒绝而没有说明原因（{'、'.join(names)}）：{untold.sum():,} 件",
                            _PIPL_24, int(untold.sum())))  # fmt: skip
    alone = ~x["approved"] & ~x["by_hand"]
    if not policy.appeal and alone.any():
        found.append(Breach("R2", f"自动拒绝而不给人工复核的途径：{alone.sum():,} 件", _PIPL_24,
                            int(alone.sum())))  # fmt: skip
    told = [pair for methods in policy.methods.values() for pair in methods.items()]
    missing = sorted({k for k, method in told if method not in a.PRODUCTS[k].methods})
    if missing:
        found.append(Breach("P3", f"policy.repayment 给 {'、'.join(missing)} 定了它不能用的还款方式",
                            _OWN, len(missing)))  # fmt: skip
    return found


def mended(
    strategy: Strategy, offers: Offers, quiet: np.ndarray, setting: Setting
) -> tuple[Strategy, Offers]:
    """Return the strategy as it would be within the rules: what breaks them is left out."""
    wrong = _wrong(offers, quiet, setting)
    policy = strategy.policy
    repayment = {
        sector: {k: m for k, m in methods.items() if m in a.PRODUCTS[k].methods}
        for sector, methods in policy.methods.items()
    }
    policy = replace(policy, reasons=REFUSAL_REASONS, appeal=True, repayment=repayment)
    items = [i for i in strategy.sources.marketing if verdict(i, "营销")[0] != "禁止"]
    sources = replace(strategy.sources, marketing=tuple(items))
    kept = ~np.logical_or.reduce(list(wrong.values()))
    return strategy.with_(policy=policy, sources=sources), offers.only(kept)
