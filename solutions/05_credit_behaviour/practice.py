# %% [markdown]
# # 05 练习：信贷行为分析
#
# **时长** 75 分钟 · **满分** 100 分 · **前置** 05 课程
#
# - 标着「全员必做」的 6 题用鼠标选或填数，合计 58 分；标着「分析岗」的 4 题写几行代码，对客户经理是选做。
# - 打开后先用菜单“运行 → 运行所有单元格”：题目就会出现。没做的题会有红字，不用管它。
# - 选过的会自动保存。每题下面有一个检查单元：运行它，红字会说可能错在哪。没有红字不等于全对：检查只看形式和最常见的错，批改时还有更多测试。
# - 题与题互不依赖，可以跳着做。一题里各问都对才得分，题面写明按代价给分的除外。做错了随时重来，以最后一次提交为准。

# %% [markdown]
# 先运行下面几个单元。第一个是本班的参数，不用改，批改时会按老师的版本重置。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点：站在这一天看贷款，之后的数据都不能用
VARIANT_KEY = "511dfe7cf5e096aa"  # 本班的分派码：和你的工号一起决定你分到哪个支行

# %%
import math

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
import smeprofile as sp
from smeprofile import ask, credit
from smeprofile.charts import show, theme
from smeprofile.rules import risk_classes
from smeprofile.widgets import vintage_figure

theme()

# %% [markdown]
# 用借据、还款计划和还款重算每笔借据在每个月末的样子，和课程里一样。

# %%
drawdowns, customers = sp.load("drawdowns"), sp.load("customers")
months = credit.loan_months(drawdowns, sp.load("schedules"), sp.load("repayments"), through=AS_OF)
day = months["month_end"].max()  # 最后一个已知的月末
on_books = months[months["status"] == "在账"]

# %% [markdown]
# ## 一、读图（全员必做）
#
# 下面是从班级数据里挑出的五个放款批次，**行的次序是打乱的**。口径：续贷链口径（续贷串成一条），分母是整批首次放款金额，坏 = 月末逾期超过 90 天或核销，数字是累计坏账率（%）。斜线的格子还没走到。

