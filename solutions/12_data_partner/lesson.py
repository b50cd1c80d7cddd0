# %% [markdown]
# # 12 案例三　科技公司×银行
#
# **时长** 75 分钟 · **前置** 02 数据收集、授权与清洗、06 信用评分卡 · **配套练习** [practice.ipynb](practice.ipynb)
#
# ## 行长的问题
#
# 一家做订货平台的科技公司找上门。{{ cohort.bank.region }}的行长听完介绍，只问了一句话：
#
# > **他说“加上我们的数据，坏账不变，还能多批一截”。这是买数据，还是一起放贷？他的数据值不值这个价？哪些事不能交给他？**
#
# 学完这一课，请你用没见过的市场算出来的数回答他：值多少就写多少，说不准就写说不准。

# %% [markdown]
# ## 学完你能
#
# 1. **区分**数据采购、助贷、共同出资，只用管得着的那一条规则（练习第 2、3、4 题）。
# 2. **连接**两边的数据：码对得上、两边都授权、只用进件日已有的（练习第 6、7、10 题）。
# 3. **判断**外部数据有没有增益：看差和区间，不看单个 KS（练习第 5、8 题）。
# 4. **说明**联邦建模过线的是什么，它不解决什么（练习第 5、9 题）。
# 5. **设计**用谁的数据、查谁、线画在哪，在没见过的市场上经得起检验（练习第 1 题）。

# %% [markdown]
# 先运行参数与导入两个单元。`AS_OF` 是观察点。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点

# %% [markdown]
# 导入要用的库。`partner` 是这一课的工具箱，`partner_desk` 是数据合作台。

# %%
import hashlib

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.stats import binomtest
from smeprofile import ask, partner
from smeprofile.cases import data_partner
from smeprofile.charts import PALETTE, show, theme
from smeprofile.widgets import data_value, partner_desk

theme()
END = pd.Timestamp(AS_OF)

# %% [markdown]
# ## 数据：一行是什么
#
# 都是**合成数据**。科技公司是虚构的，设定它有征信业务资质（没有资质的，本课程不向它买信用数据和信用分，见 02）；班级数据里没有它。这一课另造一家银行做**试点**：条款和{{ cohort.bank.name }}（虚构）一样，种子不同。对方数据的噪声、覆盖和授权比例都是**仿真参数**，不是哪家公司的真实水平。
#
# | 表 | 一行是什么 | 留意 |
# |---|---|---|
# | `applications` | 一笔已放款的新增进件 | `is_bad` 是用信后二十四个月内逾期超过九十天（本课的口径，按客户，续贷串联） |
# | `deliveries` | 平台上一户一个月 | `published_date` 以后才看得到 |
# | `bank_consents` | 客户在本行签的一份授权 | 有授予日，也可能有撤回日 |
# | `partner_consents` | 客户在平台签的一份授权 | 用途可能只是营销 |

# %%
PILOT = partner.pilot(customers=24_000, seed=12)
print(f"合作方：{PILOT.name}。已放款的新增进件 {len(PILOT.applications):,} 笔，其中坏的 {PILOT.applications['is_bad'].sum()} 笔")
PILOT.deliveries[["uscc", "month", "published_date", "refund_rate", "late_to_suppliers", "collection_calls_3m"]].head(3)

# %% [markdown]
# ## 1　先分清是哪一种合作
#
# 同一份合同里可能有三种事。**先分清，再找规则**；规则拿错了，该守的没守，不该守的白守。
#
# | 哪一种 | 谁给什么 | 谁出钱放贷 | 管它的规则 |
# |---|---|---|---|
# | **数据采购** | 对方卖数据或分数 | 全是本行 | 信用信息包括替代数据，要求{{ cite("credit_info_scope") }}；客户授权 |
# | **助贷** | 对方推客户，或者给客户增信，收服务费 | 全是本行 | {{ cite("assist_rule") }} |
# | **共同出资** | 对方也是放款人 | 两家各出一部分 | 单笔里**合作方**出资不低于 {{ cite("joint_share") }}；同一文件还有两个余额上限：与单一合作方（含关联方）不超过一级资本净额的 {{ fact("joint_one_partner") }}，与全部合作方不超过本行全部贷款的 {{ fact("joint_all_partners") }} |
#
# 三种都一样的一条：对风险有重要影响的环节{{ cite("joint_core_risk") }}（后两种的规则，原文都只管互联网贷款；本课程对数据采购同样从严）。
#
# 助贷里最容易漏的是**增信服务费**。利率写得低，费另收，客户真正付的要合起来算：

