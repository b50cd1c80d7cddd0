"""The report's first page: did they learn, how sure, what not to conclude, what to mend."""

from dataclasses import dataclass

from smeprofile.effect import caution
from smeprofile.effect.estimate import Estimate
from smeprofile.evaluation.improvements import STRENGTHS, Improvement
from smeprofile.evaluation.learning import Learning

_MOST_TO_MEND, _MOST_TO_WATCH = 5, 3


@dataclass(frozen=True)
class Answer:
    """Four answers, each a list of sentences."""

    headline: str
    learnt: list[str]
    sure: list[str]
    not_to_conclude: list[str]
    to_mend: list[str]


def number(found: Estimate, digits: int = 2) -> str:
    """Return an estimate in words: value and interval, or why there is none.

    >>> number(Estimate(0.444, 0.381, 0.502, 30)), number(Estimate(None, None, None, 0, "没有人"))
    ('0.44（0.38 至 0.50）', '算不出（没有人）')
    """
    if found.value is None:
        return f"算不出（{found.why_not}）"
    value = f"{found.value:.{digits}f}"
    if found.low is None:
        return f"{value}（没有区间：{found.why_not}）"
    return f"{value}（{found.low:.{digits}f} 至 {found.high:.{digits}f}）"


def answer(learning: Learning, to_mend: list[Improvement], *, has_follow_up: bool) -> Answer:
    """Return the first page's answers."""
    return Answer(
        headline=_headline(learning),
        learnt=_learnt(learning),
        sure=_sure(learning),
        not_to_conclude=_limits(learning, has_follow_up=has_follow_up),
        to_mend=[
            f"{one.finding}（{one.id}，{STRENGTHS[one.strength]}）：{one.evidence}。"
            for one in _first(to_mend)
        ],
    )


def _first(to_mend: list[Improvement]) -> list[Improvement]:
    """Return what is sure; where nothing is, what to watch."""
    sure = [one for one in to_mend if one.strength == "sure"]
    return sure[:_MOST_TO_MEND] or to_mend[:_MOST_TO_WATCH]


def _headline(learning: Learning) -> str:
    gain = learning.gain
    if gain is None:
        return f"还说不出学到多少：{learning.why_not}"
    if gain.change.low is None:
        return f"说不出学到多少：{gain.change.why_not}。"
    few = f"只有 {gain.n} 人，只能看方向：" if caution(gain.n) else ""
    if gain.change.low > 0:
        return few + "后测比前测高，高出的部分超过了抽样误差；但没有对照组，不能全算成培训的功劳。"
    if gain.change.high < 0:
        return few + "后测比前测低，低出的部分超过了抽样误差：先查原因，再谈推广。"
    return few + "看不出变化：前后相差在抽样误差之内。"


def _learnt(learning: Learning) -> list[str]:
    gain, change = learning.gain, learning.change
    if gain is None:
        return [learning.why_not]
    lines = [
        f"{gain.n} 人两次都考：平均答对从 {gain.pre_mean:.1f} 题到 {gain.post_mean:.1f} 题"
        f"（满分 {gain.max_points:g}），平均多对 {number(gain.change, 1)}题。",
        f"原来不会的，补上了几成（标准化增益 ⟨g⟩）：{number(gain.class_gain)}。",
        f"进步 {gain.n_improved} 人，没变 {gain.n_unchanged} 人，退步 {gain.n_declined} 人。",
    ]
    if change:
        lines.append(
            f"变化超过 {change.threshold:.1f} 题才超出测验自身的误差："
            f"这样的进步 {change.n_up} 人，退步 {change.n_down} 人。"
        )
    return lines


def _sure(learning: Learning) -> list[str]:
    lines = []
    if (gain := learning.gain) and gain.p is not None:
        p = "小于 0.001" if gain.p < 0.001 else f"= {gain.p:.3f}"
        lines.append(
            f"配对 t 检验：t = {gain.t:.2f}，自由度 {gain.df}，p {p}；效应量 d = {number(gain.d)}。括号里都是 95% 区间。"
        )
    for form, words in (("pre", "前测卷"), ("post", "后测卷")):
        if (found := learning.reliability[form]) and found.alpha is not None:
            name = "KR-20" if found.is_kr20 else "α"
            error = 1.96 * found.sem
            lines.append(
                f"{words}的信度 {name} = {number(found.estimate)}；一个人的得分有上下 {error:.1f} 题的误差。"
            )
    if left := learning.dropout:
        lines.append(_left(learning) if left.n_left else "考过前测的人都考了后测。")
    if learning.gain and (told := caution(learning.gain.n)):
        lines.append(told)
    return lines


def _left(learning: Learning) -> str:
    left = learning.dropout
    text = f"考了前测的 {left.n_pre} 人里 {left.n_left} 人没有考后测。"
    if left.pre_difference.low is not None:
        text += f"留下的人前测比离开的人高 {number(left.pre_difference, 1)}题。"
    else:
        text += f"留下的和离开的前测差多少说不准：{left.pre_difference.why_not}。"
    if left.cautious_change is not None and left.cautious_change > 0:  # of a fall it isn't cautious
        text += f"就算离开的人什么也没学到，平均也多对 {left.cautious_change:.1f} 题。"
    return text


def _limits(learning: Learning, *, has_follow_up: bool) -> list[str]:
    lines = [
        "不能说“是培训带来的”：没有对照组，前后相差里混着做过一遍的熟练和别处学来的。",
        "不能说“银行因此多赚了多少”：第四级是仿真银行的结果，不是本行的账。",
        "不能用来评价或考核个人：单人的误差有好几题。",
    ]
    if learning.gain and learning.gain.n_full_before:
        lines.append(
            f"{learning.gain.n_full_before} 人前测就是满分，增益没有定义，单列而不当成 0。"
        )
    if not has_follow_up:
        lines.append("不能说“回到岗位用上了”：还没有 30、60、90 天的跟踪表。")
    return lines
