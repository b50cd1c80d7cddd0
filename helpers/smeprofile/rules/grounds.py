"""Why a loan falls into its five-category class: every ground, each with what it makes at least.

Source: 中国银行保险监督管理委员会、中国人民银行令〔2023〕第1号《商业银行金融资产风险分类办法》, in force since
2023-07-01. Beside :mod:`smeprofile.rules.risk`, which classes a whole book by days, this takes the
grounds that a person finds out: money used against the contract, non-performing credit elsewhere.
Not here: the share of expected loss, debts overdue at all banks together, restructuring.
"""

from typing import NamedTuple

from smeprofile.rules.columns import as_flags, check_number
from smeprofile.rules.risk import RISK_CLASSES, classify_risk

CROSS_SHARE = 0.10  # more of a non-retail debtor's credit here non-performing: all of it is
_BY_DAYS = {"关注": 0, "次级": 90, "可疑": 270, "损失": 360}


class Ground(NamedTuple):
    """One ground and the class that it makes at least."""

    risk_class: str
    why: str


def class_grounds(
    dpd: int,
    *,
    is_retail: bool,
    is_technical: bool = False,
    uses_new_to_repay_old: bool = False,
    is_misused: bool = False,
    own_npl_share: float = 0.0,
    has_npl_elsewhere: bool = False,
    is_impaired: bool = False,
) -> list[Ground]:
    """Return every ground that applies to one loan, the worst first; none at all means 正常.

    ``is_retail``: the debtor is managed as retail; the grounds that look at the debtor's other
    credit hold for the others only. ``uses_new_to_repay_old``: say ``False`` for a renewal (续贷)
    that meets the conditions. ``own_npl_share``: the non-performing share, 0–1, of the debtor's
    credit at this bank; ``has_npl_elsewhere``: non-performing credit at another bank.
    Raises ``ValueError``, in Chinese, for days or a share that can't be, and for what is neither
    ``True`` nor ``False``.

    >>> [ground.risk_class for ground in class_grounds(95, is_retail=True, is_misused=True)]
    ['次级', '关注']
    >>> class_grounds(0, is_retail=True, own_npl_share=0.3, has_npl_elsewhere=True)
    []
    >>> class_grounds(0, is_retail=False, own_npl_share=0.1)[0].risk_class
    '关注'
    """
    check_number(own_npl_share, "本行债权不良占比（own_npl_share）")
    if own_npl_share > 1:
        raise ValueError(f"本行债权不良占比应在 0–1，现为 {own_npl_share:g}：百分数先除以 100。")
    told = {"is_retail": is_retail, "is_technical": is_technical, "is_misused": is_misused,
            "uses_new_to_repay_old": uses_new_to_repay_old, "is_impaired": is_impaired,
            "has_npl_elsewhere": has_npl_elsewhere}  # fmt: skip
    yes = {name: as_flags(value, name, length=1).item() for name, value in told.items()}
    found = [
        *_of_days(dpd, yes["is_technical"]),
        *[Ground("关注", "借新还旧或靠别的债来还，又不是符合条件的小微企业续贷")]
        * yes["uses_new_to_repay_old"],
        *[Ground("关注", "未经银行同意，擅自改变资金用途")] * yes["is_misused"],
        *[Ground("次级", "已发生信用减值")] * yes["is_impaired"],
        *([] if yes["is_retail"] else _of_debtor(own_npl_share, yes["has_npl_elsewhere"])),
    ]
    return sorted(found, key=lambda ground: -RISK_CLASSES.index(ground.risk_class))


def _of_days(dpd: int, is_technical: bool) -> list[Ground]:
    by_days = classify_risk(dpd, is_technical=is_technical)
    if by_days == "正常":
        return []
    limit = _BY_DAYS[by_days]
    return [Ground(by_days, f"逾期 {dpd} 天，超过 {limit} 天" if limit else f"逾期 {dpd} 天")]


def _of_debtor(own_npl_share: float, has_npl_elsewhere: bool) -> list[Ground]:
    found = [Ground("关注", "同一非零售债务人在他行有不良")] * has_npl_elsewhere
    if own_npl_share > CROSS_SHARE:
        return [Ground("次级", f"同一非零售债务人在本行的债权不良超过 {CROSS_SHARE:.0%}"), *found]
    return [*found, *[Ground("关注", "同一非零售债务人在本行有不良")] * (own_npl_share > 0)]
