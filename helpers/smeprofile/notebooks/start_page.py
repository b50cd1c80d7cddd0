"""The course's start page, made from the cohort's parameters."""

from smeprofile.params import Cohort

_PAGE = """# 小微企业客户画像实训

**{cohort_name}** · {bank}（虚构） · 数据观察点 {as_of}

你将从四个维度（基本信息、行为、需求偏好、信用状况）认识小微企业客户，并据此做授信与营销决定。
所有客户数据都是**合成的**，不对应任何真实企业或个人。

## 怎么学

1. 打开一课（课程），从上往下逐格运行：点中单元格，按 `Shift + Enter`。
2. 做配套练习。每题写完先运行下面的“检查”单元；红字会告诉你可能错在哪。
3. 交作业：菜单“作业 → Assignment List”里点 *Submit*；或在终端运行 `smeprofile submit 模块编号`。
4. 老师批改后，在同一处点 *Fetch Feedback*，再点 *(view feedback)*：分数和逐题意见都在网页里。
5. 下表里点不开的模块，是老师发放的：先在“作业 → Assignment List”点 *Fetch* 领取。

不写代码的同事：标着「全员必做」的题只需改参数、做判断、读图。标着「分析岗」的题写几行代码。

## 模块

| 编号 | 模块 | 课程 | 练习 | 用时 |
|---|---|---|---|---|
{rows}

卡住了？菜单“内核 → 重启内核并运行所有单元格”通常就好。你的改动自动保存，更新课程不会覆盖你改过的单元格。
"""


def start_page(cohort: Cohort) -> str:
    """Return the start page as Markdown, with one table row per module.

    >>> from smeprofile.params import load_cohort
    >>> start_page(load_cohort()).splitlines()[0]
    '# 小微企业客户画像实训'
    """
    rows = "\n".join(
        f"| {m.slug[:2]} | {m.title} | [打开课程]({m.slug}/lesson.ipynb)"
        f" | [打开练习]({m.slug}/practice.ipynb) | {m.lesson_minutes} + {m.practice_minutes} 分钟 |"
        for m in cohort.modules
    )
    return _PAGE.format(
        cohort_name=cohort.cohort_name, bank=cohort.bank.name, as_of=cohort.as_of, rows=rows
    )
