"""The report's tables, for a spreadsheet: sheet → rows, the first row its head."""

from collections.abc import Mapping

import pandas as pd

from smeprofile.effect import distractors
from smeprofile.effect.estimate import Estimate
from smeprofile.evaluation import reaction
from smeprofile.evaluation.bankresult import BankResult
from smeprofile.evaluation.behaviour import checklist, kept, transfer
from smeprofile.evaluation.classdata import ClassData
from smeprofile.evaluation.classplans import ClassPlans
from smeprofile.evaluation.improvements import FORM_NAMES, KINDS, STRENGTHS, Improvement
from smeprofile.evaluation.learning import Learning
from smeprofile.evaluation.page import item_tables, learner_rows
from smeprofile.grading.sheets import Cell
from smeprofile.items import FORMS, GAPS

Rows = list[list[Cell]]


def tables(
    data: ClassData,
    learning: Learning,
    to_mend: list[Improvement],
    bank: BankResult | None,
    plans: ClassPlans | None,
    headline: str,
) -> dict[str, Rows]:
    """Return the sheets; rates are 0–1, what isn't known is empty."""
    sheets = {"摘要": _summary(learning, headline)}
    sheets["一级反应"] = _of(reaction.by_module(data).assign(texts=lambda t: t["texts"].map("；".join)),
        title="模块", n="人数", useful="有用", difficulty="难", use="岗位用得上", planned="计划分钟",
        minutes="自报中位数", minutes_n="报了用时的人", twice="用了两倍以上", texts="没讲清楚")  # fmt: skip
    gaps = {f"{f}_{g}": f"{FORM_NAMES[f]}{GAPS[g]}" for f in FORMS for g in GAPS}
    sheets["二级模块"] = _of(learning.modules, title="模块", pre_share="前测答对率",
                         post_share="后测答对率", **gaps)  # fmt: skip
    sheets["二级练习"] = _of(reaction.practice(data), title="模块", track="轨道", n="人数",
                         median="得分率中位数")  # fmt: skip
    sheets |= _items(data) | _follow_up(data)
    if bank:
        sheets["四级仿真银行"] = _of(bank.by_seed.reset_index(), seed="种子",
            baseline_cny="基准策略（元，仿真）", reference_cny="参考策略（元，仿真）")  # fmt: skip
    if plans is not None:
        sheets["四级班里的方案"] = _of(plans.plans, value_cny="V（元，仿真）", share="照旧到参考走了多少",
            satisfaction="满意度（0–1，仿真）", broken="违规")  # fmt: skip
    mend = [[STRENGTHS[i.strength], KINDS[i.kind], i.id, i.where, i.finding, i.evidence, i.n,
             i.action] for i in to_mend]  # fmt: skip
    sheets["改进清单"] = [
        ["把握", "是什么", "编号", "在哪里", "发现", "证据", "人数", "怎么办"],
        *mend,
    ]
    people = pd.DataFrame(learner_rows(data, learning))
    sheets["每个人"] = _of(people, name="学员", track="轨道", pre="前测（题）", post="后测（题）",
                        verdict="变化")  # fmt: skip
    return sheets


def _summary(learning: Learning, headline: str) -> Rows:
    rows: Rows = [["指标", "值", "95% 区间下限", "上限", "人数", "说明"], ["结论", headline]]
    if gain := learning.gain:
        rows += [
            ["两次都考", gain.n, None, None, gain.n, gain.caution],
            ["前测平均（题）", gain.pre_mean],
            ["后测平均（题）", gain.post_mean],
            _line("平均多对（题）", gain.change),
            _line("班级增益 ⟨g⟩", gain.class_gain),
            _line("个人增益的平均", gain.individual_gain),
            _line("效应量 d", gain.d),
            ["配对 t", gain.t, None, None, gain.n, f"自由度 {gain.df}"],
            ["p", gain.p],
            ["进步", gain.n_improved],
            ["没变", gain.n_unchanged],
            ["退步", gain.n_declined],
            ["前测满分（增益没有定义）", gain.n_full_before],
            ["后测满分", gain.n_full_after],
        ]
    for form, found in learning.reliability.items():
        if found:
            name = "KR-20" if found.is_kr20 else "α"
            rows.append(_line(f"{FORM_NAMES[form]}信度 {name}", found.estimate))
            rows.append([f"{FORM_NAMES[form]} KR-21", found.kr21])
    if left := learning.dropout:
        rows.append(_line("没有考后测的占比", left.share))
        rows.append(_line("留下的比离开的前测高（题）", left.pre_difference))
    return rows


def _line(name: str, found: Estimate) -> list[Cell]:
    return [name, found.value, found.low, found.high, found.n, found.why_not]


def _items(data: ClassData) -> dict[str, Rows]:
    sheets = {}
    for form, table in item_tables(data).items():
        sheets[f"{FORM_NAMES[form]}试题"] = _of(table.reset_index(), item="题", n_answered="作答",
            n_untried="未答", n_not_reached="未到达", difficulty="答对率", difficulty_low="下限",
            difficulty_high="上限", discrimination="区分度", verdict="评语", item_rest="题余相关",
            item_rest_low="相关下限", item_rest_high="相关上限", alpha_if_deleted="去掉它的 α")  # fmt: skip
        sheets[f"{FORM_NAMES[form]}错答"] = _of(distractors(data.form(form)), item="题", choice="答成什么",
            n="人数", share="占比", mean_rest="其余题平均", upper="高分组", lower="低分组", note="看什么")  # fmt: skip
    return sheets


def _follow_up(data: ClassData) -> dict[str, Rows]:
    share = {"share": "占比", "share_low": "下限", "share_high": "上限"}
    return {
        "三级保持": _of(kept(data), days="天数", n="来考", n_missing="没来", kept="保持率",
                    kept_low="下限", kept_high="上限", gain_kept="学到的还剩"),
        "三级行为": _of(checklist(data), days="天数", behaviour="行为", yes="是", no="否",
                    none="没机会", **share),
        "三级迁移": _of(transfer(data), days="天数", aspect="看什么", n="人数", **share),
    }  # fmt: skip


def _of(frame: pd.DataFrame, **heads: str) -> Rows:
    """Return the named columns of a frame under their Chinese heads; missing values are empty."""
    rows = [list(heads.values())]
    if len(frame):
        rows += [[_cell(row[name]) for name in heads] for row in _records(frame)]
    return rows


def _records(frame: pd.DataFrame) -> list[Mapping[str, object]]:
    return frame.to_dict("records")


def _cell(value: object) -> Cell:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    return value.item() if hasattr(value, "item") else value
