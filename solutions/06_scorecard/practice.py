# %% [markdown]
# # 06 练习：信用评分卡
#
# **时长** 75 分钟 · **满分** 100 分 · **前置** 06 课程
#
# - 标着「全员必做」的 6 题用鼠标选或填数，合计 58 分；标着「分析岗」的 5 题写几行代码，对客户经理是选做。
# - 打开后先用菜单“运行 → 运行所有单元格”：题目就会出现。没做的题会有红字，不用管它。
# - 选过的会自动保存。每题下面有一个检查单元：运行它，红字会说可能错在哪。没有红字不等于全对：检查只看形式和最常见的错，批改时还有更多测试。
# - 题与题互不依赖，可以跳着做。一题里各问都对才得分，题面写明按利润给分的除外。做错了随时重来，以最后一次提交为准。

# %% [markdown]
# 先运行下面几个单元。第一个是本班的参数，不用改，批改时会按老师的版本重置。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点：数据的最后一天
VARIANT_KEY = "511dfe7cf5e096aa"  # 本班的分派码：和你的工号一起决定你分到哪个支行

# %%
import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import smeprofile as sp
from smeprofile import ask
from smeprofile.charts import PALETTE, show, theme
from smeprofile.credit import FEATURES, borrower_sample, cutoff_table, fit

theme()

# %% [markdown]
# 全部题目用同一套约定，和课程一样：
#
# - **坏**：客户口径，季末之后 12 个月里，任何一笔贷款月末逾期超过 90 天，或已核销；12 个月没过完的，不算好也不算坏。
# - **WOE** = ln(好占比 ÷ 坏占比)，正数更安全；**评分**高是安全；坏账率的分母是户次。
# - **刻度**：好坏比 60 记 600 分，每翻一番加 20 分。
#
# 下面用训练样本做一张卡，给各季末的在贷客户打分。数据是合成的。

# %% tags=["hide-input"]
_sample = borrower_sample(AS_OF)
EXAM = _sample.loc[_sample["is_bad"].notna(), "as_of"].max()  # 最近一个知道结果的季末：时间外
TRAIN_END = EXAM - pd.offsets.MonthEnd(12)  # 训练样本最晚的季末
_train = _sample[_sample["as_of"] <= TRAIN_END]
_card = fit(_train[list(FEATURES)], _train["is_bad"].astype(int), max_bins=5)
_scored = _sample.assign(score=_card.score(_sample).round(1), pd_12m=_card.pd_12m(_sample))
BOOK = _scored.loc[_scored["is_bad"].notna(), ["customer_id", "branch_id", "as_of", "score", "pd_12m", "is_bad"]]
BOOK = BOOK.assign(is_bad=BOOK["is_bad"].astype(int)).reset_index(drop=True)
DUE = _scored.loc[_scored["as_of"] == _scored["as_of"].max(), ["score", "pd_12m"]].reset_index(drop=True)
print(f"知道结果的 {len(BOOK):,} 户次；最近一个季末的在贷客户 {len(DUE):,} 户，结果还不知道。")

# %% [markdown]
# ## 一、选线、读表、读图（全员必做）
#
# 第 1 题要用的数：最近一个季末的在贷客户，一年后才知道好坏，今天只能按卡上的违约概率算**预期**。仿真参数：一户好客户一年净赚八千元，一户坏客户亏二十五万元（和课上的不同，线要重算）。

# %% tags=["hide-input"]
GAIN_CNY, LOSS_CNY = 8_000, 250_000  # 仿真参数
_lines = cutoff_table(DUE["score"], DUE["pd_12m"], gain_cny=GAIN_CNY, loss_cny=LOSS_CNY, step=10)
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 2.8))
left.plot(_lines.index, _lines["approval_rate"] * 100, color=PALETTE[0])
left.set(title="线越高，自动通过的越少", xlabel="分数线", ylabel="自动通过率（%）")
right.plot(_lines.index, _lines["bad_rate"] * 100, color=PALETTE[2])
right.set(title="线越高，通过的人风险越低", xlabel="分数线", ylabel="预期坏账率（%）")
figure.tight_layout()
show(figure)
_table = pd.DataFrame({"自动通过": (_lines["approval_rate"] * len(DUE)).round().astype(int), "其中预期坏户": _lines["n_bad"].round(1) + 0.0, "预期坏账率": _lines["bad_rate"].map("{:.2%}".format).replace("nan%", "—")})
_table[(_lines["approval_rate"] < 0.995) | (_lines["approval_rate"].shift(-1) < 0.995)].rename_axis(index=None, columns="分数线")

# %% [markdown] task="cutoff" track="all"
# ### 第 1 题　自动续贷的分数线（12 分，全员必做）
#
# 给自动续贷选一条分数线：达到或超过的自动通过，不到的转人工（这里按不放算）。表里有每条线自动通过多少户、其中预期坏多少户。**预期利润** = 好户数 × 0.8 万元 − 坏户数 × 25 万元。
#
# 预期利润在最优的 95% 以上得满分；低于它，按比最省事的做法（全部通过，或全部不放，取较好的）多赚多少给分。可以用计算器，也可以先想：违约概率多高的客户，放出去就是亏？

# %% answer="cutoff" tags=["hide-input"]
cutoff = ask.number("cutoff", {"c1": "自动续贷的分数线"}, units={"c1": "分"})
# BEGIN SOLUTION
cutoff = {"c1": 580}
# END SOLUTION

# %% [markdown]
# 检查第 1 题：填了没有，是不是一个分数。

# %% check="cutoff" points=12
assert cutoff["c1"] is not None, "还没有填分数线。"
assert 300 <= cutoff["c1"] <= 900, f"分数线应在 300 到 900 之间，现为 {cutoff['c1']:g}：填的是分数，不是通过率。"
# BEGIN HIDDEN TESTS
from smeprofile.credit import profit_at, scaling
from smeprofile.verdicts import share_of_profit, tell_profit

_a, _b = scaling()
_line = round(_a + _b * math.log(LOSS_CNY / GAIN_CNY), 1)  # where a customer neither earns nor costs


def _earned(line):
    return profit_at(line, DUE["score"], DUE["pd_12m"], gain_cny=GAIN_CNY, loss_cny=LOSS_CNY) / 1e4


_best, _mine = _earned(_line), _earned(cutoff["c1"])
_share = share_of_profit(_mine, _best, max(_earned(0), 0.0))
_why = "在最好的一带里。" if _share == 1 else (
    "线太低：放进来的一格里，坏客户亏的比好客户赚的多。" if cutoff["c1"] < _line else "线太高：挡在外面的多数是能赚钱的好客户，坏账率好看，利润没了。"
)
tell_profit(_mine, _best, unit="万元", why=_why)
round(12 * _share, 2)
# END HIDDEN TESTS