# %% tags=["hide-input"]
_table = credit.vintage(months, by="quarter").tail(16)
_known = _table[12].dropna()
_best, _worst = _known.idxmin(), _known.idxmax()
_rest = [c for c in _known.index if c != _best and _known[c] < _known.max()]
_young = _table.index[_table[6].notna() & _table[12].isna()]
_rows = {"甲": _rest[len(_rest) // 2] if _rest else _best, "乙": _best, "丙": _worst, "丁": _young[0], "戊": _table.index[-1]}
_shown = _table.loc[list(_rows.values())].set_axis(list(_rows), axis=0)
show(vintage_figure(_shown, "五个批次的累计坏账率（%）"), "五个放款批次与账龄的热图，斜线的格子没有成熟，数字见图后的表。")
_columns = [c for c in (3, 6, 9, 12, 15, 18, 21, 24) if c in _shown.columns]
(_shown[_columns] * 100).round(2).astype(object).where(_shown[_columns].notna(), "未成熟").rename_axis("批次")

# %% [markdown]
# 再看两种一年期借据（按借据笔数，只取走满 18 个月的批次）：一种到期一次还本付息，一种按月等额还。

# %% tags=["hide-input"]
_terms = drawdowns[(drawdowns["tenor_months"] == 12) & (drawdowns["disbursed_date"] < day - pd.DateOffset(months=19))]
_ways = {"到期一次还本付息": ["到期一次还本付息"], "等额本息、等额本金": ["等额本息", "等额本金"]}
_groups = {_name: _terms.loc[_terms["repayment_method"].isin(_of), "loan_id"] for _name, _of in _ways.items()}
figure, axes = plt.subplots(figsize=(7, 2.8))
(credit.pooled_curves(months, _groups, last=18) * 100).plot(ax=axes, color=["#D55E00", "#0072B2"], style=["-", ":"], linewidth=2)
axes.set(title="两种还法，一年期借据的累计坏账率", xlabel="账龄（月）", ylabel="累计坏账率（%）", xticks=range(0, 19, 3))
show(figure)

# %% [markdown] task="read_vintage" track="all"
# ### 第 1 题　读 vintage 热图（10 分，全员必做）
#
# 看上面两张图，给每问选一个答案。

# %% answer="read_vintage" tags=["hide-input"]
read_vintage = ask.choices(
    "read_vintage",
    {
        "v1": "热图里“戊”的账龄 6 个月那一列画着斜线（或没有数），意思是？",
        "v2": "同样看账龄 12 个月，甲、乙、丙里最差的是？",
        "v3": "丁最后一个数和丙最后一个数放在一起，能比出谁放得好吗？",
        "v4": "报表要填丁的“12 个月累计坏账率”，怎么填？",
        "v5": "第二张图里，到期一次还本付息的借据，要到账龄第几个月才看得见坏账？",
        "v6": "为什么是那个月？",
        "v7": "因此，评价一年期一次还本的产品放得好不好，要看到什么时候？",
    },
    {
        "v1": ["坏账率是零", "还没走到，不知道", "数据丢了"],
        "v2": ["甲", "乙", "丙"],
        "v3": ["能，数小的好", "不能，账龄不同"],
        "v4": ["填零", "填它最后一个数", "留空，注明未成熟"],
        "v5": ["第 3 个月", "第 12 个月", "第 15 个月", "第 24 个月"],
        "v6": ["第 12 个月才第一次要还，再过 90 天才算坏", "那时行情最差", "那时才开始催收"],
        "v7": ["账龄 6 个月", "账龄 12 个月", "账龄 15 个月以后"],
    },
)
# BEGIN SOLUTION
read_vintage = {"v1": "还没走到，不知道", "v2": "丙", "v3": "不能，账龄不同", "v4": "留空，注明未成熟", "v5": "第 15 个月", "v6": "第 12 个月才第一次要还，再过 90 天才算坏", "v7": "账龄 15 个月以后"}
# END SOLUTION

# %% [markdown]
# 检查第 1 题：是不是每问都选了。

# %% check="read_vintage" points=10
todo = [key for key, choice in read_vintage.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(read_vintage) == {f"v{n}" for n in range(1, 8)}, "应有 v1 到 v7 七问，请不要增删。"
# BEGIN HIDDEN TESTS
assert read_vintage["v1"] == "还没走到，不知道", "v1：斜线是没成熟，不是零。当成零，最新的批次永远最好，越放越松。"
assert read_vintage["v4"] == "留空，注明未成熟", "v4：丁还没走到第 12 个月。填零或填现在的数，都会把它报得太好，价也就定低了。"
assert read_vintage["v3"] == "不能，账龄不同", "v3：两批走的路不一样长。拿短的比长的，新批次总占便宜，放松了也看不出来。"
assert read_vintage["v2"] == "丙", "v2：看账龄 12 个月那一列，数最大的那一批最差。"
assert read_vintage["v5"] == "第 15 个月", "v5：看第二张图的实线从哪里抬头。在那以前说“一笔没坏”，只是还没到要还的时候。"
assert read_vintage["v6"].startswith("第 12 个月"), "v6：本金、利息都在到期日才还，还不上再过 90 天才算坏：12 加 3。归到行情或催收上，下一批还会照样放。"
assert read_vintage["v7"] == "账龄 15 个月以后", "v7：断崖以前评功，等于开卷以前交卷；第二年的额度会加给本来还不起的人。"
# END HIDDEN TESTS

# %% [markdown] discussion="read_vintage"
# 丙、乙是按数据挑的账龄 12 个月最差和最好的批次，丁是走过 6 个月还没走到 12 个月的，戊是最新的。让学员先说“同一列才能比”，再看数。

# %% sample="read_vintage" mistake="未成熟补 0" says="斜线是没成熟"
read_vintage = {"v1": "坏账率是零", "v2": "丙", "v3": "不能，账龄不同", "v4": "填零", "v5": "第 15 个月", "v6": "第 12 个月才第一次要还，再过 90 天才算坏", "v7": "账龄 15 个月以后"}

# %% sample="read_vintage" mistake="短账龄当成熟" says="丁还没走到"
read_vintage = {"v1": "还没走到，不知道", "v2": "丙", "v3": "不能，账龄不同", "v4": "填它最后一个数", "v5": "第 15 个月", "v6": "第 12 个月才第一次要还，再过 90 天才算坏", "v7": "账龄 15 个月以后"}

# %% sample="read_vintage" mistake="不同账龄直接比" says="路不一样长"
read_vintage = {"v1": "还没走到，不知道", "v2": "丙", "v3": "能，数小的好", "v4": "留空，注明未成熟", "v5": "第 15 个月", "v6": "第 12 个月才第一次要还，再过 90 天才算坏", "v7": "账龄 15 个月以后"}

# %% sample="read_vintage" mistake="一次还本看到 12 个月为止" says="开卷以前"
read_vintage = {"v1": "还没走到，不知道", "v2": "丙", "v3": "不能，账龄不同", "v4": "留空，注明未成熟", "v5": "第 15 个月", "v6": "第 12 个月才第一次要还，再过 90 天才算坏", "v7": "账龄 12 个月"}

# %% [markdown]
# 下面是半年的迁徙热图，按余额：行是半年前在哪一段，列是今天去了哪里，每行合起来是全部。

# %% tags=["hide-input"]
_since = day - pd.offsets.MonthEnd(6)
_moves = credit.migration_matrix(months, _since, day).dropna(how="all")
figure, axes = plt.subplots(figsize=(7.4, 3.4))
sns.heatmap(_moves * 100, annot=True, fmt=".1f", annot_kws={"size": 8}, cmap="Blues", vmin=0, vmax=100, linewidths=0.5, cbar_kws={"label": "余额占比（%）"}, ax=axes)
axes.set(title="半年前在哪一段，今天去了哪里（余额占比，%）", xlabel=f"{day:%Y-%m-%d}", ylabel=f"{_since:%Y-%m-%d}")
axes.tick_params(axis="y", rotation=0)
show(figure)
_late = _moves.drop(index="M0") if len(_moves) > 1 else _moves
_back, _end = _late["M0"] + _late["结清"], _late["M7"] + _late["核销"]
_high, _low = _back.idxmax(), _back.idxmin()
_up = _moves.loc["M0", ["M4", "M5", "M6"]].sum()
_false = _end[_high] + 0.4 if _end[_high] < 0.5 else _end[_high] - 0.4

# %% [markdown] task="read_moves" track="all"
# ### 第 2 题　读迁徙热图（8 分，全员必做）
#
# 每句话选 `对` 或 `错`。M0 没有逾期，M1 是逾期 1–30 天，往后每 30 天一档，M7 是超过 180 天；“结清”含无还本续贷（新借据另算一笔）。

# %% answer="read_moves" tags=["hide-input"]
read_moves = ask.choices(
    "read_moves",
    {
        "g1": f"{_low} 那一行：半年后走到 M7 或核销的，合计约 {_end[_low]:.0%}。",
        "g2": f"{_high} 那一行：半年后走到 M7 或核销的，合计约 {_false:.0%}。",
        "g3": f"半年后回到 M0 或结清的份额，{_high} 不低于 {_low}：对 {_low} 光打电话多半拉不回来，要换成处置押品、诉讼或谈重组的人。",
        "g4": "去掉“结清”“核销”两列，每行重新合成百分之百，得到的迁徙率更准。",
        "g5": f"M0 那一行走到 M4–M6 的份额合计只有 {_up:.1%}，所以新增的坏账不会从 M0 来。",
        "g6": "这张图按余额算。按户数再画一张，每格的数会一样。",
    },
    ["对", "错"],
)
# BEGIN SOLUTION
read_moves = {"g1": "对", "g2": "错", "g3": "对", "g4": "错", "g5": "错", "g6": "错"}
# END SOLUTION

# %% [markdown]
# 检查第 2 题。

# %% check="read_moves" points=8
todo = [key for key, choice in read_moves.items() if choice not in ("对", "错")]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(read_moves) == {f"g{n}" for n in range(1, 7)}, "应有 g1 到 g6 六句，请不要增删。"
# BEGIN HIDDEN TESTS
assert read_moves["g4"] == "错", "g4：去掉离开的，只剩幸存者。还清的好客户和核销的坏客户都不见了，拿它定拨备会差得说不准方向。"
assert read_moves["g5"] == "错", "g5：份额小，M0 的余额却最大，乘起来不小；新的坏账都是从 M0 一步步走来的。只盯 M1 以后的，源头就没人看了。"
assert read_moves["g6"] == "错", "g6：户数和金额是两个分母，大户小户坏得不一样多。混着用，报给行长的数就对不上总账。"
assert read_moves["g1"] == "对", "g1：把这一行的 M7 和核销两格加起来，正是这个数。"
assert read_moves["g2"] == "错", "g2：把这一行的 M7 和核销两格加起来，不是这个数。读错一格，催收的人就派错了地方。"
assert read_moves["g3"] == "对", "g3：比一比两行的 M0 加结清。回头率低的光打电话白费工夫，换处置和重组的人去，不然两头都耽误。"
# END HIDDEN TESTS

# %% [markdown] discussion="read_moves"
# g1、g2、g3 的数由代码从热图里取，g2 故意错开四成。g5 最容易错：份额和金额是两回事。半年走不到 M7，所以看 M4–M6。

# %% sample="read_moves" mistake="幸存者" says="只剩幸存者"
read_moves = {"g1": "对", "g2": "错", "g3": "对", "g4": "对", "g5": "错", "g6": "错"}

# %% sample="read_moves" mistake="份额小就当没有" says="一步步走来"
read_moves = {"g1": "对", "g2": "错", "g3": "对", "g4": "错", "g5": "对", "g6": "错"}

# %% sample="read_moves" mistake="户数与金额混用" says="两个分母"
read_moves = {"g1": "对", "g2": "错", "g3": "对", "g4": "错", "g5": "错", "g6": "对"}

# %% [markdown]
# ## 二、五级分类与到期清单（全员必做）
#
# 规定见课程第 4 节；零售还是非零售，每条都写明了。

# %% [markdown] task="classes" track="all"
# ### 第 3 题　五级分类判定（12 分，全员必做）
#
# 按《商业银行金融资产风险分类办法》（2023 年第 1 号令），给每笔贷款选**至少应归为**的一类。没写的情形都没有发生；几条都碰上取最重的。

# %% answer="classes" tags=["hide-input"]
classes = ask.choices(
    "classes",
    {
        "r1": "非零售。逾期 90 天。",
        "r2": "零售。逾期 270 天。",
        "r3": "非零售。逾期 360 天。",
        "r4": "非零售。逾期 20 天，客户手头紧。有人说“网上写的，三十天以内算正常”。",
        "r5": "非零售。银行批扣系统故障，晚了 5 天才扣，系统一恢复就扣上了。",
        "r6": "零售。没有逾期。核实到经营贷转去付了购房首付，银行不知情。",
        "r7": "非零售，小微企业。原贷款正常类，依法合规、持续经营、信用良好，到期办了无还本续贷，续后没有逾期。",
        "r8": "非零售。停工三个月，利息靠网贷付，到期办了“续贷”，新借据还没逾期。",
        "r9": "非零售。这一笔没逾期；同一债务人在本行另一笔逾期 120 天，那一笔占他在本行债权的 11%。",
        "r10": "零售。这一笔没逾期；同一债务人在本行另一笔逾期 120 天，那一笔占他在本行债权的 11%。",
    },
    ["正常", "关注", "次级", "可疑", "损失"],
)
# BEGIN SOLUTION
classes = {"r1": "关注", "r2": "次级", "r3": "可疑", "r4": "关注", "r5": "正常", "r6": "关注", "r7": "正常", "r8": "关注", "r9": "次级", "r10": "正常"}
# END SOLUTION

# %% [markdown]
# 检查第 3 题。

# %% check="classes" points=12
todo = [key for key, choice in classes.items() if choice not in ("正常", "关注", "次级", "可疑", "损失")]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(classes) == {f"r{n}" for n in range(1, 11)}, "应有 r1 到 r10 十笔，请不要增删。"
# BEGIN HIDDEN TESTS
assert classes["r7"] == "正常", "r7：符合条件的小微续贷是例外，不因续贷单独下调。一律关注，客户经理不敢续，好客户只好去借过桥。"
assert classes["r1"] == "关注", "r1：次级要“超过”90 天，第 90 天还是关注，第 91 天才进不良。早进一天，不良率多报；晚进一天，是少报。"
assert classes["r2"] == "次级", "r2：可疑要“超过”270 天，第 270 天还是次级。多分一档，处置和拨备都提前了。"
assert classes["r3"] == "可疑", "r3：损失要“超过”360 天，第 360 天还是可疑。按损失就去核销，可能丢了还能收回的钱。"
assert classes["r4"] == "关注", "r4：网上那句是错的。除了操作或技术原因的七天，逾期一天就至少关注；照错规则，一个月的逾期都没人盯。"
assert classes["r5"] == "正常", "r5：操作或技术原因、7 天以内不算逾期。把系统故障记到客户头上，他下次贷款就要多付利息。"
assert classes["r6"] == "关注", "r6：擅自改变资金用途，至少关注，零售也一样。看着没逾期就放过，钱早不在生意里了。"
assert classes["r8"] == "关注", "r8：停工、靠别的债付息，是披着续贷的借新还旧，至少关注。报成正常，一年后一次坏掉。"
assert classes["r9"] == "次级", "r9：非零售债务人在本行的债权不良超过 10%，其余的也归不良。漏了它，同一户的窟窿只报了一半。"
assert classes["r10"] == "正常", "r10：那条 10% 的规定只管非零售；零售的一笔一笔看。牵连错了，正常还款的人被报成不良。"
# END HIDDEN TESTS

# %% [markdown] discussion="classes"
# 先问零售还是非零售，再看天数，再看别的情形。r9、r10 只差两个字。真实业务里还有没有核对原件的条文（同业合计、预期信用损失占比、重组观察期），讲评时说明查原文。

# %% sample="classes" mistake="续贷一律关注" says="不因续贷单独下调"
classes = {"r1": "关注", "r2": "次级", "r3": "可疑", "r4": "关注", "r5": "正常", "r6": "关注", "r7": "关注", "r8": "关注", "r9": "次级", "r10": "正常"}

# %% sample="classes" mistake="90 天边界" says="第 90 天还是关注"
classes = {"r1": "次级", "r2": "次级", "r3": "可疑", "r4": "关注", "r5": "正常", "r6": "关注", "r7": "正常", "r8": "关注", "r9": "次级", "r10": "正常"}

# %% sample="classes" mistake="270 天边界" says="第 270 天还是次级"
classes = {"r1": "关注", "r2": "可疑", "r3": "可疑", "r4": "关注", "r5": "正常", "r6": "关注", "r7": "正常", "r8": "关注", "r9": "次级", "r10": "正常"}

# %% sample="classes" mistake="360 天边界" says="第 360 天还是可疑"
classes = {"r1": "关注", "r2": "次级", "r3": "损失", "r4": "关注", "r5": "正常", "r6": "关注", "r7": "正常", "r8": "关注", "r9": "次级", "r10": "正常"}

# %% sample="classes" mistake="信了网上“三十天以内算正常”" says="网上那句是错的"
classes = {"r1": "关注", "r2": "次级", "r3": "可疑", "r4": "正常", "r5": "正常", "r6": "关注", "r7": "正常", "r8": "关注", "r9": "次级", "r10": "正常"}

# %% sample="classes" mistake="技术性逾期也下调" says="系统故障记到客户头上"
classes = {"r1": "关注", "r2": "次级", "r3": "可疑", "r4": "关注", "r5": "关注", "r6": "关注", "r7": "正常", "r8": "关注", "r9": "次级", "r10": "正常"}

# %% sample="classes" mistake="没识破借新还旧" says="披着续贷的借新还旧"
classes = {"r1": "关注", "r2": "次级", "r3": "可疑", "r4": "关注", "r5": "正常", "r6": "关注", "r7": "正常", "r8": "正常", "r9": "次级", "r10": "正常"}

# %% sample="classes" mistake="10% 规定用到零售" says="只管非零售"
classes = {"r1": "关注", "r2": "次级", "r3": "可疑", "r4": "关注", "r5": "正常", "r6": "关注", "r7": "正常", "r8": "关注", "r9": "次级", "r10": "次级"}

# %% [markdown] task="maturing" track="all"
# ### 第 4 题　到期前 60 天的清单（14 分，全员必做）
#
# 九户都在 60 天内到期（教学例子，照真实业务编的）。给每户选一条路：
#
# - **续贷**：生意在、还息准时、流水撑得起原额度；
# - **减额**：生意在，流水缩了，收回一部分，其余续；
# - **退出**：还得起，或押品处置得了，但没有理由再借，到期收回；
# - **重组**：到期还不出本金，但生意有救，改期限、改还款计划、补增信。
#
# 流入同比是近 12 个月有效流入和上一年比。
#
# | 户 | 余额（万元） | 剩几天 | 逾期 | 流入同比 | 走访和材料 |
# |---|---|---|---|---|---|
# | A 食品批发 | 80 | 25 | 无 | +6% | 开工正常，备春节货；还息准时；额度用满 |
# | B 家具制造 | 240 | 18 | 无 | −22% | 大客户破产，拖欠 120 万元，到期还不出本金；车间开工，订单排到三个月后；愿加房产抵押、分 24 个月还 |
# | C 服装零售 | 200 | 40 | 无 | −35% | 关了两家店，剩三家有盈利；近半年额度平均只用 55%；还息准时 |
# | D 塑料制品 | 160 | 12 | 无 | −90% | 厂门上锁两个月，电费归零；近三个月利息由亲戚的网贷转入；房产抵押足值；要求“无还本续贷一年” |
# | E 餐饮 | 60 | 33 | 无 | +2% | 年中装修停业一个月，早已恢复；扫码流水稳定；还息准时 |
# | F 设备租赁 | 150 | 50 | 无 | −60% | 主业合同全部到期没续；贷款半数挪去买理财；账上现金够还 |
# | G 建材商贸 | 120 | 8 | 45 天 | −15% | 店开着，有在手合同、应收 180 万元；申请“续贷”，材料里过桥公司当天垫、当天转回；愿把应收质押、按月还 |
# | H 建筑安装 | 300 | 45 | 无 | −28% | 走了一个大甲方，余下的回款正常；额度最多用到六成；还息准时 |
# | I 金属加工 | 150 | 21 | 无 | −3% | 电费平稳，开票正常，还息准时；设备满负荷 |
#
# **按代价给分**（万元/户，仿真参数）：
#
# | 其实该 ＼ 你选 | 续贷 | 减额 | 退出 | 重组 |
# |---|---|---|---|---|
# | 续贷 | 0 | 3 | 10（好客户走了，也可能被抽死） | 10（好客户被当成问题户） |
# | 减额 | 5 | 0 | 6 | 8 |
# | 退出 | 30（一年后收不回） | 15 | 0 | 15 |
# | 重组 | 25（窟窿滚大） | 12 | 12（抽贷，有救的也没了） | 0 |
#
# 全选“减额”得 0 分：各打五十大板不是判断；误判的代价合计不比它小的，也得 0 分。误判的代价越小，得分越高。

# %% answer="maturing" tags=["hide-input"]
maturing = ask.choices(
    "maturing",
    {
        "A": "食品批发，流入 +6%，开工正常",
        "B": "家具制造，大客户破产，订单还有",
        "C": "服装零售，关店两家，额度用 55%",
        "D": "塑料制品，停工两个月，网贷付息，要求续贷",
        "E": "餐饮，装修停过一个月，已恢复",
        "F": "设备租赁，主业没了，钱买理财",
        "G": "建材商贸，逾期 45 天，过桥垫款，要求续贷",
        "H": "建筑安装，走了一个甲方，额度用六成",
        "I": "金属加工，流入 −3%，满负荷",
    },
    ["续贷", "减额", "退出", "重组"],
)
# BEGIN SOLUTION
maturing = {"A": "续贷", "B": "重组", "C": "减额", "D": "退出", "E": "续贷", "F": "退出", "G": "重组", "H": "减额", "I": "续贷"}
# END SOLUTION

# %% [markdown]
# 检查第 4 题：是不是每户都选了。

# %% check="maturing" points=14
todo = [key for key, choice in maturing.items() if choice not in ("续贷", "减额", "退出", "重组")]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(maturing) == set("ABCDEFGHI"), "应有 A 到 I 九户，请不要增删。"
# BEGIN HIDDEN TESTS
from smeprofile.verdicts import remark, share_of_points, tell

_right = {"A": "续贷", "B": "重组", "C": "减额", "D": "退出", "E": "续贷", "F": "退出", "G": "重组", "H": "减额", "I": "续贷"}
_prices = {
    ("续贷", "减额"): 3, ("续贷", "退出"): 10, ("续贷", "重组"): 10,
    ("减额", "续贷"): 5, ("减额", "退出"): 6, ("减额", "重组"): 8,
    ("退出", "续贷"): 30, ("退出", "减额"): 15, ("退出", "重组"): 15,
    ("重组", "续贷"): 25, ("重组", "减额"): 12, ("重组", "退出"): 12,
}
tell(maturing, _right, _prices, always="减额", unit="万元")
if "续贷" in (maturing["D"], maturing["G"]):
    remark("有的户停了工、靠别的债付息，或者已经逾期、靠过桥垫款，却判了续贷：这是披着续贷的借新还旧，至少关注，今天报正常，一年后一次坏掉。")
if all(maturing[_firm] == "退出" for _firm in "DFBG"):
    remark("逾期或还不出本金的全部退出：有订单、有应收的还有救，一抽贷连能收回的也收不回了。")
round(14 * share_of_points(maturing, _right, _prices, always="减额"), 2)
# END HIDDEN TESTS

# %% [markdown] discussion="maturing"
# D 和 G 都写着“续贷”。问三句：开工了吗？利息是哪来的钱还的？下次拿什么还？D 生意没了、押品足，退出；G 生意在、有应收，重组，逾期 45 天本来就至少关注。
# E 的停业是装修，H、C 额度本来就用不满，减了不伤它。

# %% sample="maturing" mistake="没识破披着续贷的借新还旧" says="披着续贷的借新还旧" earns=1.78
maturing = {"A": "续贷", "B": "重组", "C": "减额", "D": "续贷", "E": "续贷", "F": "退出", "G": "续贷", "H": "减额", "I": "续贷"}

# %% sample="maturing" mistake="全部减额" says="不动脑筋" earns=0
maturing = {"A": "减额", "B": "减额", "C": "减额", "D": "减额", "E": "减额", "F": "减额", "G": "减额", "H": "减额", "I": "减额"}

# %% sample="maturing" mistake="有问题的一律退出" says="有救" earns=8.67
maturing = {"A": "续贷", "B": "退出", "C": "减额", "D": "退出", "E": "续贷", "F": "退出", "G": "退出", "H": "减额", "I": "续贷"}

# %% [markdown]
# ## 三、口径（全员必做）
#
# 同一批贷款，换一个分母就换一个数。

# %% [markdown] task="four_rates" track="all"
# ### 第 5 题　一份数据，四个坏账率（8 分，全员必做）
#
# 支行今天有四户、六笔借据（教学例子，全部按**零售**管理）。**坏** = 逾期超过 90 天。
#
# | 客户 | 借据 | 余额（万元） | 逾期天数 |
# |---|---|---|---|
# | 甲 | 借据 1 | 300 | 0 |
# | 甲 | 借据 2 | 200 | 0 |
# | 乙 | 借据 3 | 100 | 120 |
# | 乙 | 借据 4 | 200 | 0 |
# | 丙 | 借据 5 | 50 | 95 |
# | 丁 | 借据 6 | 150 | 90 |
#
# - **借据口径**：一笔一笔看，坏的只是那一笔；
# - **客户口径**：一户有一笔坏，这户就坏，他的余额全算坏。
#
# 填四个率，用百分数（百分之十五填 15）。保留一位小数即可。

# %% answer="four_rates" tags=["hide-input"]
four_rates = ask.number(
    "four_rates",
    {
        "f1": "借据口径，金额：坏借据余额 ÷ 全部余额",
        "f2": "借据口径，笔数：坏借据笔数 ÷ 全部笔数",
        "f3": "客户口径，金额：坏户的全部余额 ÷ 全部余额",
        "f4": "客户口径，户数：坏户 ÷ 全部户数",
    },
    units={"f1": "%", "f2": "%", "f3": "%", "f4": "%"},
)
# BEGIN SOLUTION
four_rates = {"f1": 15, "f2": 33.3, "f3": 35, "f4": 50}
# END SOLUTION

# %% [markdown]
# 检查第 5 题：是不是都填了。

# %% check="four_rates" points=8
todo = [key for key, value in four_rates.items() if value is None]
assert not todo, f"还没有填：{'、'.join(todo)}。"
assert set(four_rates) == {f"f{n}" for n in range(1, 5)}, "应有 f1 到 f4 四个数，请不要增删。"
assert all(1 <= value <= 100 for value in four_rates.values()), "都用百分数填：百分之十五填 15，不填 0.15。"
# BEGIN HIDDEN TESTS
assert abs(four_rates["f1"] - 30) > 0.1, "f1：丁逾期 90 天，没有“超过”90 天，不算坏。把边界算进去，坏账率多报一倍。"
assert abs(four_rates["f4"] - 75) > 0.1, "f4：丁逾期 90 天，没有“超过”90 天，不算坏户。"
assert abs(four_rates["f1"] - 33.3) > 0.2, "f1：这里要除余额，不是数笔数。一笔小的和一笔大的当成一样，损失就估不准。"
assert abs(four_rates["f1"] - 35) > 0.1, "f1：借据口径只算坏的那一笔，乙没逾期的借据 4 不算。拿客户口径顶替，和去年的借据口径就不能比了。"
assert abs(four_rates["f1"] - 15) < 0.1, f"f1：（100 + 50）÷ 1000，现填 {four_rates['f1']:g}。"
assert abs(four_rates["f2"] - 33.3) < 0.2, f"f2：2 笔 ÷ 6 笔，现填 {four_rates['f2']:g}。"
assert abs(four_rates["f3"] - 15) > 0.1, "f3：客户口径里，乙有一笔坏，他没逾期的那笔也算进去。只算坏的那笔，少看了同一个人的窟窿。"
assert abs(four_rates["f3"] - 35) < 0.1, f"f3：乙 300 加丙 50，÷ 1000，现填 {four_rates['f3']:g}。"
assert abs(four_rates["f4"] - 33.3) > 0.2, "f4：要数户，不是数借据：四户里坏了两户。"
assert abs(four_rates["f4"] - 50) < 0.1, f"f4：2 户 ÷ 4 户，现填 {four_rates['f4']:g}。"
# END HIDDEN TESTS

# %% [markdown] discussion="four_rates"
# 四个数从 15 到 50，没有一个算错，只是问的不一样。题面写明零售，所以不用百分之十牵连那一条；非零售的话，乙的借据 4 也要归不良。

# %% sample="four_rates" mistake="户数与金额混用" says="不是数笔数"
four_rates = {"f1": 33.3, "f2": 33.3, "f3": 50, "f4": 50}

# %% sample="four_rates" mistake="借据与客户口径混用" says="拿客户口径顶替"
four_rates = {"f1": 35, "f2": 33.3, "f3": 35, "f4": 50}

# %% sample="four_rates" mistake="客户口径只算坏的那笔" says="同一个人的窟窿"
four_rates = {"f1": 15, "f2": 33.3, "f3": 15, "f4": 50}

# %% sample="four_rates" mistake="90 天也算坏" says="坏账率多报一倍"
four_rates = {"f1": 30, "f2": 50, "f3": 50, "f4": 75}

# %% [markdown]
# 再看班级数据的四个率，都是按观察点算的。

# %% tags=["hide-input"]
_today = on_books[on_books["month_end"] == day]
_bad = pd.Series(risk_classes(_today["dpd"], _today["balance_cny"], _today["customer_id"], is_retail=False), index=_today.index).isin(["次级", "可疑", "损失"])
_amount_24 = credit.pooled(credit.vintage(months, by="quarter"), 24)
_count_24 = credit.pooled(credit.vintage(months, by="quarter", unit="loan", weight="count"), 24)
pd.DataFrame(
    {
        "怎么算的": [
            "不良贷款余额 ÷ 贷款余额，观察点那天",
            "有不良的户数 ÷ 有贷款的户数，观察点那天",
            "账龄 24 个月累计坏账率：首次放款金额，续贷链口径",
            "账龄 24 个月累计坏账率：笔数，借据口径",
        ],
        "数": [
            f"{_today.loc[_bad, 'balance_cny'].sum() / _today['balance_cny'].sum():.2%}",
            f"{_bad.groupby(_today['customer_id']).max().mean():.2%}",
            f"{_amount_24:.2%}",
            f"{_count_24:.2%}",
        ],
    },
    index=pd.Index(["①", "②", "③", "④"], name="编号"),
)

# %% [markdown] task="which_rate" track="all"
# ### 第 6 题　哪一个能和谁比（6 分，全员必做）
#
# 用上表的四个率，给每问选一个。

# %% answer="which_rate" tags=["hide-input"]
which_rate = ask.choices(
    "which_rate",
    {
        "w1": "和监管公布的不良贷款率放在一起看，用哪一个？",
        "w2": "去年报告写的是“账龄 24 个月累计坏账率，首次放款金额，续贷链口径”。今年拿哪一个和它比？",
        "w3": "要估今天有多少户不良、要派几个人上门清收，用哪一个？",
        "w4": "有人拿今年的 ④ 和去年的 ③ 比，说“两年坏账率变了，是管理的功劳（或过错）”。你说？",
        "w5": "一年期流贷多、续贷多的支行，想看同一笔钱两年里会不会坏，用哪一个？",
        "w6": "报告里只写“坏账率”三个字和一个数，还缺什么？",
    },
    {
        **{row: ["①", "②", "③", "④"] for row in ("w1", "w2", "w3", "w5")},
        "w4": ["说得对", "口径变了，不能比，两年按同一口径重算"],
        "w6": ["什么也不缺", "分子、分母、借据、续贷链还是客户、账龄或时点", "小数点后多写两位"],
    },
)
# BEGIN SOLUTION
which_rate = {"w1": "①", "w2": "③", "w3": "②", "w4": "口径变了，不能比，两年按同一口径重算", "w5": "③", "w6": "分子、分母、借据、续贷链还是客户、账龄或时点"}
# END SOLUTION

# %% [markdown]
# 检查第 6 题。

# %% check="which_rate" points=6
todo = [key for key, choice in which_rate.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(which_rate) == {f"w{n}" for n in range(1, 7)}, "应有 w1 到 w6 六问，请不要增删。"
# BEGIN HIDDEN TESTS
assert which_rate["w1"] not in ("③", "④"), "w1：监管公布的是时点的余额比率，累计坏账率不能和它放在一起。放错了，好好的行会被说成比同业差一截。"
assert which_rate["w1"] == "①", "w1：监管公布的是金额，不是户数。户数和余额的比率差多少，要看大户小户谁坏得多。"
assert which_rate["w2"] == "③", "w2：去年用哪种口径，今年就用哪种。换了口径，升降说的是口径，不是风险。"
assert which_rate["w3"] == "②", "w3：派人按户派，不按余额派。按余额估，人手会差出一截。"
assert which_rate["w4"].startswith("口径变了"), "w4：分母从金额换成笔数，单位从续贷链换成借据，两个数本来就不同。拿它评功过，奖错人也罚错人。"
assert which_rate["w5"] != "④", "w5：借据口径下，一年期借据续贷就换编号，续贷以后才坏的，记不到原来那笔上。用它看两年，这些就都漏了。"
assert which_rate["w5"] == "③", "w5：要跟着同一笔钱走两年，用续贷串联的累计数；时点数只是今天的一张相。"
assert which_rate["w6"].startswith("分子"), "w6：四样缺一样，别人就没法和它比，明年你自己也比不了。"
# END HIDDEN TESTS

# %% [markdown] discussion="which_rate"
# 让学员拿本行最近一份报告，找出里面每个“率”缺的那几样。

# %% sample="which_rate" mistake="累计数和监管时点数比" says="时点的余额比率"
which_rate = {"w1": "③", "w2": "③", "w3": "②", "w4": "口径变了，不能比，两年按同一口径重算", "w5": "③", "w6": "分子、分母、借据、续贷链还是客户、账龄或时点"}

# %% sample="which_rate" mistake="户数率和金额率比" says="金额，不是户数"
which_rate = {"w1": "②", "w2": "③", "w3": "②", "w4": "口径变了，不能比，两年按同一口径重算", "w5": "③", "w6": "分子、分母、借据、续贷链还是客户、账龄或时点"}

# %% sample="which_rate" mistake="换了口径还比" says="奖错人也罚错人"
which_rate = {"w1": "①", "w2": "③", "w3": "②", "w4": "说得对", "w5": "③", "w6": "分子、分母、借据、续贷链还是客户、账龄或时点"}

# %% sample="which_rate" mistake="用借据口径看两年" says="记不到原来那笔上"
which_rate = {"w1": "①", "w2": "③", "w3": "②", "w4": "口径变了，不能比，两年按同一口径重算", "w5": "④", "w6": "分子、分母、借据、续贷链还是客户、账龄或时点"}

# %% [markdown]
# ## 四、写成函数（分析岗）

# %% [markdown] task="vintage" track="analyst"
# ### 第 7 题　vintage 表（13 分，分析岗）
#
# 写函数 `vintage_table(chains, as_of)`，返回一张表：一行一个放款月，一列一个账龄，值是累计坏账率（0–1）。
#
# - `chains` 一行一条续贷链：`start_month`（放款月的第一天）、`amount_cny`（首次放款金额）、`bad_month`（第一次坏的那个月的第一天，没坏过是缺失）、`left_month`（还清或核销、离开账面的月，还在账是缺失）；
# - `as_of` 是一个月末，文本，如 `"2025-12-31"`；账龄 = 月份之差，放款当月为 0；
# - 索引就是 `start_month`，从早到晚；列是整数 0、1、2……到最老一批走到的账龄；
# - **口径：分母是整批的首次放款金额，离开账面的也在里面**；分子是到那个账龄为止坏过的链的首次放款金额；坏过就一直算坏；
# - 还没走到的账龄是缺失；`as_of` 那个月以后才放款的、才坏的，都当作不知道。

# %% answer="vintage"
def vintage_table(chains, as_of):
    # BEGIN SOLUTION
    last = pd.Timestamp(as_of).year * 12 + pd.Timestamp(as_of).month
    start = chains["start_month"].dt.year * 12 + chains["start_month"].dt.month
    bad = chains["bad_month"].dt.year * 12 + chains["bad_month"].dt.month
    known = chains.assign(mob=(bad - start).where(bad <= last))[start <= last]
    rows = {}
    for month, cohort in known.groupby("start_month"):
        base = cohort["amount_cny"].sum()
        reached = range(last - (month.year * 12 + month.month) + 1)
        rows[month] = pd.Series({k: cohort.loc[cohort["mob"] <= k, "amount_cny"].sum() / base for k in reached})
    return pd.DataFrame(rows).T.sort_index().sort_index(axis=1)
    # END SOLUTION


# %% [markdown]
# 检查第 7 题：一个批次，两条链，金额三比一。

# %% check="vintage" points=13
def _chains(*rows):
    frame = pd.DataFrame(rows, columns=["start_month", "amount_cny", "bad_month", "left_month"])
    dates = {name: pd.to_datetime(frame[name]) for name in ("start_month", "bad_month", "left_month")}
    return frame.assign(amount_cny=frame["amount_cny"].astype(float), **dates)


_january, _march = pd.Timestamp("2025-01-01"), pd.Timestamp("2025-03-01")
_one = vintage_table(_chains(("2025-01-01", 300, "2025-02-01", None), ("2025-01-01", 100, None, None)), "2025-03-31")
assert isinstance(_one, pd.DataFrame) and list(_one.columns) == [0, 1, 2], f"应是一张表，列是账龄 0、1、2，现为 {list(getattr(_one, 'columns', []))}。"
assert list(_one.index) == [_january], "索引应是放款月的第一天（Timestamp），一行一个放款月。"
# BEGIN HIDDEN TESTS
assert not math.isclose(_one.loc[_january, 1], 0.5), "两条链金额三比一，坏的是大的那条，按金额是 0.75。你按笔数算成了 0.5：口径声明的分母是首次放款金额。"
assert math.isclose(_one.loc[_january, 1], 0.75), f"账龄 1 应为 300 ÷ 400 = 0.75，现为 {_one.loc[_january, 1]:g}。"
assert math.isclose(_one.loc[_january, 2], 0.75), f"坏过就一直算坏，账龄 2 仍是 0.75，现为 {_one.loc[_january, 2]:g}：写成了当月新增，累计数会越走越小。"
_two = vintage_table(_chains(("2025-01-01", 100, "2025-03-01", None), ("2025-01-01", 100, None, None), ("2025-03-01", 100, None, None)), "2025-04-30")
assert pd.isna(_two.loc[_march, 2]) and pd.isna(_two.loc[_march, 3]), "三月那批在四月末只走到账龄 1，账龄 2、3 应为缺失。补零等于说“还没考试的都满分”，新批次永远最好，定价就低了。"
assert math.isclose(_two.loc[_march, 1], 0), "三月那批在账龄 1 是真的零：走到了、没有坏。缺失和零要分开。"
_left = vintage_table(_chains(("2025-01-01", 100, "2025-03-01", None), ("2025-01-01", 300, None, "2025-02-01")), "2025-03-31")
assert math.isclose(_left.loc[_january, 2], 0.25), f"二月还清的 300 元也是这一批放出去的，要留在分母：100 ÷ 400 = 0.25，现为 {_left.loc[_january, 2]:g}。只数还在账的，是幸存者的比率。"
_written = vintage_table(_chains(("2025-01-01", 100, "2025-02-01", "2025-02-01"), ("2025-01-01", 100, None, None)), "2025-03-31")
assert math.isclose(_written.loc[_january, 2], 0.5), f"坏了又核销的链，仍要算在分子里，应为 0.5，现为 {_written.loc[_january, 2]:g}：核销越多，坏账率反而越好看。"
_future = vintage_table(_chains(("2025-01-01", 100, "2025-05-01", None), ("2025-06-01", 100, None, None)), "2025-03-31")
assert list(_future.index) == [_january] and math.isclose(_future.loc[_january, 2], 0), "观察点以后才放款、才坏的，那时还不知道：算进去就是偷看未来。"
# END HIDDEN TESTS

# %% [markdown] discussion="vintage"
# 关键是先定每批的分母，再按账龄累计分子；没走到的列不要生成。可以和 `credit.vintage(months, by="month")` 互相核对。

# %% sample="vintage" mistake="未成熟补 0" says="还没考试的都满分"
def vintage_table(chains, as_of):
    last = pd.Timestamp(as_of).year * 12 + pd.Timestamp(as_of).month
    start = chains["start_month"].dt.year * 12 + chains["start_month"].dt.month
    bad = chains["bad_month"].dt.year * 12 + chains["bad_month"].dt.month
    known = chains.assign(mob=(bad - start).where(bad <= last))[start <= last]
    rows = {}
    for month, cohort in known.groupby("start_month"):
        reached = range(last - (month.year * 12 + month.month) + 1)
        rows[month] = pd.Series({k: cohort.loc[cohort["mob"] <= k, "amount_cny"].sum() / cohort["amount_cny"].sum() for k in reached})
    return pd.DataFrame(rows).T.sort_index().fillna(0.0)

# %% sample="vintage" mistake="分母错：按笔数不按金额" says="你按笔数算成了"
def vintage_table(chains, as_of):
    last = pd.Timestamp(as_of).year * 12 + pd.Timestamp(as_of).month
    start = chains["start_month"].dt.year * 12 + chains["start_month"].dt.month
    bad = chains["bad_month"].dt.year * 12 + chains["bad_month"].dt.month
    known = chains.assign(mob=(bad - start).where(bad <= last))[start <= last]
    rows = {}
    for month, cohort in known.groupby("start_month"):
        reached = range(last - (month.year * 12 + month.month) + 1)
        rows[month] = pd.Series({k: (cohort["mob"] <= k).mean() for k in reached})
    return pd.DataFrame(rows).T.sort_index()

# %% sample="vintage" mistake="幸存者：分母只数还在账的" says="幸存者的比率"
def vintage_table(chains, as_of):
    last = pd.Timestamp(as_of).year * 12 + pd.Timestamp(as_of).month
    start = chains["start_month"].dt.year * 12 + chains["start_month"].dt.month
    bad = chains["bad_month"].dt.year * 12 + chains["bad_month"].dt.month
    known = chains.assign(mob=(bad - start).where(bad <= last))[(start <= last) & chains["left_month"].isna()]
    rows = {}
    for month, cohort in known.groupby("start_month"):
        reached = range(last - (month.year * 12 + month.month) + 1)
        rows[month] = pd.Series({k: cohort.loc[cohort["mob"] <= k, "amount_cny"].sum() / cohort["amount_cny"].sum() for k in reached})
    return pd.DataFrame(rows).T.sort_index()

# %% sample="vintage" mistake="当月新增当累计" says="写成了当月新增"
def vintage_table(chains, as_of):
    last = pd.Timestamp(as_of).year * 12 + pd.Timestamp(as_of).month
    start = chains["start_month"].dt.year * 12 + chains["start_month"].dt.month
    bad = chains["bad_month"].dt.year * 12 + chains["bad_month"].dt.month
    known = chains.assign(mob=(bad - start).where(bad <= last))[start <= last]
    rows = {}
    for month, cohort in known.groupby("start_month"):
        reached = range(last - (month.year * 12 + month.month) + 1)
        rows[month] = pd.Series({k: cohort.loc[cohort["mob"] == k, "amount_cny"].sum() / cohort["amount_cny"].sum() for k in reached})
    return pd.DataFrame(rows).T.sort_index()

# %% sample="vintage" mistake="偷看未来" says="偷看未来"
def vintage_table(chains, as_of):
    last = pd.Timestamp(as_of).year * 12 + pd.Timestamp(as_of).month
    start = chains["start_month"].dt.year * 12 + chains["start_month"].dt.month
    bad = chains["bad_month"].dt.year * 12 + chains["bad_month"].dt.month
    known = chains.assign(mob=bad - start)
    rows = {}
    for month, cohort in known.groupby("start_month"):
        reached = range(max(last - (month.year * 12 + month.month) + 1, 1))
        rows[month] = pd.Series({k: cohort.loc[cohort["mob"] <= k, "amount_cny"].sum() / cohort["amount_cny"].sum() for k in reached})
    return pd.DataFrame(rows).T.sort_index()

# %% [markdown] task="roll" track="analyst"
# ### 第 8 题　滚动率（9 分，分析岗）
#
# 写函数 `roll_rate(months, month_end, stage)`，返回这个月末在 `stage` 的余额里，下个月末滚到下一段的份额（0–1）：
#
# - `months` 一行一笔借据一个月末：`loan_id, month_end, bucket, balance_cny, status`；`status` 是 `在账`、`结清` 或 `核销`，离开的那个月也有一行（余额是 0，`bucket` 记 M0），以后就没有行了；
# - `month_end` 是 `pd.Timestamp`，`stage` 是 `"M0"` 到 `"M6"`；
# - **口径：分母是这个月末在账、在 `stage` 的全部余额；分子按同一笔借据跟踪，用这个月末的余额**：下个月末在下一段或更差的、被核销的，都算滚下去；还清的不算，但留在分母；
# - 分母是 0，或表里还没有下个月末，返回 `math.nan`。

# %% answer="roll"
def roll_rate(months, month_end, stage):
    # BEGIN SOLUTION
    here = months[(months["month_end"] == month_end) & (months["bucket"] == stage) & (months["status"] == "在账")]
    here = here.set_index("loan_id")
    later = months[months["month_end"] == month_end + pd.offsets.MonthEnd(1)].set_index("loan_id")
    total = here["balance_cny"].sum()
    if later.empty or total == 0:
        return math.nan
    then = later.reindex(here.index)
    below = (then["status"] == "在账") & (then["bucket"] > stage)
    rolled = below | (then["status"] == "核销")
    return float(here.loc[rolled, "balance_cny"].sum() / total)
    # END SOLUTION


# %% [markdown]
# 检查第 8 题：M1 有两笔，一笔滚下去，一笔回到 M0。

# %% check="roll" points=9
def _ends(*rows):
    frame = pd.DataFrame(rows, columns=["loan_id", "month_end", "bucket", "balance_cny", "status"])
    return frame.assign(month_end=pd.to_datetime(frame["month_end"]), balance_cny=frame["balance_cny"].astype(float))


_may = pd.Timestamp("2025-05-31")
_plain = _ends(("L1", "2025-05-31", "M1", 30, "在账"), ("L1", "2025-06-30", "M2", 30, "在账"), ("L2", "2025-05-31", "M1", 70, "在账"), ("L2", "2025-06-30", "M0", 70, "在账"))
_got = roll_rate(_plain, _may, "M1")
assert isinstance(_got, float) and 0 <= _got <= 1, f"应返回一个 0–1 的数（float），现为 {_got}：有没有写 return？"
# BEGIN HIDDEN TESTS
assert not math.isclose(_got, 0.5), "两笔一大一小，按余额是 30 ÷ 100 = 0.3。你按笔数算成了 0.5：口径声明的是余额，笔数会把小额的滚动看重。"
assert math.isclose(_got, 0.3), f"应为 30 ÷ 100 = 0.3，现为 {_got}。"
_off = _ends(("L1", "2025-05-31", "M4", 40, "在账"), ("L1", "2025-06-30", "M0", 0, "核销"), ("L2", "2025-05-31", "M4", 60, "在账"), ("L2", "2025-06-30", "M5", 60, "在账"))
assert math.isclose(roll_rate(_off, _may, "M4"), 1), "核销是坏到头了，要算滚下去，应为 1。漏掉它，核销越多，滚动率越好看，拨备就少了。"
_paid = _ends(("L1", "2025-05-31", "M2", 50, "在账"), ("L1", "2025-06-30", "M3", 50, "在账"), ("L2", "2025-05-31", "M2", 50, "在账"), ("L2", "2025-06-30", "M0", 0, "结清"))
assert math.isclose(roll_rate(_paid, _may, "M2"), 0.5), f"还清的要留在分母：50 ÷ 100 = 0.5，现为 {roll_rate(_paid, _may, 'M2')}。剔掉它只剩幸存者，催收的成绩全被抹掉。"
_last = roll_rate(_plain, pd.Timestamp("2025-06-30"), "M2")
assert math.isnan(_last), f"六月末以后还没有数据，应为缺失，现为 {_last}：当成 0 就成了“没有一笔滚下去”。"
assert math.isnan(roll_rate(_plain, _may, "M3")), "M3 没有余额，份额没有意义，应为缺失。"
_part = _ends(("L1", "2025-05-31", "M1", 100, "在账"), ("L1", "2025-06-30", "M2", 60, "在账"), ("L2", "2025-05-31", "M1", 100, "在账"), ("L2", "2025-06-30", "M1", 100, "在账"))
assert math.isclose(roll_rate(_part, _may, "M1"), 0.5), "L1 还了一部分，仍滚了下去：分子用五月末的余额，100 ÷ 200 = 0.5。用六月末的余额，还款多的月份会显得没人滚。"
_long = _ends(("L1", "2025-05-31", "M1", 40, "在账"), ("L1", "2025-06-30", "M3", 40, "在账"), ("L2", "2025-05-31", "M1", 60, "在账"), ("L2", "2025-06-30", "M1", 60, "在账"))
assert math.isclose(roll_rate(_long, _may, "M1"), 0.4), "L1 一个月掉了两段（大月 31 天，M1 可以直接到 M3），也是滚下去：40 ÷ 100 = 0.4。漏掉它，掉得最快的反而不算。"
# END HIDDEN TESTS

# %% [markdown] discussion="roll"
# 和 `credit.roll_rates` 同一口径，可以互相核对。常见的简写是“下月 M2 总额 ÷ 本月 M1 总额”，有核销和部分还款时就不对了。

# %% sample="roll" mistake="幸存者：核销的丢了" says="核销是坏到头了"
def roll_rate(months, month_end, stage):
    here = months[(months["month_end"] == month_end) & (months["bucket"] == stage) & (months["status"] == "在账")].set_index("loan_id")
    later = months[months["month_end"] == month_end + pd.offsets.MonthEnd(1)].set_index("loan_id")
    if later.empty or here.empty:
        return math.nan
    then = later.reindex(here.index)
    rolled = (then["status"] == "在账") & (then["bucket"] == f"M{int(stage[1]) + 1}")
    return float(here.loc[rolled, "balance_cny"].sum() / here["balance_cny"].sum())

# %% sample="roll" mistake="幸存者：还清的剔出分母" says="还清的要留在分母"
def roll_rate(months, month_end, stage):
    here = months[(months["month_end"] == month_end) & (months["bucket"] == stage) & (months["status"] == "在账")].set_index("loan_id")
    later = months[(months["month_end"] == month_end + pd.offsets.MonthEnd(1)) & (months["status"] != "结清")].set_index("loan_id")
    here = here[here.index.isin(later.index)]
    if later.empty or here.empty:
        return math.nan
    then = later.reindex(here.index)
    rolled = (then["bucket"] == f"M{int(stage[1]) + 1}") | (then["status"] == "核销")
    return float(here.loc[rolled, "balance_cny"].sum() / here["balance_cny"].sum())

# %% sample="roll" mistake="分母错：按笔数不按余额" says="你按笔数算成了"
def roll_rate(months, month_end, stage):
    here = months[(months["month_end"] == month_end) & (months["bucket"] == stage) & (months["status"] == "在账")].set_index("loan_id")
    later = months[months["month_end"] == month_end + pd.offsets.MonthEnd(1)].set_index("loan_id")
    if later.empty or here.empty:
        return math.nan
    then = later.reindex(here.index)
    rolled = ((then["status"] == "在账") & (then["bucket"] == f"M{int(stage[1]) + 1}")) | (then["status"] == "核销")
    return float(rolled.mean())

# %% sample="roll" mistake="掉两段的漏了" says="一个月掉了两段"
def roll_rate(months, month_end, stage):
    here = months[(months["month_end"] == month_end) & (months["bucket"] == stage) & (months["status"] == "在账")].set_index("loan_id")
    later = months[months["month_end"] == month_end + pd.offsets.MonthEnd(1)].set_index("loan_id")
    if later.empty or here["balance_cny"].sum() == 0:
        return math.nan
    then = later.reindex(here.index)
    rolled = ((then["status"] == "在账") & (then["bucket"] == f"M{int(stage[1]) + 1}")) | (then["status"] == "核销")
    return float(here.loc[rolled, "balance_cny"].sum() / here["balance_cny"].sum())

# %% sample="roll" mistake="没有下个月当成 0" says="没有一笔滚下去"
def roll_rate(months, month_end, stage):
    here = months[(months["month_end"] == month_end) & (months["bucket"] == stage) & (months["status"] == "在账")].set_index("loan_id")
    later = months[months["month_end"] == month_end + pd.offsets.MonthEnd(1)].set_index("loan_id")
    then = later.reindex(here.index)
    rolled = ((then["status"] == "在账") & (then["bucket"] == f"M{int(stage[1]) + 1}")) | (then["status"] == "核销")
    return float(here.loc[rolled, "balance_cny"].sum() / here["balance_cny"].sum()) if len(here) else math.nan

# %% [markdown] task="rule" track="analyst"
# ### 第 9 题　五级分类规则（11 分，分析岗）
#
# 按 2023 年第 1 号令里核对过的几条，写函数
# `classify(dpd, is_retail, repaid_by="自有资金", is_technical=False, is_misused=False, own_npl_share=0.0, has_npl_elsewhere=False)`，返回至少应归为的一类：`正常`、`关注`、`次级`、`可疑` 或 `损失`；几条都碰上取最重的。
#
# | 参数 | 含义 |
# |---|---|
# | `dpd` | 这一笔的逾期天数，整数 |
# | `is_retail` | 债务人按零售管理为 `True`，非零售为 `False` |
# | `repaid_by` | 旧债怎么还的：`自有资金`、`合格续贷`（符合条件的小微续贷）、`借新还旧` |
# | `is_technical` | 逾期只因操作或技术原因 |
# | `is_misused` | 擅自改变资金用途 |
# | `own_npl_share` | 同一债务人在本行债权的不良占比，0–1 |
# | `has_npl_elsewhere` | 同一债务人在他行有不良 |
#
# 逾期超过 90、270、360 天分别至少次级、可疑、损失；操作或技术原因宽限 7 天；本行债权不良超过 10% 至少次级，不超过但有不良、或他行有不良，至少关注，这几条只管非零售。

# %% answer="rule"
def classify(dpd, is_retail, repaid_by="自有资金", is_technical=False, is_misused=False, own_npl_share=0.0, has_npl_elsewhere=False):
    # BEGIN SOLUTION
    if dpd > 360:
        return "损失"
    if dpd > 270:
        return "可疑"
    if dpd > 90 or (not is_retail and own_npl_share > 0.1):
        return "次级"
    overdue = dpd > 0 and not (is_technical and dpd <= 7)
    linked = not is_retail and (own_npl_share > 0 or has_npl_elsewhere)
    return "关注" if overdue or linked or is_misused or repaid_by == "借新还旧" else "正常"
    # END SOLUTION


# %% [markdown]
# 检查第 9 题：没有任何情形，和逾期半年。

# %% check="rule" points=11
_classes = ("正常", "关注", "次级", "可疑", "损失")
assert classify(0, True) == "正常" and classify(0, False) == "正常", "没有任何情形应归“正常”。"
assert classify(180, False) == "次级", f"逾期 180 天应至少“次级”，现为 {classify(180, False)}。"
# BEGIN HIDDEN TESTS
assert classify(90, True) == "关注" and classify(91, True) == "次级", "次级要“超过”90 天：第 90 天还是关注，第 91 天才进不良。写成大于等于，不良率每月都多报一截。"
assert classify(270, True) == "次级" and classify(271, True) == "可疑", "可疑要“超过”270 天：第 270 天还是次级，第 271 天才是可疑。差一天，拨备就差一档。"
assert classify(360, True) == "可疑" and classify(361, True) == "损失", "损失要“超过”360 天：第 360 天还是可疑，第 361 天才是损失。早一天核销，能收回的钱也不追了。"
assert classify(1, True) == "关注" and classify(30, False) == "关注", "逾期一天就至少关注。“三十天以内算正常”是网上流传的错规则，照它写，一个月的逾期都没人盯。"
assert classify(0, False, repaid_by="合格续贷") == "正常", "符合条件的小微续贷不因续贷单独下调。续贷一律关注，好客户只好去借过桥。"
assert classify(0, True, repaid_by="借新还旧") == "关注", "借新还旧（不是符合条件的续贷）至少关注，不然停了工的也能一年一年滚下去。"
assert classify(7, False, is_technical=True) == "正常" and classify(8, False, is_technical=True) == "关注", "操作或技术原因只宽限 7 天：第 7 天不算逾期，第 8 天照算。"
assert classify(0, True, own_npl_share=0.5, has_npl_elsewhere=True) == "正常", "本行 10% 和他行不良这两条只管非零售：用到零售上，正常还款的人会被报成不良。"
assert classify(0, False, own_npl_share=0.1) == "关注", "刚好 10% 没有“超过”10%：还不是不良，但同一债务人已有不良，至少关注。"
assert classify(0, False, own_npl_share=0.11) == "次级", "非零售，本行债权不良超过 10%，其余的也至少次级：漏了它，同一户的窟窿只报一半。"
assert classify(0, False, has_npl_elsewhere=True) == "关注", "非零售，他行已有不良，至少关注：等到本行也逾期，就晚了。"
assert classify(0, True, is_misused=True) == "关注", "擅自改变资金用途，至少关注，零售也一样。"
assert classify(100, False, repaid_by="合格续贷") == "次级", "续贷以后又逾期的，天数照算：续贷不是免死牌。"
from itertools import product

from smeprofile.rules import class_grounds

for _d, _r, _by, _t, _m, _s, _e in product((0, 5, 7, 8, 91, 271, 361), (True, False), ("自有资金", "合格续贷", "借新还旧"), (True, False), (True, False), (0.0, 0.05, 0.3), (True, False)):
    _found = class_grounds(_d, is_retail=_r, is_technical=_t, uses_new_to_repay_old=_by == "借新还旧", is_misused=_m, own_npl_share=_s, has_npl_elsewhere=_e)
    _due = _found[0].risk_class if _found else "正常"
    assert classify(_d, _r, _by, _t, _m, _s, _e) == _due, f"逾期 {_d} 天、{'零售' if _r else '非零售'}、{_by}、技术原因 {_t}、挪用 {_m}、本行不良占比 {_s:.0%}、他行不良 {_e}：几条都碰上要取最重的，应为{_due}。"
# END HIDDEN TESTS

# %% [markdown] discussion="rule"
# 从最重的往下写，先返回的就是最重的。本题只写核对过的条文；同业合计、预期信用损失占比、重组观察期要查原文。`rules.class_grounds` 还会说出是哪一条。

# %% sample="rule" mistake="90 天边界" says="第 90 天还是关注"
def classify(dpd, is_retail, repaid_by="自有资金", is_technical=False, is_misused=False, own_npl_share=0.0, has_npl_elsewhere=False):
    if dpd > 360:
        return "损失"
    if dpd > 270:
        return "可疑"
    if dpd >= 90 or (not is_retail and own_npl_share > 0.1):
        return "次级"
    overdue = dpd > 0 and not (is_technical and dpd <= 7)
    linked = not is_retail and (own_npl_share > 0 or has_npl_elsewhere)
    return "关注" if overdue or linked or is_misused or repaid_by == "借新还旧" else "正常"

# %% sample="rule" mistake="270 天边界" says="第 270 天还是次级"
def classify(dpd, is_retail, repaid_by="自有资金", is_technical=False, is_misused=False, own_npl_share=0.0, has_npl_elsewhere=False):
    if dpd > 360:
        return "损失"
    if dpd >= 270:
        return "可疑"
    if dpd > 90 or (not is_retail and own_npl_share > 0.1):
        return "次级"
    overdue = dpd > 0 and not (is_technical and dpd <= 7)
    linked = not is_retail and (own_npl_share > 0 or has_npl_elsewhere)
    return "关注" if overdue or linked or is_misused or repaid_by == "借新还旧" else "正常"

# %% sample="rule" mistake="360 天边界" says="第 360 天还是可疑"
def classify(dpd, is_retail, repaid_by="自有资金", is_technical=False, is_misused=False, own_npl_share=0.0, has_npl_elsewhere=False):
    if dpd >= 360:
        return "损失"
    if dpd > 270:
        return "可疑"
    if dpd > 90 or (not is_retail and own_npl_share > 0.1):
        return "次级"
    overdue = dpd > 0 and not (is_technical and dpd <= 7)
    linked = not is_retail and (own_npl_share > 0 or has_npl_elsewhere)
    return "关注" if overdue or linked or is_misused or repaid_by == "借新还旧" else "正常"

# %% sample="rule" mistake="续贷一律关注" says="续贷一律关注，好客户"
def classify(dpd, is_retail, repaid_by="自有资金", is_technical=False, is_misused=False, own_npl_share=0.0, has_npl_elsewhere=False):
    if dpd > 360:
        return "损失"
    if dpd > 270:
        return "可疑"
    if dpd > 90 or (not is_retail and own_npl_share > 0.1):
        return "次级"
    overdue = dpd > 0 and not (is_technical and dpd <= 7)
    linked = not is_retail and (own_npl_share > 0 or has_npl_elsewhere)
    return "关注" if overdue or linked or is_misused or repaid_by != "自有资金" else "正常"

# %% sample="rule" mistake="10% 规定用到零售" says="只管非零售：用到零售上"
def classify(dpd, is_retail, repaid_by="自有资金", is_technical=False, is_misused=False, own_npl_share=0.0, has_npl_elsewhere=False):
    if dpd > 360:
        return "损失"
    if dpd > 270:
        return "可疑"
    if dpd > 90 or own_npl_share > 0.1:
        return "次级"
    overdue = dpd > 0 and not (is_technical and dpd <= 7)
    return "关注" if overdue or own_npl_share > 0 or has_npl_elsewhere or is_misused or repaid_by == "借新还旧" else "正常"

# %% sample="rule" mistake="信了网上“三十天以内算正常”" says="网上流传的错规则"
def classify(dpd, is_retail, repaid_by="自有资金", is_technical=False, is_misused=False, own_npl_share=0.0, has_npl_elsewhere=False):
    if dpd > 360:
        return "损失"
    if dpd > 270:
        return "可疑"
    if dpd > 90 or (not is_retail and own_npl_share > 0.1):
        return "次级"
    linked = not is_retail and (own_npl_share > 0 or has_npl_elsewhere)
    return "关注" if dpd > 30 or linked or is_misused or repaid_by == "借新还旧" else "正常"

# %% sample="rule" mistake="刚好 10% 当成超过" says="刚好 10% 没有"
def classify(dpd, is_retail, repaid_by="自有资金", is_technical=False, is_misused=False, own_npl_share=0.0, has_npl_elsewhere=False):
    if dpd > 360:
        return "损失"
    if dpd > 270:
        return "可疑"
    if dpd > 90 or (not is_retail and own_npl_share >= 0.1):
        return "次级"
    overdue = dpd > 0 and not (is_technical and dpd <= 7)
    linked = not is_retail and (own_npl_share > 0 or has_npl_elsewhere)
    return "关注" if overdue or linked or is_misused or repaid_by == "借新还旧" else "正常"

# %% [markdown]
# 最后一题用你自己的支行。先运行下面这一格，分到的支行编号记在 `BRANCH` 里（想看是哪一家，新开一格写 `BRANCH` 运行）。邻座多半不是同一家，数也不一样。

# %%
BRANCH = sp.own_branch(VARIANT_KEY)  # 你的支行

# %% [markdown] task="own" track="analyst"
# ### 第 10 题　你的支行：坏过的，今天还看得见几条（9 分，分析岗）
#
# 只看**你的支行** `BRANCH` 的客户（`customers` 里 `branch_id` 等于它的），用上面的 `months`，一条续贷链（`chain_id`）算一条。取**放款当月末距最后一个月末 `day` 12 到 35 个月**（都含）的链：放款当月末就是这条链最早的 `month_end`。
#
# **坏过** = 到 `day` 为止，任何一个月末逾期超过 90 天，或状态是核销。**还在账** = 在 `day` 那个月末有一行 `status` 是 `在账`。算出字典 `own`：
#
# | 键 | 含义 |
# |---|---|
# | `n` | 链数（整批，离开账面的也算） |
# | `n_bad` | 其中坏过的链数 |
# | `n_bad_on_books` | 坏过、今天还在账的链数 |
# | `bad_rate` | `n_bad ÷ n`，没有链时记 0 |
#
# 四个都是普通的数（`int`、`float`）。

# %% answer="own"
# BEGIN SOLUTION
_own = months[months["customer_id"].isin(customers.loc[customers["branch_id"] == BRANCH, "customer_id"])]
_by_chain = _own.groupby("chain_id")
_start = _by_chain["month_end"].min()
_age = (day.year - _start.dt.year) * 12 + day.month - _start.dt.month
_ever = ((_own["dpd"] > 90) | (_own["status"] == "核销")).groupby(_own["chain_id"]).any()
_now = set(_own.loc[(_own["month_end"] == day) & (_own["status"] == "在账"), "chain_id"])
_ever = _ever[_age.between(12, 35)]
own = {
    "n": len(_ever),
    "n_bad": int(_ever.sum()),
    "n_bad_on_books": int(_ever[_ever.index.isin(_now)].sum()),
    "bad_rate": float(_ever.mean()) if len(_ever) else 0.0,
}
# END SOLUTION

# %% [markdown]
# 检查第 10 题：形状对不对。

# %% check="own" points=9
assert isinstance(own, dict) and set(own) == {"n", "n_bad", "n_bad_on_books", "bad_rate"}, "own 应是字典，有 n、n_bad、n_bad_on_books、bad_rate 四个键。"
assert own["n_bad_on_books"] <= own["n_bad"] <= own["n"], "还在账的坏链不会比坏链多，坏链不会比全部多：看看是不是填反了。"
assert 0 <= own["bad_rate"] <= 1, f"bad_rate 是 0–1 的比率，现为 {own['bad_rate']}。"
# BEGIN HIDDEN TESTS
def _counted(rows, key="chain_id"):
    first = rows.groupby(key)["month_end"].min()
    age = (day.year - first.dt.year) * 12 + day.month - first.dt.month
    ever = ((rows["dpd"] > 90) | (rows["status"] == "核销")).groupby(rows[key]).any()[age.between(12, 35)]
    alive = ever.index.isin(rows.loc[(rows["month_end"] == day) & (rows["status"] == "在账"), key])
    return {"n": len(ever), "n_bad": int(ever.sum()), "alive": int(alive.sum()), "seen": int(ever[alive].sum())}


_members = customers.loc[customers["branch_id"] == BRANCH, "customer_id"]
_mine = months[months["customer_id"].isin(_members)]
_due, _whole, _notes = _counted(_mine), _counted(months), _counted(_mine, "loan_id")
_n, _bad_n = own["n"], own["n_bad"]
assert _n == _due["n"] or _n != _whole["n"], "n 是全行的数：你用了全行的数据。要只看你的支行，支行之间好坏差得不少，拿全行的去评一家，奖罚都会错。"
assert _n == _due["n"] or _n != _due["alive"], "n 只数了今天还在账的链：还清的、核销的都不见了，这是幸存者，坏账率说不准偏到哪边。"
assert _n == _due["n"] or _n != _notes["n"], "n 数的是借据，不是续贷链：续贷一次就换一个编号，同一笔钱被数了几遍，分母就大了。"
assert _n == _due["n"], f"n 不对，现为 {_n}。看看：是不是你的支行、放款月末距 day 是不是 12 到 35 个月（都含）、是不是按续贷链数。"
assert _bad_n == _due["n_bad"] or _bad_n != _due["seen"], "n_bad 只数了今天还看得见的坏链：核销、转让、后来还清的也坏过，漏了它们，坏账率少报一大截。"
assert _bad_n == _due["n_bad"], f"n_bad 不对，现为 {_bad_n}。坏过是任何一个月末逾期超过 90 天，或状态是核销。"
assert own["n_bad_on_books"] == _due["seen"], f"n_bad_on_books 不对，现为 {own['n_bad_on_books']}：在 day 那个月末有“在账”一行的才算还在账。"
assert abs(own["bad_rate"] - (_due["n_bad"] / _due["n"] if _due["n"] else 0)) < 1e-6, "bad_rate = n_bad ÷ n，0–1，不用百分数。"
# END HIDDEN TESTS

# %% [markdown] discussion="own"
# 让几个学员报各自支行的 n_bad 和 n_bad_on_books：只拿余额表的人，看不见差出来的那些。支行小的，坏链只有几条，比率不稳，别拿来排名。

# %% sample="own" mistake="用了全行的数据" says="你用了全行的数据"
_start = months.groupby("chain_id")["month_end"].min()
_age = (day.year - _start.dt.year) * 12 + day.month - _start.dt.month
_ever = ((months["dpd"] > 90) | (months["status"] == "核销")).groupby(months["chain_id"]).any()[_age.between(12, 35)]
_now = set(months.loc[(months["month_end"] == day) & (months["status"] == "在账"), "chain_id"])
own = {"n": len(_ever), "n_bad": int(_ever.sum()), "n_bad_on_books": int(_ever[_ever.index.isin(_now)].sum()), "bad_rate": float(_ever.mean())}

# %% sample="own" mistake="幸存者：只数还在账的" says="n 只数了今天还在账的链"
_own = months[months["customer_id"].isin(customers.loc[customers["branch_id"] == BRANCH, "customer_id"])]
_now = set(_own.loc[(_own["month_end"] == day) & (_own["status"] == "在账"), "chain_id"])
_own = _own[_own["chain_id"].isin(_now)]
_start = _own.groupby("chain_id")["month_end"].min()
_age = (day.year - _start.dt.year) * 12 + day.month - _start.dt.month
_ever = ((_own["dpd"] > 90) | (_own["status"] == "核销")).groupby(_own["chain_id"]).any()[_age.between(12, 35)]
own = {"n": len(_ever), "n_bad": int(_ever.sum()), "n_bad_on_books": int(_ever.sum()), "bad_rate": float(_ever.mean())}

# %% sample="own" mistake="借据口径当续贷链口径" says="n 数的是借据"
_own = months[months["customer_id"].isin(customers.loc[customers["branch_id"] == BRANCH, "customer_id"])]
_start = _own.groupby("loan_id")["month_end"].min()
_age = (day.year - _start.dt.year) * 12 + day.month - _start.dt.month
_ever = ((_own["dpd"] > 90) | (_own["status"] == "核销")).groupby(_own["loan_id"]).any()[_age.between(12, 35)]
_now = set(_own.loc[(_own["month_end"] == day) & (_own["status"] == "在账"), "loan_id"])
own = {"n": len(_ever), "n_bad": int(_ever.sum()), "n_bad_on_books": int(_ever[_ever.index.isin(_now)].sum()), "bad_rate": float(_ever.mean())}

# %% [markdown]
# ## 交作业
#
# 1. 菜单“内核 → 重启内核并运行所有单元格”，确认做了的题检查都通过。
# 2. 回到首页（菜单“课程 → 首页”），点“交作业”。交了还能改、再交，以最后一次为准。
# 3. 老师批改后，首页会出现“取回反馈”；以 zip 交的，把老师发还的 zip 解压到 `workspace`。
