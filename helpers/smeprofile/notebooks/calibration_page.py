"""``datasets/CALIBRATION.md``: target, source and achieved, with pictures, for a reader to judge."""

from collections.abc import Callable
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.figure import Figure

from smeprofile import charts
from smeprofile.dictionary import SECURITIES
from smeprofile.params import Cohort
from smeprofile.simulate import assumptions as a
from smeprofile.simulate import calibration, history, targets
from smeprofile.simulate.calibration import Bank
from smeprofile.simulate.exported import setting

SMALLEST = 5_000  # customers; below, the figures are mostly noise
FOLDER = "calibration"
_HEAD = """# 校准：这家仿真银行像不像

{bank}（虚构），种子 `{seed}`，{customers:,} 户，{months} 个月，观察点 {as_of}。本页由 `smeprofile build` 生成，请勿手改。

数据**全部为合成**。下面每一项写明口径（分母）、目标、来源和达成值；标“仿真参数”的目标是教学设定，不是行业统计。
行业公开数引自所注来源，只用来检验仿真的大致水平。达成值由生成的表重新算出，不是照抄参数。

## 目标与达成

| 指标 | 口径 | 目标 | 来源 | 达成 | 是否在内 |
|---|---|---|---|---|---|
{targets}

## 样本量

| 指标 | 口径 | 下限 | 达成 | 是否达到 |
|---|---|---|---|---|
{sizes}

## 这家银行自己的条件（仿真参数）与结果

| 项目 | 数值 | 分母或说明 |
|---|---|---|
{bank_rows}

> 登记存续不等于正常经营：易纲 2018 年陆家嘴论坛称，中小企业成立 3 年后正常经营的约三分之一；那是全部登记企业，
> 本行结算客户是开了户、还在用的，正常经营的比例高得多。

## 图

{pictures}
"""


def write_calibration(cohort: Cohort, datasets: Path) -> None:
    """Write the page and its pictures into ``datasets``; nothing for a very small bank.

    ``cohort`` carries the seed the class data were made with.
    """
    if cohort.n_customers < SMALLEST:
        return
    bank = calibration.read(setting(cohort))
    achieved = targets.measures(bank)
    charts.theme()
    pictures = []
    for name, (title, draw) in _PICTURES.items():
        figure, words = draw(bank)
        charts.save(figure, datasets / FOLDER / f"{name}.png")
        plt.close(figure)
        pictures.append(f"### {title}\n\n![{words}]({FOLDER}/{name}.png)\n\n{words}\n")
    page = _HEAD.format(
        bank=cohort.bank.name, seed="（班次密钥）" if cohort.seed >= 2**63 else cohort.seed,
        customers=cohort.n_customers, months=cohort.months, as_of=cohort.as_of,
        targets="\n".join(_row(t, achieved[t.key]) for t in targets.TARGETS),
        sizes="\n".join(_size_row(t, achieved[t.key]) for t in targets.SIZES),
        bank_rows="\n".join(f"| {x} | {y} | {z} |" for x, y, z in _bank_rows(bank)),
        pictures="\n".join(pictures),
    )  # fmt: skip
    (datasets / "CALIBRATION.md").write_text(page, encoding="utf-8", newline="\n")


def _row(t: targets.Target, value: float) -> str:
    span = f"{t.form.format(t.low)} – {t.form.format(t.high)}"
    inside = "是" if t.low <= value <= t.high else "**否**"
    return f"| {t.title} | {t.base} | {span} | {t.source} | {t.form.format(value)} | {inside} |"


def _size_row(t: targets.Target, value: float) -> str:
    reached = "是" if value >= t.low else "**否**"
    return f"| {t.title} | {t.base} | {t.form.format(t.low)} | {t.form.format(value)} | {reached} |"