# %% [markdown] discussion="cutoff"
# 盈亏平衡的好坏比是 250000 ÷ 8000 = 31.25，换成分数是 481.86 + 28.85 × ln 31.25，约 581。顶上是平的，五分以内都差不多。讲评时问：损失减半，线往哪走？

# %% sample="cutoff" mistake="来者不拒" says="线太低" earns=0
cutoff = {"c1": 300}

# %% sample="cutoff" mistake="只看坏账率，线划得太高" says="线太高" earns=0
cutoff = {"c1": 700}

# %% [markdown] task="bins" track="all"
# ### 第 2 题　读分箱表（9 分，全员必做）
#
# 特征是“贷款余额比年货款流入”（教学例子）：
#
# | 箱 | 范围 | 户次 | 坏 | 坏账率 | WOE |
# |---|---|---|---|---|---|
# | A | 不到 0.1 | 4,000 | 40 | 1.0% | +0.86 |
# | B | 0.1–0.3 | 4,000 | 80 | 2.0% | +0.16 |
# | C | 0.3–0.31 | 60 | 0 | 0.0% | +1.06 |
# | D | 0.31 以上 | 2,500 | 100 | 4.0% | −0.56 |
# | 缺失 | 没有流入记录 | 1,440 | 60 | 4.2% | −0.60 |

# %% answer="bins" tags=["hide-input"]
bins = ask.choices(
    "bins",
    {
        "b1": "哪一箱最可疑？",
        "b2": "可疑的那一箱怎么办？",
        "b3": "处理好那一箱以后，从 A 到最后一箱，坏账率怎么走？",
        "b4": "这个走向，业务上说得通吗？",
        "b5": "缺失的那一箱怎么办？",
    },
    {
        "b1": ["A", "B", "C", "D"],
        "b2": ["坏账率是零，加最多的分", "并到相邻的箱", "把这些客户删掉"],
        "b3": ["一路往上", "一路往下", "有升有降"],
        "b4": ["说得通：借得比收入多，还起来越吃力", "说不通：借得多说明银行信任他", "不用管，数据说了算"],
        "b5": ["填 0，归进 A", "填平均数", "自成一箱，先问为什么缺"],
    },
)
# BEGIN SOLUTION
bins = {"b1": "C", "b2": "并到相邻的箱", "b3": "一路往上", "b4": "说得通：借得比收入多，还起来越吃力", "b5": "自成一箱，先问为什么缺"}
# END SOLUTION

# %% [markdown]
# 检查第 2 题：是不是都选了。