# %%
fees = np.arange(0, 3_001, 600)
costs = [partner.all_in_rate(100_000, 0.06, 12, "等额本息", fee_first_cny=fee) * 100 for fee in fees]
figure, axes = plt.subplots(figsize=(7, 2.8))
axes.plot(fees, costs, marker="o", color=PALETTE[0])
axes.axhline(6, color=PALETTE[2], linestyle="--")
axes.set(title=f"合同利率 6%，首日收 {fees[-1]:,} 元增信费，综合融资成本是 {costs[-1]:.1f}%", xlabel="首日一次收取的增信服务费（元；贷款 100,000 元，一年，等额本息）", ylabel="年化（%；虚线是合同利率）")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　助贷合同先看有没有名单、费从哪里收。告诉客户的只能是**综合融资成本**，把增信费算进去；按合同利率宣传，等于替对方藏了费。
#
# **自测 1**　先判断，再选理由。

# %% tags=["hide-input"]
ask.judge(
    "thirty",
    "合规部的批注：“这份是共同出资，每笔贷款本行必须出够三成，现在只出两成五，不行。”这个理由对吗？",
    verdicts=("对", "不对"),
    reasons=["三成管的是合作方，本行出两成五，合作方出七成五，这一条没有违反", "三成是本行的下限", "数据采购也要出三成", "三成管的是余额，不是单笔"],
    key=("不对", "三成管的是合作方，本行出两成五，合作方出七成五，这一条没有违反"),
    why={
        "对": "把方向弄反了：这一条怕的是本行把钱全出了，对方不担风险。",
        "三成管的是合作方，本行出两成五，合作方出七成五，这一条没有违反": "单笔里合作方出资有下限，本行没有。还要再看两个余额上限。",
        "三成是本行的下限": "反了：它要合作方真金白银担风险。",
        "数据采购也要出三成": "买数据没有人共同出资，这一条用不上。",
        "三成管的是余额，不是单笔": "管余额的是另外两条。",
    },
    hints=("这一条想防什么？对方一分不出，会怎样？", "下限是给合作方的：它也得担风险。", "相近的例子：合作方出两成、本行出八成，就不行。"),
)

# %% [markdown]
# ## 2　共同出资：三条线一起看
#
# 三条线各管各的：单笔、单一合作方、全部合作方。用一份教学例子走一遍：本行一级资本净额二十亿元，本行贷款三百亿元。一行是一类贷款，列出其中一笔的出资，和这一类的本行余额。

# %%
book = pd.DataFrame({
    "partner": ["甲", "甲", "乙", "丙"],
    "amount_cny": [1_000_000, 500_000, 900_000, 800_000],
    "partner_cny": [300_000, 100_000, 700_000, 240_000],
    "balance_cny": [3.0e8, 2.5e8, 1.2e8, 0.9e8],
})
found = partner.joint_findings(book, tier1_net_capital_cny=20e8, all_loans_cny=300e8)
print("；".join(found) or "三条都守住了")
pd.DataFrame({
    "一笔贷款（万元）": book["amount_cny"] / 1e4, "其中合作方出（万元）": book["partner_cny"] / 1e4,
    "合作方占比（%）": book["partner_cny"] / book["amount_cny"] * 100, "本行余额（亿元）": book["balance_cny"] / 1e8,
}).set_index(book["partner"].rename("合作方")).map("{:,.4g}".format)

# %% [markdown]
# **读表：银行因此改做什么**　把三条线做成放款前的检查：单笔看占比，每天看余额。这三条**只对共同出资**用，买数据的合同不要往里套。
#
# **自测 2**　算一算。

# %% tags=["hide-input"]
ask.numeric(
    "one_partner",
    "一级资本净额 40 亿元。与同一家合作方共同出资的贷款，本行余额最多是多少亿元？",
    key=10,
    unit="亿元",
    why="40 亿元的四分之一。",
    near={20: "一半是全部合作方合计对本行全部贷款的比例，分母也不是资本。", 12: "三成是单笔里合作方的出资下限。", 30: "算反了：不是扣掉四分之一。"},
    hints=("这一条的分母是资本，还是贷款？", "单一合作方看一级资本净额的四分之一。", "相近的例子：一级资本净额 8 亿元，最多 2 亿元。"),
)

# %% [markdown]
# ## 3　把两边连起来：码、授权、日期
#
# 往下是**数据采购**：对方给数据，放款全是本行。连接要过三道关，少一道都不能用：
#
# 1. **码**：统一社会信用代码先写成一样（大小写、空格），校验位不对的不猜；
# 2. **授权**：本行这边、对方那边，用途都是授信审批，进件日当天有效；
# 3. **日期**：只用进件日以前已经产出的，太旧的（超过一季）也不用。