def _bank_rows(bank: Bank) -> list[tuple[str, str, str]]:
    eco, terms = calibration.economics(bank), a.BANK_TERMS
    months = bank["truth_months"]
    now = months[months["month"] == months["month"].max()]
    state = now["operating"].value_counts(normalize=True)
    return [
        ("贷款余额", f"{eco['balance'] / 1e8:,.2f} 亿元", f"{eco['borrowers']:,} 户，观察点"),
        *((f"{s}贷款占比", f"{eco[f'share_{s}']:.1%}", f"贷款余额；违约损失率均值 {a.LGD[s]:.0%}，"
           f"核销后平均 {a.RECOVERY_MONTHS[s]} 个月收回完") for s in SECURITIES),
        ("逾期率", f"{eco['overdue']:.2%}", "逾期 1 天以上余额 ÷ 贷款余额"),
        ("不良生成率", f"{eco['npl_formation']:.2%}", "近 12 个月首次逾期 90 天以上借据的发放额 ÷ 期末余额"),
        ("核销率", f"{eco['written_off']:.2%}", "近 12 个月核销本金 ÷ 期末余额"),
        ("不良转让", f"{eco['sold']:.2%}", "近 12 个月转让收入 ÷ 期末余额"),
        ("核销后收回", f"{eco['recovered']:.2%}", "近 12 个月收回 ÷ 期末余额"),
        ("FTP 成本", f"{terms['ftp_rate']:.2%}", f"其中 {terms['cheap_funding_share']:.0%} 用支小再贷款，"
         f"成本 {terms['cheap_funding_rate']:.2%}"),
        ("结算存款收益", f"{terms['deposit_margin_rate']:.2%}", f"日均余额；{terms['deposit_share']:.0%} 记作授信带来"),
        ("增值税", f"{terms['vat_rate']:.0%}", f"利息收入，另加附加税费 {terms['vat_surcharge_rate']:.0%}"),
        ("正常经营占比", f"{state.get('正常经营', 0):.1%}", "观察点当月账户未销的客户（真值）"),
    ]  # fmt: skip


def _survival(bank: Bank) -> tuple[Figure, str]:
    achieved = calibration.survival(bank)
    yearly = np.array([a.EXIT_BY_YEAR[k] for k in range(7)])
    published = np.cumprod(1 - yearly)
    figure, axes = plt.subplots()
    axes.plot(range(1, 8), published, marker="o", label="公开研究推算")
    axes.plot(range(1, 8), achieved.to_numpy(), marker="s", linestyle="--", label="仿真")
    gap = np.abs(achieved.to_numpy() - published).max()
    axes.set(title=f"存活曲线与公开研究最多差 {gap * 100:.1f} 个百分点", xlabel="成立年数", ylabel="仍登记的比例",
             ylim=(0.4, 1))  # fmt: skip
    axes.legend()
    return (
        figure,
        f"存活曲线：仿真第 3 年 {achieved[3]:.1%}、第 5 年 {achieved[5]:.1%}，与公开研究推算最多差 {gap * 100:.1f} 个百分点。",
    )


def _npl(bank: Bank) -> tuple[Figure, str]:
    shares = history.npl_history(bank)
    figure, axes = plt.subplots()
    axes.plot(range(len(shares)), shares.to_numpy() * 100, marker="o")
    axes.set_xticks(
        range(0, len(shares), 4), [f"{d.year}-{d.month:02d}" for d in shares.index[::4]]
    )
    axes.set(
        title=f"期末逾期 90 天以上余额占比 {shares.iloc[-1]:.2%}",
        xlabel="季末",
        ylabel="占贷款余额（%）",
    )
    axes.set_ylim(bottom=0)
    return (
        figure,
        f"各季末逾期 90 天以上余额占比：最低 {shares.min():.2%}，最高 {shares.max():.2%}，期末 {shares.iloc[-1]:.2%}（核销后）。",
    )