# %% check="bins" points=9
todo = [key for key, choice in bins.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(bins) == {f"b{n}" for n in range(1, 6)}, "应有 b1 到 b5 五问，请不要增删。"
# BEGIN HIDDEN TESTS
assert bins["b5"] != "填 0，归进 A", "b5：没有流入记录不是借得少。填 0 归进 A，坏账率 4.2% 的人拿到最安全的分。"
assert bins["b2"] != "坏账率是零，加最多的分", "b2：六十户次里一户坏的也没有，多半是运气。照它加分，下一批刚好落在这一段的人全部多批。"
assert bins["b1"] == "C", "b1：看户次和坏户数。C 太薄，一户坏的也没有，WOE 却最高，夹在中间还断了走向。"
assert bins["b2"] == "并到相邻的箱", "b2：薄箱并到隔壁，不删客户：删了，这些人来了就没有分。"
assert bins["b3"] == "一路往上", "b3：并掉 C 以后是 1.0%、2.0%、再到 4% 左右，只升不降。"
assert bins["b4"].startswith("说得通"), "b4：走向要有业务道理。说不出道理的特征，换一年就可能反过来，客户问起来也解释不了。"
assert bins["b5"].startswith("自成一箱"), "b5：缺失自己就是一条信息。填平均数，坏账率高的人混进了中间。"
# END HIDDEN TESTS

# %% [markdown] discussion="bins"
# 四样：厚薄、单调、缺失、业务。C 的 WOE 是照第 7 题的规则，好坏各加半户算出来的，加半户也救不了只有六十户次的事实。

# %% sample="bins" mistake="薄箱当真" says="多半是运气"
bins = {"b1": "C", "b2": "坏账率是零，加最多的分", "b3": "一路往上", "b4": "说得通：借得比收入多，还起来越吃力", "b5": "自成一箱，先问为什么缺"}

# %% sample="bins" mistake="缺失填 0" says="不是借得少"
bins = {"b1": "C", "b2": "并到相邻的箱", "b3": "一路往上", "b4": "说得通：借得比收入多，还起来越吃力", "b5": "填 0，归进 A"}

# %% sample="bins" mistake="不问业务道理" says="要有业务道理"
bins = {"b1": "C", "b2": "并到相邻的箱", "b3": "一路往上", "b4": "不用管，数据说了算", "b5": "自成一箱，先问为什么缺"}

# %% [markdown] task="direction" track="all"
# ### 第 3 题　方向对不对（10 分，全员必做）
#
# 本课程声明：WOE = ln(好占比 ÷ 坏占比)，评分高是安全。两位同事各交一张“近 12 月逾期月数”的 WOE 表（教学例子），另有一张卡上线半年的结果：
#
# | 逾期月数 | 坏账率 | 甲表 WOE | 乙表 WOE |
# |---|---|---|---|
# | 0 | 1.7% | +0.31 | −0.31 |
# | 1 及以上 | 10.3% | −1.59 | +1.59 |
#
# | 分数从低到高（五档） | 第一档 | 第二档 | 第三档 | 第四档 | 第五档 |
# |---|---|---|---|---|---|
# | 上线半年的坏账率 | 0.9% | 1.3% | 1.9% | 3.0% | 6.1% |

# %% answer="direction" tags=["hide-input"]
direction = ask.choices(
    "direction",
    {
        "d1": "哪张表符合声明？",
        "d2": "用符合声明的表做逻辑回归，预测“坏”，这个特征的系数应是？",
        "d3": "一户从没有逾期变成逾期两个月，分数怎么变？",
        "d4": "系数没有换，却把另一张表接进系统，会怎样？",
        "d5": "看那张卡上线半年的结果，先做什么？",
    },
    {
        "d1": ["甲表", "乙表", "两张都符合"],
        "d2": ["正数", "负数"],
        "d3": ["升高", "降低", "不变"],
        "d4": ["没有影响，绝对值一样", "逾期的反而加分，自动通过的是最差的", "所有人的分同时降低"],
        "d5": ["正常，接着用", "停掉自动通过，查 WOE 的方向", "把分数线抬高"],
    },
)
# BEGIN SOLUTION
direction = {"d1": "甲表", "d2": "负数", "d3": "降低", "d4": "逾期的反而加分，自动通过的是最差的", "d5": "停掉自动通过，查 WOE 的方向"}
# END SOLUTION

# %% [markdown]
# 检查第 3 题：是不是都选了。

# %% check="direction" points=10
todo = [key for key, choice in direction.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(direction) == {f"d{n}" for n in range(1, 6)}, "应有 d1 到 d5 五问，请不要增删。"
# BEGIN HIDDEN TESTS
assert direction["d1"] == "甲表", "d1：坏账率 10.3% 的那一箱比平均差，按声明 WOE 应是负数，是甲表。用错表，最差的一箱加分最多。"
assert direction["d5"] not in ("正常，接着用", "把分数线抬高"), "d5：分越高，坏账率越高，分数和坏账率反着走。接着用或抬高线，放进来的正好是最差的。"
assert direction["d2"] == "负数", "d2：WOE 越大越安全，坏的可能越小，所以系数是负的。系数成了正数，先别上线。"
assert direction["d3"] == "降低", "d3：逾期多了，WOE 由正变负，分数降低。升高就等于奖励逾期。"
assert direction["d4"].startswith("逾期的反而加分"), "d4：符号反了，系数没反，加分变减分。绝对值一样，结果正好相反。"
# END HIDDEN TESTS

# %% [markdown] discussion="direction"
# 两种方向在书上都有，没有谁对谁错，错在没写明、接的时候没核对。上线前拿一户逾期的和一户没逾期的各打一次分，一分钟就能发现。

# %% sample="direction" mistake="WOE 方向与声明不一致" says="用错表"
direction = {"d1": "乙表", "d2": "负数", "d3": "降低", "d4": "逾期的反而加分，自动通过的是最差的", "d5": "停掉自动通过，查 WOE 的方向"}

# %% sample="direction" mistake="分数与坏账率反着走还接着用" says="反着走"
direction = {"d1": "甲表", "d2": "负数", "d3": "降低", "d4": "逾期的反而加分，自动通过的是最差的", "d5": "正常，接着用"}

# %% sample="direction" mistake="以为接反了没有影响" says="加分变减分"
direction = {"d1": "甲表", "d2": "负数", "d3": "降低", "d4": "没有影响，绝对值一样", "d5": "停掉自动通过，查 WOE 的方向"}

# %% [markdown]
# 第 4 题要看的图：时间外样本上，甲卡和乙卡按预测风险分五组，各组的预测和实际坏账率。乙卡是甲卡每户的违约概率都乘 0.4，名次没有动。

# %% tags=["hide-input"]
_oot = BOOK[BOOK["as_of"] == EXAM]
_group = pd.qcut(_oot["pd_12m"].rank(method="first"), 5, labels=["最低", "较低", "中", "较高", "最高"])
_shown = pd.DataFrame({"实际": _oot["is_bad"], "甲卡预测": _oot["pd_12m"], "乙卡预测": 0.4 * _oot["pd_12m"]}).groupby(_group, observed=True).mean() * 100
figure, axes = plt.subplots(figsize=(7, 3))
for (name, values), marker in zip(_shown.items(), "os^", strict=True):
    axes.plot(_shown.index, values, marker=marker, label=name)
axes.set(title=f"平均：实际 {_oot['is_bad'].mean():.1%}，甲卡报 {_oot['pd_12m'].mean():.1%}，乙卡报 {0.4 * _oot['pd_12m'].mean():.1%}；名次完全一样", xlabel="预测的风险", ylabel="12 个月坏账率（%）")
axes.legend()
show(figure)

# %% [markdown] task="reading" track="all"
# ### 第 4 题　AUC 高，概率不准（9 分，全员必做）
#
# 看上面的图回答。r6 另给一张丙卡：训练 AUC 0.86，时间外 AUC 0.61。

# %% answer="reading" tags=["hide-input"]
reading = ask.choices(
    "reading",
    {
        "r1": "甲、乙两张卡的 AUC，哪个高？",
        "r2": "乙卡报的概率和实际比？",
        "r3": "直接拿乙卡的概率定价，会怎样？",
        "r4": "乙卡要先做什么？",
        "r5": "人手不够，要排谁先拜访，现在能用乙卡吗？",
        "r6": "丙卡怎么向行长汇报？",
    },
    {
        "r1": ["甲卡高", "乙卡高", "一样高"],
        "r2": ["偏低", "偏高", "贴着走"],
        "r3": ["风险成本少算，贷款卖便宜了", "没有影响，AUC 高就行", "风险成本多算，贷款卖贵了"],
        "r4": ["重做一张卡", "重新校准，名次不动", "把分数线抬高"],
        "r5": ["能，排队只看名次", "不能，概率不准就什么都不能用"],
        "r6": ["报训练的 0.86", "报时间外的 0.61，先不上线，查过拟合", "取平均，报 0.74"],
    },
)
# BEGIN SOLUTION
reading = {"r1": "一样高", "r2": "偏低", "r3": "风险成本少算，贷款卖便宜了", "r4": "重新校准，名次不动", "r5": "能，排队只看名次", "r6": "报时间外的 0.61，先不上线，查过拟合"}
# END SOLUTION

# %% [markdown]
# 检查第 4 题：是不是都选了。

# %% check="reading" points=9
todo = [key for key, choice in reading.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(reading) == {f"r{n}" for n in range(1, 7)}, "应有 r1 到 r6 六问，请不要增删。"
# BEGIN HIDDEN TESTS
assert reading["r6"] not in ("报训练的 0.86", "取平均，报 0.74"), "r6：训练的成绩是开卷考。没有时间外的成绩，上线以后坏账会比汇报的多，行长是按你的数放的款。"
assert reading["r3"] != "没有影响，AUC 高就行", "r3：AUC 只管名次，价格里用的是概率。概率少报一半多，风险成本也少收一半多。"
assert reading["r4"] != "重做一张卡", "r4：名次是好的，差的只是水平。重做要几个月，平移一下截距几分钟就够，不该白等。"
assert reading["r1"] == "一样高", "r1：每户都乘同一个数，谁在前谁在后没有变，AUC 一样。"
assert reading["r2"] == "偏低", "r2：乙卡的线一直在实际的下面，报低了。"
assert reading["r3"].startswith("风险成本少算"), "r3：概率报低，风险成本就少算，卖便宜了。"
assert reading["r4"].startswith("重新校准"), "r4：先校准。线抬高，定价还是错的。"
assert reading["r5"].startswith("能"), "r5：排队只看先后，乙卡的先后和甲卡一样。不用它，人手就白白浪费。"
assert reading["r6"].startswith("报时间外"), "r6：报时间外的。"
# END HIDDEN TESTS

# %% [markdown] discussion="reading"
# 让学员各说一件“只要名次”的事（排拜访、排催收）和一件“要概率”的事（定价、拨备、分数线）。

# %% sample="reading" mistake="AUC 高就拿去定价" says="AUC 只管名次"
reading = {"r1": "一样高", "r2": "偏低", "r3": "没有影响，AUC 高就行", "r4": "重新校准，名次不动", "r5": "能，排队只看名次", "r6": "报时间外的 0.61，先不上线，查过拟合"}

# %% sample="reading" mistake="无 OOT：拿训练成绩汇报" says="开卷考"
reading = {"r1": "一样高", "r2": "偏低", "r3": "风险成本少算，贷款卖便宜了", "r4": "重新校准，名次不动", "r5": "能，排队只看名次", "r6": "报训练的 0.86"}

# %% sample="reading" mistake="概率不准就重做" says="平移一下截距"
reading = {"r1": "一样高", "r2": "偏低", "r3": "风险成本少算，贷款卖便宜了", "r4": "重做一张卡", "r5": "能，排队只看名次", "r6": "报时间外的 0.61，先不上线，查过拟合"}

# %% [markdown] task="variables" track="all"
# ### 第 5 题　这个变量能不能用（10 分，全员必做）
#
# 要做的是**续贷审批当天**用的评分卡。给每个变量选一项：`可以用`、`贷后才知道`（审批以后才发生或才看得到）、`不得用`（没有相应授权，或不该用来决定批不批）、`只是编号`。

# %% answer="variables" tags=["hide-input"]
variables = ask.choices(
    "variables",
    {
        "v1": "审批前 12 个月有几个月末逾期。",
        "v2": "续贷放款以后第三个月的额度使用率。",
        "v3": "核销日期。",
        "v4": "客户号。",
        "v5": "实际控制人的性别。",
        "v6": "征信报告里的他行贷款家数；书面授权约定用于授信审批，仍有效。",
        "v7": "征信报告里的查询次数；授权只约定用于贷后管理。",
        "v8": "审批前三个月的日均存款。",
        "v9": "续贷放款以后催收打过几次电话。",
        "v10": "实际控制人的宗教信仰。",
    },
    ["可以用", "贷后才知道", "不得用", "只是编号"],
)
# BEGIN SOLUTION
variables = {"v1": "可以用", "v2": "贷后才知道", "v3": "贷后才知道", "v4": "只是编号", "v5": "不得用", "v6": "可以用", "v7": "不得用", "v8": "可以用", "v9": "贷后才知道", "v10": "不得用"}
# END SOLUTION

# %% [markdown]
# 检查第 5 题：是不是都选了。

# %% check="variables" points=10
todo = [key for key, choice in variables.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(variables) == {f"v{n}" for n in range(1, 11)}, "应有 v1 到 v10 十个变量，请不要增删。"
# BEGIN HIDDEN TESTS
assert all(variables[k] == "贷后才知道" for k in ("v2", "v3", "v9")), "v2、v3、v9：审批那天还没有发生，是贷后变量泄漏。训练时成绩惊人，上线那天人人缺失，线就划错了。"
assert variables["v7"] == "不得用", "v7：授权约定的是贷后管理，拿来审批就是用途不符；查得到不等于用得了，查出来要受罚。"
assert variables["v6"] == "可以用", "v6：书面授权约定了授信审批，又在有效期里，可以用；不敢用，就丢了多头借贷的线索。"
assert variables["v5"] == "不得用" and variables["v10"] == "不得用", "v5、v10：性别、宗教不该决定批不批：对客户不公平，也解释不过去。"
assert variables["v4"] == "只是编号", "v4：编号没有含义，碰巧分得开是运气，下一批客户编号不同就没用了。"
assert variables["v1"] == "可以用" and variables["v8"] == "可以用", "v1、v8：审批以前就知道，又有业务道理，可以用。"
# END HIDDEN TESTS

# %% [markdown] discussion="variables"
# 三问：哪一天知道的？授权约定了什么用途？说得出业务道理吗？v3 最隐蔽：没有核销日期的人也被“缺失”泄露了。

# %% sample="variables" mistake="贷后变量泄漏" says="贷后变量泄漏"
variables = {"v1": "可以用", "v2": "可以用", "v3": "贷后才知道", "v4": "只是编号", "v5": "不得用", "v6": "可以用", "v7": "不得用", "v8": "可以用", "v9": "贷后才知道", "v10": "不得用"}

# %% sample="variables" mistake="授权用途不符也用" says="用途不符"
variables = {"v1": "可以用", "v2": "贷后才知道", "v3": "贷后才知道", "v4": "只是编号", "v5": "不得用", "v6": "可以用", "v7": "可以用", "v8": "可以用", "v9": "贷后才知道", "v10": "不得用"}

# %% sample="variables" mistake="拿性别决定批不批" says="对客户不公平"
variables = {"v1": "可以用", "v2": "贷后才知道", "v3": "贷后才知道", "v4": "只是编号", "v5": "可以用", "v6": "可以用", "v7": "不得用", "v8": "可以用", "v9": "贷后才知道", "v10": "不得用"}

# %% sample="variables" mistake="用编号当特征" says="编号没有含义"
variables = {"v1": "可以用", "v2": "贷后才知道", "v3": "贷后才知道", "v4": "可以用", "v5": "不得用", "v6": "可以用", "v7": "不得用", "v8": "可以用", "v9": "贷后才知道", "v10": "不得用"}

# %% [markdown] task="reject" track="all"
# ### 第 6 题　没批的人，后来怎样（8 分，全员必做）
#
# 一家行新客户的历史（教学例子）。策略要拒的人里，抽签放行了一小部分：
#
# | 哪一批 | 户数 | 12 个月坏账率 |
# |---|---|---|
# | 策略批的 | 10,000 | 2.0% |
# | 策略要拒、抽签放行的 | 600 | 4.5% |
# | 策略拒了、没有放行的 | 5,000 | 不知道 |
#
# 行长说：“历史坏账率才 2.0%，把线放低，多批五千户，坏账率也就 2.0%。”

# %% answer="reject" tags=["hide-input"]
reject = ask.choices(
    "reject",
    {
        "j1": "行长的话错在哪？",
        "j2": "那五千户的坏账率，最好的估计是？",
        "j3": "只用策略批的那一万户训练新卡，给被拒的人打分，会怎样？",
        "j4": "有人说：把五千户都当成坏客户放进训练。行不行？",
        "j5": "抽签放行的坏账率高，要不要停掉它？",
    },
    {
        "j1": ["没有错，历史数据支持", "批过的是挑过的人，不能代表没批的", "应该看金额，不看户数"],
        "j2": ["2.0%", "4.5% 左右，样本小，有误差", "100%"],
        "j3": ["分数可以直接信", "往往打得太乐观", "一定全部打成坏"],
        "j4": ["行，反正没批", "不行，里面大多数其实会还"],
        "j5": ["停，省下这点坏账", "留着小比例，这是买信息的钱"],
    },
)
# BEGIN SOLUTION
reject = {"j1": "批过的是挑过的人，不能代表没批的", "j2": "4.5% 左右，样本小，有误差", "j3": "往往打得太乐观", "j4": "不行，里面大多数其实会还", "j5": "留着小比例，这是买信息的钱"}
# END SOLUTION

# %% [markdown]
# 检查第 6 题：是不是都选了。

# %% check="reject" points=8
todo = [key for key, choice in reject.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(reject) == {f"j{n}" for n in range(1, 6)}, "应有 j1 到 j5 五问，请不要增删。"
# BEGIN HIDDEN TESTS
assert reject["j2"] != "2.0%" and reject["j1"] != "没有错，历史数据支持", "j1、j2：2.0% 是挑过的人的坏账率，这是拒绝样本偏差。照它多批五千户，坏客户会多出一倍还多，利润倒赔进去。"
assert reject["j4"] != "行，反正没批", "j4：抽签放行的里面，九成五以上都还了。都当成坏，旧策略看走眼的人永远没有机会，银行也永远赚不到这些户。"
assert reject["j5"] != "停，省下这点坏账", "j5：停了抽签，就再也不知道拒错了谁，下一张卡只能照着旧策略学。"
assert reject["j1"].startswith("批过的是挑过的"), "j1：看金额、看户数都一样，问题在人是挑过的。"
assert reject["j2"].startswith("4.5%"), "j2：抽签放行的是从被拒的人里抽出来的，最能代表他们。"
assert reject["j3"] == "往往打得太乐观", "j3：卡只学过挑过的人，没见过被拒的人身上的毛病，常常打高了。"
# END HIDDEN TESTS

# %% [markdown] discussion="reject"
# 2.0% 和 4.5% 都是真的，说的是不同的人。问全班：抽签放行一年多亏的钱怎么向行长交代？（亏的是学费，买回来的是线能不能放低的答案。）

# %% sample="reject" mistake="拒绝样本偏差" says="拒绝样本偏差"
reject = {"j1": "没有错，历史数据支持", "j2": "2.0%", "j3": "往往打得太乐观", "j4": "不行，里面大多数其实会还", "j5": "留着小比例，这是买信息的钱"}

# %% sample="reject" mistake="被拒的都当坏客户" says="都当成坏"
reject = {"j1": "批过的是挑过的人，不能代表没批的", "j2": "4.5% 左右，样本小，有误差", "j3": "往往打得太乐观", "j4": "行，反正没批", "j5": "留着小比例，这是买信息的钱"}

# %% sample="reject" mistake="停掉随机放行" says="停了抽签"
reject = {"j1": "批过的是挑过的人，不能代表没批的", "j2": "4.5% 左右，样本小，有误差", "j3": "往往打得太乐观", "j4": "不行，里面大多数其实会还", "j5": "停，省下这点坏账"}

# %% [markdown]
# ## 二、写成函数（分析岗）

# %% [markdown] task="woe" track="analyst"
# ### 第 7 题　WOE 和 IV（10 分，分析岗）
#
# 写函数 `woe_iv(counts)`：`counts` 一行一箱，索引是箱名，列 `n_good`、`n_bad` 是户次。返回同样索引的 DataFrame，两列：
#
# - `woe` = ln(好占比 ÷ 坏占比)，占比是这一箱占全部好（坏）户次的比例；
# - `iv` = (好占比 − 坏占比) × `woe`，逐箱给出，不求和；
# - 某一箱好或坏是 0 的，这一箱的好和坏各加 0.5 再算它的占比，分母仍用原来的合计（本题设定）。

# %% answer="woe"
def woe_iv(counts):
    # BEGIN SOLUTION
    empty = (counts["n_good"] == 0) | (counts["n_bad"] == 0)
    good = (counts["n_good"] + 0.5 * empty) / counts["n_good"].sum()
    bad = (counts["n_bad"] + 0.5 * empty) / counts["n_bad"].sum()
    woe = np.log(good / bad)
    return pd.DataFrame({"woe": woe, "iv": (good - bad) * woe})
    # END SOLUTION


# %% [markdown]
# 检查第 7 题：两箱，好的一箱和坏的一箱。

# %% check="woe" points=10
_two = pd.DataFrame({"n_good": [600, 400], "n_bad": [20, 80]}, index=["账上常有钱", "账上没钱"])
_out = woe_iv(_two)
assert list(_out.columns) == ["woe", "iv"] and list(_out.index) == list(_two.index), "应返回列 woe、iv，索引和输入的箱名一样。"
assert abs(abs(float(_out["woe"].iloc[0])) - math.log(3)) < 1e-9, f"第一箱占全部好的 60%、全部坏的 20%，WOE 的大小是 ln 3 = 1.0986，现为 {float(_out['woe'].iloc[0]):.4f}。"
# BEGIN HIDDEN TESTS
assert float(_out["woe"].iloc[0]) > 0 > float(_out["woe"].iloc[1]), "账上常有钱的一箱更安全，按声明 WOE 应为正：方向与声明不一致，接进评分，最差的人加分最多。"
assert float(_out["iv"].min()) >= 0, "IV 每一箱都不该是负数：好占比减坏占比和 WOE 同号。负的 IV 会把有用的特征删掉。"
assert abs(float(_out["iv"].sum()) - 0.4 * math.log(3) - 0.4 * math.log(2)) < 1e-9, f"IV 合计应为 (0.6 − 0.2)·ln 3 + (0.4 − 0.8)·ln 0.5，现为 {float(_out['iv'].sum()):.4f}：要乘占比之差。只加 WOE，薄箱和厚箱一样重。"
_zero = woe_iv(pd.DataFrame({"n_good": [50, 950], "n_bad": [0, 100]}, index=["薄", "厚"]))
assert np.isfinite(_zero.to_numpy(dtype=float)).all(), "有一箱没有坏户，WOE 成了无穷大：一箱六十人就能让总分无穷大，要先各加 0.5。"
assert abs(float(_zero["woe"].iloc[0]) - math.log((50.5 / 1000) / (0.5 / 100))) < 1e-9, "没有坏户的那一箱：好和坏各加 0.5，分母仍用原来的合计。"
assert abs(float(_zero["woe"].iloc[1]) - math.log(0.95 / 1.0)) < 1e-9, "只给有 0 的那一箱加 0.5，别的箱不动：全都加，厚箱的数也变了。"
# END HIDDEN TESTS

# %% [markdown] discussion="woe"
# 包里的 `woe_table` 对零坏户的箱用的是按总体比例补半户，数略有不同，方向和大小一致。方向一行断言就能守住。

# %% sample="woe" mistake="WOE 方向与声明不一致" says="方向与声明不一致"
def woe_iv(counts):
    empty = (counts["n_good"] == 0) | (counts["n_bad"] == 0)
    good = (counts["n_good"] + 0.5 * empty) / counts["n_good"].sum()
    bad = (counts["n_bad"] + 0.5 * empty) / counts["n_bad"].sum()
    return pd.DataFrame({"woe": np.log(bad / good), "iv": (bad - good) * np.log(bad / good)})

# %% sample="woe" mistake="没有坏户的箱得无穷大" says="无穷大"
def woe_iv(counts):
    good, bad = counts["n_good"] / counts["n_good"].sum(), counts["n_bad"] / counts["n_bad"].sum()
    with np.errstate(divide="ignore"):
        woe = np.log(good / bad)
    return pd.DataFrame({"woe": woe, "iv": (good - bad) * woe})

# %% sample="woe" mistake="IV 忘了乘占比之差" says="薄箱和厚箱一样重"
def woe_iv(counts):
    empty = (counts["n_good"] == 0) | (counts["n_bad"] == 0)
    good = (counts["n_good"] + 0.5 * empty) / counts["n_good"].sum()
    bad = (counts["n_bad"] + 0.5 * empty) / counts["n_bad"].sum()
    woe = np.log(good / bad)
    return pd.DataFrame({"woe": woe, "iv": woe.abs()})

# %% sample="woe" mistake="用箱内的好坏比，不是占比之比" says="WOE 的大小是 ln 3"
def woe_iv(counts):
    woe = np.log((counts["n_good"] + 0.5) / (counts["n_bad"] + 0.5))
    return pd.DataFrame({"woe": woe, "iv": woe})

# %% [markdown] task="pdo" track="analyst"
# ### 第 8 题　违约概率换成分数（8 分，分析岗）
#
# 写函数 `to_score(p_bad, pdo=20, score_at=600, odds_at=60)`：`p_bad` 是违约概率（0 到 1 之间的数），返回评分（不取整）：
#
# - 好坏比 = (1 − p) ÷ p；好坏比等于 `odds_at` 时得 `score_at` 分；好坏比每翻一番加 `pdo` 分；
# - 评分 = A − B·ln(p ÷ (1 − p))，B = PDO ÷ ln 2，A = `score_at` − B·ln(`odds_at`)。

# %% answer="pdo"
def to_score(p_bad, pdo=20, score_at=600, odds_at=60):
    # BEGIN SOLUTION
    b = pdo / math.log(2)
    a = score_at - b * math.log(odds_at)
    return a - b * math.log(p_bad / (1 - p_bad))
    # END SOLUTION


# %% [markdown]
# 检查第 8 题：好坏比 60 的客户。

# %% check="pdo" points=8
_got = to_score(1 / 61)
assert abs(_got - 600) < 0.01, f"好坏比 60（违约概率 1 ÷ 61）应为 600 分，现为 {_got:g}：p 要先换成好坏比再取对数。"
# BEGIN HIDDEN TESTS
assert to_score(0.10) < to_score(0.01), "违约概率高的分反而高：方向反了，自动通过的是最危险的人。"
_step = to_score(1 / 121) - to_score(1 / 61)
assert abs(_step - 20) < 0.01, f"好坏比从 60 翻到 120 应加 20 分，现在加了 {_step:.2f}：B = PDO ÷ ln 2 = 28.8539。PDO 算错，同一个分数在两家支行代表两种风险。"
assert abs(to_score(1 / 51, pdo=40, score_at=500, odds_at=50) - 500) < 0.01, "换了 score_at、odds_at 要跟着变：不要把 A、B 抄成固定的数。"
assert abs(to_score(1 / 101, pdo=40, score_at=500, odds_at=50) - 540) < 0.01, "PDO 改成 40，翻一番就加 40 分：不要把 A、B 抄成固定的数。"
# END HIDDEN TESTS

# %% [markdown] discussion="pdo"
# 核对刻度只要两个点：好坏比 60 得 600，好坏比 120 得 620。从网上抄来的 A、B 用这两点一试便知。

# %% sample="pdo" mistake="PDO 算错：没有除以 ln 2" says="PDO 算错"
def to_score(p_bad, pdo=20, score_at=600, odds_at=60):
    return score_at - pdo * (math.log(p_bad / (1 - p_bad)) + math.log(odds_at))

# %% sample="pdo" mistake="方向反了" says="方向反了"
def to_score(p_bad, pdo=20, score_at=600, odds_at=60):
    b = pdo / math.log(2)
    return score_at + b * (math.log(p_bad / (1 - p_bad)) + math.log(odds_at))

# %% sample="pdo" mistake="A、B 抄成固定的数" says="抄成固定的数"
def to_score(p_bad, pdo=20, score_at=600, odds_at=60):
    return 481.862157 - 28.853901 * math.log(p_bad / (1 - p_bad))

# %% sample="pdo" mistake="拿违约概率当好坏比" says="先换成好坏比"
def to_score(p_bad, pdo=20, score_at=600, odds_at=60):
    b = pdo / math.log(2)
    return score_at - b * math.log(odds_at) - b * math.log(p_bad)

# %% [markdown] task="measures" track="analyst"
# ### 第 9 题　KS、AUC、PSI（9 分，分析岗）
#
# 写函数 `measures(train_score, score, is_bad)`，返回字典 `{"auc", "ks", "psi"}`。三个参数都是 Series：训练样本的分、时间外的分、时间外的好坏（1 是坏）。分高是安全，所以：
#
# - `auc`　随便取一户坏的、一户好的，坏的分更低的概率；同分算一半；
# - `ks`　对每个分数 s，坏客户中分数不超过 s 的占比，减好客户中的占比，取最大的绝对值；
# - `psi`　箱子用**训练样本**的十等分点（`np.quantile` 的 0.1 到 0.9，右端算在箱内，重复的点只留一个）；两边各箱户数先加 0.5，再算占比 e（训练）和 a（时间外），Σ(a − e)·ln(a ÷ e)。

# %% answer="measures"
def measures(train_score, score, is_bad):
    # BEGIN SOLUTION
    bad, good = score[is_bad == 1].to_numpy(), score[is_bad == 0].to_numpy()
    low = np.searchsorted(np.sort(good), bad, side="left").sum()
    high = np.searchsorted(np.sort(good), bad, side="right").sum()
    auc = 1 - (low + high) / 2 / (len(bad) * len(good))
    points = np.sort(score.to_numpy())
    below = [np.searchsorted(np.sort(part), points, side="right") / len(part) for part in (bad, good)]
    edges = np.unique(np.quantile(train_score, np.arange(1, 10) / 10))
    counts = [np.bincount(np.searchsorted(edges, part, side="left"), minlength=len(edges) + 1) + 0.5 for part in (train_score, score)]
    e, a = (count / count.sum() for count in counts)
    return {"auc": float(auc), "ks": float(np.abs(below[0] - below[1]).max()), "psi": float(((a - e) * np.log(a / e)).sum())}
    # END SOLUTION


# %% [markdown]
# 检查第 9 题：四户，坏的两户分最低。

# %% check="measures" points=9
_easy = measures(pd.Series([500.0, 550.0, 600.0, 650.0]), pd.Series([500.0, 550.0, 600.0, 650.0]), pd.Series([1, 1, 0, 0]))
assert set(_easy) == {"auc", "ks", "psi"}, "应返回字典，键是 auc、ks、psi。"
assert abs(_easy["auc"] - 1) < 1e-9, f"坏的两户分都最低，AUC 应为 1，现为 {_easy['auc']:g}：分高是安全，坏的分低才算分对。方向反了，1 会变成 0。"
assert abs(_easy["psi"]) < 1e-9, f"两边的人一模一样，PSI 应为 0，现为 {_easy['psi']:g}。"
# BEGIN HIDDEN TESTS
from smeprofile.credit import gini as _gini
from smeprofile.credit import ks as _ks
from smeprofile.credit import psi as _psi

_mixed = measures(pd.Series(np.arange(200.0)), pd.Series([610.0, 600.0, 600.0, 650.0, 580.0]), pd.Series([1, 0, 1, 0, 0]))
assert abs(_mixed["auc"] - 2.5 / 6) < 1e-9, f"两坏三好共六对，分对两对、同分一对，AUC 应为 2.5 ÷ 6，现为 {_mixed['auc']:.4f}：同分要算一半，都算对会把成绩报高。"
_old, _new = pd.Series(np.arange(1000.0)), pd.Series(np.arange(1000.0) ** 1.04 + 60)
_flag = pd.Series((np.arange(1000) % 9 == 0).astype(int))
_out = measures(_old.copy(), _new.copy(), _flag.copy())
assert abs(_out["psi"] - _psi(_old, _new)) < 1e-6, f"PSI 应为 {_psi(_old, _new):.4f}，现为 {_out['psi']:.4f}：箱子要用训练样本的十等分点。用时间外自己的分位数切，每箱总是一成，漂移就看不见了。"
_low = pd.Series(np.r_[np.arange(500.0), np.arange(500.0) + 200])
_late = pd.Series(np.r_[np.ones(500, int), np.zeros(500, int)])
assert abs(measures(_old.copy(), _low.copy(), _late.copy())["ks"] - _ks(_low, _late)) < 1e-9, "KS 是两条累计曲线的最大距离，不是 AUC 的换算，也不是某一个分数上的差：报错了，换卡的决定就错了。"
assert abs(measures(_old.copy(), _low.copy(), _late.copy())["auc"] - (_gini(_low, _late) + 1) / 2) < 1e-9, "AUC 应和 Gini 对得上：Gini = 2·AUC − 1。"
# END HIDDEN TESTS

# %% [markdown] discussion="measures"
# 用 `roc_auc_score(is_bad, -score)` 和 `ks_2samp` 也可以。PSI 的箱子固定在训练样本上，是因为要问“比当初变了多少”。

# %% sample="measures" mistake="AUC 方向反了" says="1 会变成 0"
def measures(train_score, score, is_bad):
    from scipy.stats import ks_2samp
    from sklearn.metrics import roc_auc_score

    return {"auc": float(roc_auc_score(is_bad, score)), "ks": float(ks_2samp(score[is_bad == 1], score[is_bad == 0]).statistic), "psi": 0.0}

# %% sample="measures" mistake="PSI 用时间外自己的分位数切" says="漂移就看不见"
def measures(train_score, score, is_bad):
    from scipy.stats import ks_2samp
    from sklearn.metrics import roc_auc_score

    edges = np.unique(np.quantile(score, np.arange(1, 10) / 10))
    counts = [np.bincount(np.searchsorted(edges, part, side="left"), minlength=len(edges) + 1) + 0.5 for part in (train_score, score)]
    e, a = (count / count.sum() for count in counts)
    return {"auc": float(roc_auc_score(is_bad, -score)), "ks": float(ks_2samp(score[is_bad == 1], score[is_bad == 0]).statistic), "psi": float(((a - e) * np.log(a / e)).sum())}

# %% sample="measures" mistake="拿 Gini 当 KS" says="最大距离"
def measures(train_score, score, is_bad):
    from sklearn.metrics import roc_auc_score

    auc = float(roc_auc_score(is_bad, -score))
    edges = np.unique(np.quantile(train_score, np.arange(1, 10) / 10))
    counts = [np.bincount(np.searchsorted(edges, part, side="left"), minlength=len(edges) + 1) + 0.5 for part in (train_score, score)]
    e, a = (count / count.sum() for count in counts)
    return {"auc": auc, "ks": 2 * auc - 1, "psi": float(((a - e) * np.log(a / e)).sum())}

# %% [markdown] task="split" track="analyst"
# ### 第 10 题　按时间切分（8 分，分析岗）
#
# 写函数 `split_by_time(as_of, build, last)`：`as_of` 是一列季末（`Timestamp` 的 Series），`build` 是建模那天，`last` 是今天数据的最后一天，都是月末。表现期 12 个月（月末加 12 个月用 `pd.offsets.MonthEnd(12)`）。返回同样索引的 Series，值是：
#
# - `训练`：表现期在 `build` 那天或以前已经过完；
# - `时间外`：季末在 `build` 那天或以后，且表现期在 `last` 那天或以前已经过完；
# - `不用`：其余的，或是建模那天还不知道结果，或是今天还不知道。

# %% answer="split"
def split_by_time(as_of, build, last):
    # BEGIN SOLUTION
    known = as_of + pd.offsets.MonthEnd(12)
    kind = pd.Series("不用", index=as_of.index)
    kind[known <= build] = "训练"
    kind[(as_of >= build) & (known <= last)] = "时间外"
    return kind
    # END SOLUTION


# %% [markdown]
# 检查第 10 题：建模那天是 2024 年末，数据到 2025 年末。

# %% check="split" points=8
_days = pd.Series(pd.to_datetime(["2023-09-30", "2023-12-31", "2024-12-31"]))
_kind = split_by_time(_days, pd.Timestamp("2024-12-31"), pd.Timestamp("2025-12-31"))
assert set(_kind) <= {"训练", "时间外", "不用"}, "值只能是 训练、时间外、不用。"
assert list(_kind) == ["训练", "训练", "时间外"], f"应为训练、训练、时间外，现为{'、'.join(map(str, _kind))}：按时间先后切。随机切分没有时间外，考的是见过的年份，上线就露馅。"
# BEGIN HIDDEN TESTS
_days = pd.Series(pd.to_datetime(["2024-03-31", "2024-06-30", "2024-09-30"]), index=[7, 8, 9])
_kind = split_by_time(_days, pd.Timestamp("2024-12-31"), pd.Timestamp("2025-12-31"))
assert list(_kind.index) == [7, 8, 9], "索引应和输入一样，不然接不回原表。"
assert "训练" not in set(_kind), "2024 年各季末的结果，到 2024 年末还没有出来，不能训练：拿当时不知道的结果去训练，就是偷看未来，汇报的成绩到上线就没有了。"
assert set(_kind) == {"不用"}, "2024 年 3 月末到 9 月末，既不能训练，也早于建模那天，应为不用。"
_late = split_by_time(pd.Series(pd.to_datetime(["2025-03-31", "2025-12-31"])), pd.Timestamp("2024-12-31"), pd.Timestamp("2025-12-31"))
assert set(_late) == {"不用"}, "2025 年 3 月末以后的，表现期没满，今天还不知道好坏：放进时间外，坏账率会被低估。"
_feb = split_by_time(pd.Series(pd.to_datetime(["2023-02-28"])), pd.Timestamp("2024-02-29"), pd.Timestamp("2025-12-31"))
assert list(_feb) == ["训练"], "2023-02-28 加 12 个月是 2024-02-29（月末对月末），到那天已过完，应为训练。"
# END HIDDEN TESTS

# %% [markdown] discussion="split"
# 最容易漏的是中间那一年的空档：它比建模日早，结果却在建模日以后。随机切分在这里相当于让同一户的不同季末两边都有。

# %% sample="split" mistake="无 OOT：随机切分" says="随机切分"
def split_by_time(as_of, build, last):
    draw = np.random.default_rng(3).uniform(size=len(as_of))
    return pd.Series(np.where(draw < 0.2, "训练", "时间外"), index=as_of.index)

# %% sample="split" mistake="忘了空档，偷看未来" says="偷看未来"
def split_by_time(as_of, build, last):
    known = as_of + pd.offsets.MonthEnd(12)
    kind = pd.Series("不用", index=as_of.index)
    kind[as_of < build] = "训练"
    kind[(as_of >= build) & (known <= last)] = "时间外"
    return kind

# %% sample="split" mistake="表现期没满也放进时间外" says="表现期没满"
def split_by_time(as_of, build, last):
    kind = pd.Series("不用", index=as_of.index)
    kind[as_of + pd.offsets.MonthEnd(12) <= build] = "训练"
    kind[as_of >= build] = "时间外"
    return kind

# %% [markdown]
# 第 11 题用**你自己的支行**。分派码和你的工号决定是哪个支行，同学的数对你没有用。`BOOK` 一行是一户在一个季末：`branch_id`、`as_of`、`pd_12m`（卡报的违约概率）、`is_bad`（1 是坏）。`EXAM` 是时间外的那个季末。

# %%
BRANCH = sp.own_branch(VARIANT_KEY)  # 你的支行

# %% [markdown] task="branch" track="analyst"
# ### 第 11 题　这张卡在你的支行准不准（7 分，分析岗）
#
# 只看**你的支行**（`BRANCH`）在**时间外**那个季末（`EXAM`）的客户，给 `check_up` 赋一个字典：
#
# - `n`　户数；
# - `n_bad`　实际坏了几户；
# - `expected_bad`　卡预期坏几户，即违约概率之和，不取整。
#
# 支行小的话户数可能很少，甚至是 0，照实写。

# %% answer="branch"
check_up = None
# BEGIN SOLUTION
_rows = BOOK[(BOOK["branch_id"] == BRANCH) & (BOOK["as_of"] == EXAM)]
check_up = {"n": len(_rows), "n_bad": int(_rows["is_bad"].sum()), "expected_bad": float(_rows["pd_12m"].sum())}
# END SOLUTION

# %% [markdown]
# 检查第 11 题：是不是三个数。

# %% check="branch" points=7
assert isinstance(check_up, dict) and set(check_up) == {"n", "n_bad", "expected_bad"}, "check_up 应是字典，键是 n、n_bad、expected_bad。"
assert 0 <= check_up["n_bad"] <= check_up["n"], "坏户数不会比户数多。"
# BEGIN HIDDEN TESTS
_exam = BOOK[BOOK["as_of"] == EXAM]
_mine = _exam[_exam["branch_id"] == BRANCH]
assert check_up["n"] == len(_mine) or check_up["n"] != len(_exam), "用了全行的数据：你的支行可能比全行差得多，全行准不等于你这里准，行长问的是你的支行。"
_own = BOOK[BOOK["branch_id"] == BRANCH]
assert check_up["n"] == len(_mine) or check_up["n"] != (_own["as_of"] <= TRAIN_END).sum(), "用的是训练的季末，没有时间外：卡见过这些人的结果，预期和实际总是对得上，查不出它不准。"
assert check_up["n"] == len(_mine), f"户数不对，现为 {check_up['n']}：支行和季末都要筛；换成别的支行，校准调到别人头上。"
assert check_up["n_bad"] == int(_mine["is_bad"].sum()), f"n_bad 不对，现为 {check_up['n_bad']}：只数你的支行在时间外坏了的户。"
assert abs(check_up["expected_bad"] - float(_mine["pd_12m"].sum())) < 0.01, f"预期坏户是违约概率之和，现为 {check_up['expected_bad']:.4f}：不是平均数，平均数看不出该备几户的损失。"
# END HIDDEN TESTS

# %% [markdown] discussion="branch"
# 一个支行只有几户坏的，预期和实际差一两户是常事；差几倍才值得查。请几位学员报出自己支行的两个数，看看散得多开。

# %% sample="branch" mistake="用了全行的数据" says="用了全行的数据"
_rows = BOOK[BOOK["as_of"] == EXAM]
check_up = {"n": len(_rows), "n_bad": int(_rows["is_bad"].sum()), "expected_bad": float(_rows["pd_12m"].sum())}

# %% sample="branch" mistake="无 OOT：用训练的季末" says="没有时间外"
_rows = BOOK[(BOOK["branch_id"] == BRANCH) & (BOOK["as_of"] <= TRAIN_END)]
check_up = {"n": len(_rows), "n_bad": int(_rows["is_bad"].sum()), "expected_bad": float(_rows["pd_12m"].sum())}

# %% sample="branch" mistake="拿平均概率当户数" says="不是平均数"
_rows = BOOK[(BOOK["branch_id"] == BRANCH) & (BOOK["as_of"] == EXAM)]
check_up = {"n": len(_rows), "n_bad": int(_rows["is_bad"].sum()), "expected_bad": float(_rows["pd_12m"].mean())}

# %% [markdown]
# ## 交作业
#
# 1. 菜单“内核 → 重启内核并运行所有单元格”，确认做了的题检查都通过。
# 2. 回到首页（菜单“课程 → 首页”），点“交作业”。交了还能改、再交，以最后一次为准。
# 3. 老师批改后，首页会出现“取回反馈”；以 zip 交的，把老师发还的 zip 解压到 `workspace`。