# %%
TABLES = (PILOT.applications, PILOT.deliveries, PILOT.bank_consents, PILOT.partner_consents)
JOINED = partner.join_consented(*TABLES)
counts = JOINED["why"].value_counts().reindex(list(partner.REASONS)).fillna(0)
shares = (counts / len(JOINED) * 100).iloc[::-1]
figure, axes = plt.subplots(figsize=(7, 2.8))
axes.barh(shares.index, shares, color=[PALETTE[0] if name == partner.USABLE else "#999999" for name in shares.index])
for place, value in enumerate(shares):
    axes.text(value + 0.5, place, f"{value:.1f}%", va="center", fontsize=9)
axes.set(title=f"每百笔已放款的进件，数据真正可用的只有 {shares[partner.USABLE]:.0f} 笔", xlabel="占已放款的进件（%）", ylabel="", xlim=(0, shares.max() * 1.15))
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　对方说“覆盖几成”，指的是平台上有的；能用的还要再打几道折。签合同前先拿自己的客户名单（只用已授权的）试连一次，按**可用**的比例算价钱。
#
# 连不上的，是不是就差一些？逐组看坏账率，带上区间：

# %%
groups = JOINED.groupby("why")["is_bad"].agg(["sum", "size", "mean"]).reindex(list(partner.REASONS)).dropna().rename_axis("能不能用")
bounds = [binomtest(int(bad), int(n)).proportion_ci(method="wilson") for bad, n in zip(groups["sum"], groups["size"], strict=True)]
groups["坏账率"] = groups["mean"].map("{:.1%}".format)
groups["95% 区间"] = [f"{b.low:.1%} 到 {b.high:.1%}" for b in bounds]
two = groups.loc[[partner.USABLE, "平台上没有这一户"]]
gap, error = -two["mean"].diff().iloc[1], 1.96 * (two["mean"] * (1 - two["mean"]) / two["size"]).sum() ** 0.5
print(f"有数据的比不在平台的，坏账率{'高' if gap > 0 else '低'} {abs(gap) * 100:.2f} 个百分点；差的区间 {(gap - error) * 100:+.1f} 到 {(gap + error) * 100:+.1f}，{'跨过 0，分不出高下' if abs(gap) < error else '没有跨过 0'}")
groups.rename(columns={"size": "笔数"})[["笔数", "坏账率", "95% 区间"]]

# %% [markdown]
# **读表：银行因此改做什么**　查不到数据，多半是行业不在平台上，不是客户有问题。**不能因为没有数据、没签授权就不批**：没有依据，还把好客户推给别家。
#
# **自测 3**　可以选多项；多选、漏选都不算对。

# %% tags=["hide-input"]
ask.multiple(
    "joinable",
    "客户六月十日进件。下面哪几份对方数据可以用来审批？",
    ["五月的数据，六月六日产出，两边授权都在五月签", "六月的数据，七月六日产出，两边授权都在五月签", "五月的数据，六月六日产出，平台上的授权写的是营销", "四月的数据，五月六日产出，授权六月九日已撤回", "四月的数据，五月六日产出，两边授权在六月十日当天签"],
    key=["五月的数据，六月六日产出，两边授权都在五月签", "四月的数据，五月六日产出，两边授权在六月十日当天签"],
    why={
        "五月的数据，六月六日产出，两边授权都在五月签": "进件日已经产出，两边授权有效。",
        "六月的数据，七月六日产出，两边授权都在五月签": "进件那天还没有，用了就是偷看以后。",
        "五月的数据，六月六日产出，平台上的授权写的是营销": "用途不对，等于没有授权。",
        "四月的数据，五月六日产出，授权六月九日已撤回": "撤回当天起就不能用。",
        "四月的数据，五月六日产出，两边授权在六月十日当天签": "授予当天就有效；数据也不太旧。",
    },
    hints=("一份一份问：产出了没有？签了没有？签的是这个用途吗？", "看产出日、授予日、用途、撤回日四样。", "相近的例子：进件三月一日，二月的数据三月六日才产出，不能用。"),
)

# %% [markdown]
# ## 4　太好的特征：贷后才有的
#
# 对方的交付里混着两列**贷后**的数：催收外呼次数、现在是否在黑名单。它们是放款以后才有的，拿来“预测”坏，当然准。先看单独一列能把好坏分得多开：