def _vintage(bank: Bank) -> tuple[Figure, str]:
    last, mobs = int(bank.setting.months_all[-1]), range(1, 31)
    curves = {"授信口径（续贷串联）": bank.chains, "借据口径": calibration.loan_level(bank)}
    figure, axes = plt.subplots()
    ends = {}
    for (label, table), style in zip(curves.items(), ("-", "--"), strict=True):
        values = [calibration.cumulative_bad(table, mob, last) * 100 for mob in mobs]
        axes.plot(mobs, values, style, label=label)
        ends[label] = values[23]
    axes.axvline(12, color="0.6", linewidth=1)
    axes.set(
        title="一年期贷款到期后约 90 天，集中暴露",
        xlabel="账龄（月）",
        ylabel="累计逾期 90 天以上（%）",
    )
    axes.legend()
    text = "；".join(f"{k}第 24 个月 {v:.2f}%" for k, v in ends.items())
    return (
        figure,
        f"累计逾期 90 天以上的比例随账龄上升，{text}。竖线为一年期到期月，到期还不上的约 90 天后进入统计，所以第 13–15 个月陡升。",
    )


def _rolls(bank: Bank) -> tuple[Figure, str]:
    matrix = history.migration_matrix(bank)
    figure, axes = plt.subplots(figsize=(7, 5))
    sns.heatmap(matrix * 100, annot=True, fmt=".1f", cmap="cividis_r", cbar=False, ax=axes)
    rolls = [matrix.iloc[k, k + 1] for k in range(4)]
    axes.set(
        title="逾期越久越难回头：近 12 个月迁徙（%）", xlabel="下月末阶段", ylabel="本月末阶段"
    )
    axes.tick_params(axis="y", rotation=0)
    words = "、".join(f"M{k}→M{k + 1} {roll:.1%}" for k, roll in enumerate(rolls))
    return (
        figure,
        f"借据户数的月度迁徙矩阵，滚动率 {words}。仿真里欠款一次还清，不逐期归还，所以没有停在原阶段的。",
    )


def _demand(bank: Bank) -> tuple[Figure, str]:
    table = (
        history.demand_by_stage(bank).reindex(["初创", "成长", "成熟", "衰退", "转型"]).fillna(0)
    )
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.8))
    left.bar(table.index, table["median_need_cny"] / 1e4)
    left.set(title="需求中位数（有需求者）", ylabel="万元")
    right.bar(table.index, table["applications_per_100"], color=charts.PALETTE[1])
    right.set(title="每百户一年的新增申请", ylabel="笔")
    figure.tight_layout()
    words = "；".join(
        f"{stage} {row['median_need_cny'] / 1e4:.0f} 万元、{row['applications_per_100']:.0f} 笔"
        for stage, row in table.iterrows()
    )
    return figure, f"各生命周期阶段有需求客户的需求中位数与每百户一年的新增申请：{words}。"


def _scores(bank: Bank) -> tuple[Figure, str]:
    table = history.bad_by_score(bank)
    labels = [f"{band.left:.0f}–{band.right:.0f}" for band in table.index]
    figure, axes = plt.subplots()
    axes.bar(labels, table["bad_share"] * 100)
    axes.set(
        title="历史评分越高，违约越少，但分得不够开",
        xlabel="历史策略评分（获批并用信者）",
        ylabel="12 个月逾期 90 天以上（%）",
    )
    axes.tick_params(axis="x", rotation=30)
    first, last = table["bad_share"].iloc[0], table["bad_share"].iloc[-1]
    return (
        figure,
        f"按历史评分分 {len(table)} 档，最低档 12 个月违约 {first:.1%}，最高档 {last:.1%}。",
    )


_PICTURES: dict[str, tuple[str, Callable[[Bank], tuple[Figure, str]]]] = {
    "survival": ("存活", _survival),
    "npl": ("不良", _npl),
    "vintage": ("账龄", _vintage),
    "rolls": ("滚动率", _rolls),
    "demand": ("各阶段的需求", _demand),
    "scores": ("评分与违约", _scores),
}