# %%
right = JOINED[JOINED["why"] == partner.USABLE]
codes = PILOT.deliveries.assign(uscc=PILOT.deliveries["uscc"].str.replace(" ", "").str.upper())
last = codes.sort_values("month").drop_duplicates("uscc", keep="last").set_index("uscc")
leaked = right.assign(黑名单=right["uscc"].map(last["is_blacklisted"].astype(float)), 欠货款=right["late_to_suppliers"], 退款率=right["refund_rate"]).dropna(subset=["黑名单"])
powers = {name: partner.ks_difference(-leaked["score"], leaked[name], leaked["is_bad"], rounds=20)["b"] for name in ("退款率", "欠货款", "黑名单")}
figure, axes = plt.subplots(figsize=(6.5, 2.4))
bars = axes.barh(list(powers), list(powers.values()), color=[PALETTE[0], PALETTE[0], PALETTE[2]])
axes.bar_label(bars, fmt="{:.2f}", padding=3)
axes.set(title=f"“黑名单”一列的 KS 是 {powers['黑名单']:.2f}，另两列最高 {max(powers['退款率'], powers['欠货款']):.2f}", xlabel="单独一列的 KS（进件日口径的两列，和今天口径的一列）", xlim=(0, 1.1))
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　特征好得不像话，先查它**哪一天才有**。黑名单写的是今天，贴在过去每一行上；进件那天它还是空的。上线以后这一列全是“否”，模型就瞎了。`join_consented` 从来不连这两列；验收时要求对方给每一列写明产出日。

# %% [markdown]
# ## 5　到底值多少：看差，看区间
#
# 三把尺子，都在**时间外**的样本上量，都成对地比（同一批客户、两个分数）：
#
# - **ΔKS**：加了对方数据的 KS 减去只用本行的 KS；
# - **同坏账率比通过率**：先看本行批七成时的坏账率，再看不超过它，两个分数各自最多能批几成；
# - **同通过率比坏账率**：都批七成，各坏多少。
#
# 区间用**成对重抽**：把客户有放回地重抽许多遍，每遍两个分数用同一批人。先看手上这个试点。

# %%
has = right.sort_values("applied_date", kind="stable")
day = has["applied_date"].quantile(0.6)
train, test = has[has["applied_date"] <= day], has[has["applied_date"] > day]
OWN, BOTH = partner.fit(train, partner.BANK), partner.fit(train, partner.BANK + partner.PARTNER)
small = partner.ks_difference(OWN.log_odds(test), BOTH.log_odds(test), test["is_bad"], rounds=500)
print(f"训练 {len(train)} 笔，坏 {train['is_bad'].sum()} 笔；时间外 {len(test)} 笔，坏 {test['is_bad'].sum()} 笔")
print(f"KS 从 {small['a']:.3f} 到 {small['b']:.3f}，差 {small['difference']:+.3f}，区间 {small['low']:+.3f} 到 {small['high']:+.3f}")
print("区间跨过 0：这个试点说不准" if small["low"] <= 0 <= small["high"] else "区间没有跨过 0：这个试点里有差别")

# %% [markdown]
# 坏样本就这么几笔的试点，难证明什么，也难否定什么。老师把**三家同样条款的大仿真银行**合在一起又量了一遍：

# %%
EVIDENCE = {{ truth.partner_evidence }}
rows = {"① 查得到的": "has", "② 查得到的，按来申请的加权": "lot", "③ 全部，查不到的用本行分": "all"}
def side(row):
    return "区间在 0 的右边" if row["low"] > 0 else "区间在 0 的左边" if row["high"] < 0 else "区间跨过 0，说不准"


figure, axes = plt.subplots(figsize=(7.5, 2.6))
for place, name in enumerate(rows.values()):
    told = EVIDENCE[f"{name}_ks"]
    axes.errorbar(told["difference"], place, xerr=[[told["difference"] - told["low"]], [told["high"] - told["difference"]]], fmt="o", color=PALETTE[place], capsize=5)
axes.axvline(0, color=PALETTE[3], linewidth=1)
main = EVIDENCE["has_ks"]
axes.set(title=f"查得到的客户：ΔKS {main['difference']:+.3f}，{side(main)}", xlabel="ΔKS 和 95% 区间（加对方数据减只用本行）", yticks=range(3), yticklabels=list(rows), ylim=(2.6, -0.6))
show(figure)

# %% [markdown]
# 三行是三种人群。① 只看批过、查得到的；② 让**随机放行**的那些代表全部被拒的进件（一笔顶好几笔，区间通常宽得多；被拒的里有些批了也不会来用，所以略偏重）；③ 把查不到的也算进来：他们的分数没有变，真有的增益也会被冲淡。不管点落在 0 的哪一边，区间跨过 0 的都不算数。
#
# 再换另外两把尺子。“同坏账率比通过率”最不稳：坏账率的曲线一平，多一户少一户坏客户，通过率就跳一大截；**几把尺子说法不一，就按说不准办**。

# %%
def told_of(name, what):
    row = EVIDENCE[f"{name}_{what}"]
    sure = "说不准" if row["low"] <= 0 <= row["high"] else "有差别"
    return f"{row['a']:.1%} → {row['b']:.1%}，差的区间 {100 * row['low']:+.1f} 到 {100 * row['high']:+.1f} 个百分点，{sure}"


print(f"时间外：查得到的 {EVIDENCE['n_test']:,} 笔（坏 {EVIDENCE['bad_test']} 笔），全部 {EVIDENCE['n_all']:,} 笔（坏 {EVIDENCE['bad_all']} 笔）")
print("ΔKS：" + "；".join(f"{label[0]} {side(EVIDENCE[f'{name}_ks'])}" for label, name in rows.items()))
pd.DataFrame({label: {"同坏账率，通过率": told_of(name, "approvals"), "同通过率，坏账率": told_of(name, "bads")} for label, name in rows.items()}).T

# %% [markdown]
# **读表：银行因此改做什么**　对方宣传的增益，多半只量了 ①：**查得到的、批过的**。你要的是 ③：全部客户里多批多少、少坏多少。报告里三行都写，区间也写；跨过 0 的，写“说不准”，不写“有提升”。
#
# 有区间不含 0 的，照实写出来，再看是哪一行。② 靠少数随机放行的撑着，一笔顶好几笔；它和 ①、③ 说法不一的时候，按上面的约定，结论仍是说不准：先攒样本，不是“有提升”。
#
# **自测 4**　读一份对方的报告。

# %% tags=["hide-input"]
ask.single(
    "interval",
    "对方的报告：“时间外样本三百户、坏样本十二户，KS 从 0.28 提升到 0.33。”最该怎么回？",
    ["很好，提升 5 个点，签", "KS 没到 0.4，不签", "请给成对的区间；坏样本只有十二户，多半说不准", "请把训练集也加进来，样本就大了"],
    key="请给成对的区间；坏样本只有十二户，多半说不准",
    why={
        "很好，提升 5 个点，签": "十二个坏客户里只换一个的位置，KS 就能差 0.08，比这 0.05 还多。",
        "请给成对的区间；坏样本只有十二户，多半说不准": "先问差有没有区间，再问值多少钱。",
        "KS 没到 0.4，不签": "该看的是增益，不是单个 KS 的高低。",
        "请把训练集也加进来，样本就大了": "训练集见过答案，加进来只会虚高。",
    },
    hints=("坏客户只有十二个，一个占几成？换一个会怎样？", "看差的区间，不看单个 KS。", "相近的例子：掷十二次硬币，多了两次正面，不能说硬币偏。"),
)

# %% [markdown]
# ## 6　联邦建模：过线的是什么
#
# **联邦建模**的想法：明细不搬家，两边各管各的列，只交换中间数。一轮里，银行发出残差（好坏减预测）和一列算步长用的曲率，对方改自己的权重，回一列自己那部分的得分；银行再改自己的。
#
# 这里两边**在同一个进程里模拟**，数据经过一条记账的通道；**没有加密**。正好看清过线的是什么。

# %%
bank_side, partner_side = partner.columns(has, partner.BANK), partner.columns(has, partner.PARTNER)
FED = partner.federated_logit(bank_side, partner_side, has["is_bad"])
pooled = partner.pooled_logit(pd.concat([bank_side, partner_side], axis=1), has["is_bad"])
script = FED.channel.transcript()
print(f"{FED.steps} 轮收敛；与集中建模的权重最多差 {np.abs(FED.weights - pooled).max():.1e}")
print(f"过线 {len(script)} 条消息，共 {script['n_bytes'].sum() / 1024:,.0f} KB；每条 {len(has):,} 个数，一户一个")
script.head(4).set_axis(["第几轮", "谁发的", "发了什么", "几个数", "字节"], axis=1)

# %% [markdown]
# 权重和集中建模的一样，原始列一列也没有过线。可是残差过线了。看看对方只凭**第一轮的残差**能知道什么：

# %%
residual = next(m.values for m in FED.channel.messages if m.what.startswith("残差"))
guessed = partner.labels_from_residuals(residual)
right_share = (guessed == has["is_bad"]).mean()
figure, axes = plt.subplots(figsize=(7, 2.6))
for value, name, colour in ((0, "好客户", PALETTE[5]), (1, "坏客户", PALETTE[2])):
    axes.hist(residual[has["is_bad"] == value], bins=np.linspace(-1, 1, 41), color=colour, label=name, log=True)
axes.axvline(0, color=PALETTE[3], linewidth=1)
axes.set(title=f"只看残差的正负，对方认出好坏的比例是 {right_share:.0%}", xlabel="第一轮的残差", ylabel="户数（对数刻度）", ylim=(0.5, None))
axes.legend()
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　不加密的残差等于把好坏名单交给了对方。上线前要问：过线的数加密没有？由谁保管密钥？多少户以下不许跑？
#
# 第二件藏不住的是**名单**。两边先要对齐客户，常见的说法是“只交换信用代码的哈希，看不出是谁”。试一试：

# %%
def hashed(code):
    return hashlib.sha256(code.encode()).hexdigest()


sent = set(PILOT.applications["uscc"].map(hashed))  # 银行发出的：全部借款客户
own_list = codes["uscc"].unique()  # 对方自己就有的名单
seen = [code for code in own_list if hashed(code) in sent]
print(f"银行发出 {len(sent):,} 个哈希。对方把自己的 {len(own_list):,} 个码逐个算一遍，认出 {len(seen):,} 户在本行贷过款")

# %% [markdown]
# **读数：银行因此改做什么**　哈希挡不住有名单的人：对方知道了**谁来本行贷过款**。对齐这一步也要先有授权，只送已授权的客户。联邦不解决的，列成一张单子：
#
# | 联邦不解决 | 所以还要 |
# |---|---|
# | 授权 | 一户一户，两边都签；联邦、隐私计算不能代替 |
# | 残差、名单泄露 | 加密与安全求交，写进合同并验收 |
# | 对方数据变了 | 按月看分布与覆盖，变了就停 |
# | 离不开供应商 | 本行单独的模型一直留着，能随时退回 |
# | 谁拍板 | 模型、分数线、批不批都由本行定 |
#
# **自测 5**

# %% tags=["hide-input"]
ask.judge(
    "federated",
    "科技公司：“用了联邦建模，数据不出库；可是客户的授权，还是一户也不能少。”对吗？",
    verdicts=("对", "错"),
    reasons=["客户的信息还是被用来评价他了，授权一户也不能少", "联邦只适合大企业", "只要加了密就不用授权", "只有数据搬家才算使用"],
    key=("对", "客户的信息还是被用来评价他了，授权一户也不能少"),
    why={
        "错": "不搬家不等于没有用。",
        "客户的信息还是被用来评价他了，授权一户也不能少": "授权管的是谁为了什么用，不是数据存在哪里。",
        "联邦只适合大企业": "和规模没有关系。",
        "只要加了密就不用授权": "加密防的是泄露，不是授权。",
        "只有数据搬家才算使用": "算分、建模都是使用。",
    },
    hints=("授权管的是“用”，还是“搬”？", "客户的信息有没有被拿来评价他？", "相近的例子：在对方办公室里看档案，也要客户同意。"),
)

# %% [markdown]
# 现在用控件按住一样、比另一样。用的还是手上这个小试点的时间外样本，区间会很宽。
#
# **先猜**：按住坏账率，加了对方数据，通过率会多几个百分点？区间会不会跨过 0？**再动**：换数据、换按住的、换本行批几成。**再解释**：为什么“联邦”那一档和“集中”那一档的数一模一样？

# %% tags=["hide-input"]
data_value(OWN.log_odds(test), BOTH.log_odds(test), test["is_bad"].to_numpy(), rounds=FED.steps, n_bytes=int(script["n_bytes"].sum()))

# %% [markdown]
# **银行因此改做什么**　同一份样本，本行批七成和批五成，增益可以一正一负：那就是说不准。选定一个通过率再比，不要挑最好看的那个报。
#
# ## 7　撤回授权的演练
#
# 客户今天撤回，明天进件怎么办？演练一遍：先数观察点前一年里撤回了多少份；再看建模样本，进件以后撤回过的，不限这一年，全部拿掉。处理规则是**本课程设定的行内规则**：撤回当天起停查停用，退回本行分；已放出的贷款照合同管，审批记录留档，不再拿去打分、建模。

# %%
left = pd.concat([PILOT.bank_consents.assign(where="本行"), PILOT.partner_consents.assign(where="平台")])
left = left[(left["withdrawn_date"] > END - pd.DateOffset(years=1)) & (left["withdrawn_date"] <= END)]
still = partner.join_consented(*TABLES, today=AS_OF)
lost = has.index.difference(still.index[still["why"] == partner.USABLE])
log = pd.Series({
    "一年里撤回的授权（本行、平台合计）": f"{len(left):,} 份",
    "建模样本里要拿掉（进件以后撤回的）": f"{len(lost):,} 笔，占 {len(lost) / len(has):.1%}",
    "下次进件怎么打分": "只用本行的列，同一条线",
    "要写进日志": "客户、撤回日、撤的是哪一边、哪一天停查停用、谁经办",
}, name="演练记录")
log.to_frame()

# %% [markdown]
# 拿掉的那几笔，分数退回本行模型。看三户变坏的概率差多少：

# %%
three = has.loc[lost[:3]] if len(lost) >= 3 else has.head(3)
pd.DataFrame({
    "加对方数据": BOTH.chance(three), "撤回以后，只用本行": OWN.chance(three),
}, index=[f"第 {n} 户" for n in range(1, len(three) + 1)]).map("{:.2%}".format)

# %% [markdown]
# **读表：银行因此改做什么**　**两套模型要同时在线**：一户撤回，当天就退回本行那一套，不停业务。撤回的多了，样本会偏，要重训并重新量一次增益。
#
# ## 8　放进银行的账里：一份数据值多少钱
#
# 统计上有增益，不等于赚钱：要付数据费，查得到的只是一部分。仿真银行把每一种方案都跑了一年：新进件由谁打分、线画在哪、查谁、查不到怎么办；利率、额度、续贷照旧，不做触达。数据费是每查得一笔 {{ fact("partner_fee") }}（仿真参数）。**V** 是全行一年的利润，扣了资金、税、审批、资本成本和数据费；坏账按真实风险的期望计，不看当年运气。**P90** 是九成进件在这么多小时内有结果。
#
# **先猜**：只动数据，和只动通过线，哪一个多赚？**再动**：一次只动一条。**再解释**：“每一笔都查”改成“线上下才查”，数据费和坏账各动了多少，为什么？

# %% tags=["hide-input"]
DESK = {{ truth.partner_desk }}
partner_desk(DESK)

# %% [markdown]
# 把几样的价值拆开看：

# %%
def worth(**changes):
    plan = data_partner.BASELINE | changes
    return DESK[data_partner.key(plan)]


base = worth()
bought = {"每一笔都查": worth(e1=data_partner.BOTH, e3=data_partner.EACH), "线附近才查": worth(e1=data_partner.BOTH), "不买，线低二十分": worth(e2="低 20 分")}
gain = {name: (row["value_cny"] - base["value_cny"]) / 1e4 for name, row in bought.items()}
fee = {name: row["fee_cny"] / 1e4 for name, row in bought.items()}

# %% [markdown]
# 浅的一截是付给对方的数据费：

# %%
figure, axes = plt.subplots(figsize=(7, 2.6))
axes.barh(list(gain), [gain[name] + fee[name] for name in gain], color=PALETTE[5], label="付数据费以前")
axes.barh(list(gain), list(gain.values()), height=0.4, color=PALETTE[0], label="付了数据费")
axes.axvline(0, color=PALETTE[3], linewidth=1)
axes.set(title=f"每一笔都查，付费以前多 {gain['每一笔都查'] + fee['每一笔都查']:.1f} 万元，付费以后多 {gain['每一笔都查']:.1f} 万元", xlabel="比只用本行、线不变多赚（万元，练习用的市场）")
axes.legend(fontsize=9)
show(figure)

# %% [markdown]
# 摊到每查得的一笔上，就是谈价钱的底牌：

# %%
queries = fee["每一笔都查"] * 1e4 / data_partner.FEE_CNY
alone = (worth(e1=data_partner.THEIRS)["value_cny"] - worth(e1=data_partner.BOTH)["value_cny"]) / 1e4
print(f"线附近才查，线不变：只用对方数据比两样都用{'多' if alone > 0 else '少'} {abs(alone):.1f} 万元")
print(f"每查得一笔，付费以前值 {(gain['每一笔都查'] + fee['每一笔都查']) * 1e4 / queries:.0f} 元，要付 {data_partner.FEE_CNY:.0f} 元")

# %% [markdown]
# **读图：银行因此改做什么**　谈价钱的底牌就是“每查得一笔值多少元”。离通过线很远的，数据翻不了案，**不查**；同时问一句：不花钱、只调自己的线，能多赚多少？两样一起比，才知道数据的身价。
#
# 要是“只用对方数据”反而多一点，别急着丢掉自己的：历史评分对服务业、新企业、县域偏低（见 06），换一把尺子就少挡几户好客户。该修的是自己的分；只靠对方，断供那天没有退路。

# %% [markdown]
# ## 9　检验那句话
#
# “外部数据在同坏账率下提高通过率，还缩短时效。”拿老师的**八个没见过的市场**检验；线不变，线附近才查。

# %%
CLAIM = pd.DataFrame({{ truth.partner_claim }}).set_index(["market", "plan"])
wide = CLAIM.unstack("plan")
figure, axes = plt.subplots(figsize=(7.5, 2.8))
more = (wide["value_cny"]["加对方数据"] - wide["value_cny"]["只用本行"]) / 1e4
lower = (wide["value_cny"]["只降线"] - wide["value_cny"]["只用本行"]) / 1e4
axes.bar(more.index - 0.2, more, 0.4, color=PALETTE[0], label="加对方数据，线不变")
axes.bar(lower.index + 0.2, lower, 0.4, color=PALETTE[1], label="不买数据，线低二十分")
axes.axhline(0, color=PALETTE[3], linewidth=1)
axes.set(title=f"八个新市场里，买数据有 {(more > 0).sum()} 个多赚，平均 {more.mean():+.1f} 万元", xlabel="第几个市场", ylabel="比现行多赚（万元）", xticks=list(more.index))
axes.legend(fontsize=9)
show(figure)

# %% [markdown]
# 再把通过率、坏账率、时效的变化列出来，带区间（八个市场有放回地重抽）：

# %%
def change(name, scale, digits, plan="加对方数据"):
    values = ((wide[name][plan] - wide[name]["只用本行"]) * scale).to_numpy()
    means = np.random.default_rng(12).choice(values, (4_000, len(values))).mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return f"{values.mean():+.{digits}f}（{low:+.{digits}f} 到 {high:+.{digits}f}）"


shown = {"通过率（百分点）": ("approval_rate", 100, 2), "12 个月坏账率（百分点）": ("bad_rate_12m", 100, 3), "期望坏客户（户）": ("n_bad", 1, 2), "V（万元）": ("value_cny", 1e-4, 2), "P90 时效（小时）": ("hours_p90", 1, 2), "人工率（百分点）": ("manual_share", 100, 2)}
pd.DataFrame({plan: {name: change(*how, plan) for name, how in shown.items()} for plan in ("加对方数据", "只降线")})

# %% [markdown]
# **读表：银行因此改做什么**　逐项对照那句话：通过率多了多少、坏账率动没动、时效快没快，区间跨过 0 的一律写“没看出来”。时效主要由人工件决定，数据只在线附近改判，快不了多少是正常的。
#
# 要是试点说不准、账上却有差别，并不矛盾：仿真账按**真实风险**记，试点只看得到那几十个坏客户。真实的银行没有这本账，只能把样本攒够再下结论；在那以前，线和退路都留在自己手里。

# %% [markdown]
# ## 回答行长
#
# 每一行都由上面的数算出。

# %%
v_more = more.mean()
ks = {label[0]: EVIDENCE[f"{name}_ks"] for label, name in rows.items()}
split = "" if len({side(row) for row in ks.values()}) == 1 else "；三行说法不一，按说不准办"
pd.Series({
    "买数据还是一起放贷": "对方只给数据，是数据采购：三成、四分之一、一半那三条都用不上，要守的是客户授权、可解释、可追溯",
    "分得更开吗": "；".join(f"{n} ΔKS {row['difference']:+.3f}（{row['low']:+.3f} 到 {row['high']:+.3f}），{side(row)}" for n, row in ks.items()) + split,
    "坏账不变，多批一截": f"变化（百分点）：通过率 {change('approval_rate', 100, 2)}，坏账率 {change('bad_rate_12m', 100, 3)}",
    "值不值这个价": f"八个新市场平均{'多' if v_more > 0 else '少'}赚 {abs(v_more):.1f} 万元，{(more > 0).sum()} 个市场多赚；不花钱只降线 {lower.mean():+.1f} 万元，同时坏账率（百分点）{change('bad_rate_12m', 100, 2, '只降线')}，P90（小时）{change('hours_p90', 1, 2, '只降线')}",
    "快了吗": f"P90 变化（小时）：{change('hours_p90', 1, 2)}",
    "什么不能交": "分数线、模型、批不批；没有授权的客户名单",
}, name="答复").to_frame()

# %% [markdown]
# ## 局限
#
# - 全是合成数据。覆盖、授权、噪声都是仿真参数；**你那家合作方的增益要拿自己的样本量**，本课的数不能抄。
# - 只有批过的才知道好坏。随机放行的太少，② 那一行很宽。
# - 平台上的客户不是抽签来的，行业偏；换一个行业结构，增益会变。
# - 联邦在一个进程里模拟，没有加密，没有网络，也没有恶意的一方。
# - 查不到数据的客户用同一条线，对他们公平不公平，要另看（见 06、10）。
# - V 只看一年、一种数据费、一家供应商；涨价、断供没有算。

# %% [markdown]
# ## 要点
#
# 1. 先分数据采购、助贷、共同出资，再用对的规则；三成管的是合作方。
# 2. 码对得上、两边都授权、进件日已有，三样齐了才算一行；贷后的列一列也不要。
# 3. 增益看差和区间，三种人群都报；区间跨过零就是说不准。
# 4. 联邦不搬明细，但授权照样要、残差会泄露好坏、对齐会泄露名单。
# 5. 数据值多少钱，放进账里比；离线远的不查，查不到的照本行分；批不批由本行定。
#
# ## 下一步
#
# 打开[配套练习](practice.ipynb)。下一个模块把画像做成每天更新的，并在逾期之前报警。
#
# 走之前花半分钟说说这一课，课程会照着改。随作业一起交给老师，不计分。

# %% tags=["hide-input"]
ask.lesson_feedback()
