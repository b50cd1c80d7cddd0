# %% [markdown]
# # 08 练习：产品设计与定价
#
# **时长** 75 分钟 · **满分** 100 分 · **前置** 08 课程
#
# - 标着「全员必做」的 6 题用鼠标选或填数，合计 58 分；标着「分析岗」的 5 题写几行代码，对客户经理是选做。
# - 打开后先用菜单“运行 → 运行所有单元格”：题目就会出现。没做的题会有红字，不用管它。
# - 选过的会自动保存。每题下面有一个检查单元：运行它，红字会说可能错在哪。没有红字不等于全对：检查只看形式和最常见的错，批改时还有更多测试。
# - 题与题互不依赖，可以跳着做。一题里各问都对才得分，题面另写了给分办法的除外。做错了随时重来，以最后一次提交为准。

# %% [markdown]
# 先运行下面几个单元。第一个是本班的参数，不用改，批改时会按老师的版本重置。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点：站在这一天定价
VARIANT_KEY = "511dfe7cf5e096aa"  # 本班的分派码：和你的工号一起决定你分到哪个支行

# %%
import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import smeprofile as sp
from scipy.optimize import brentq
from smeprofile import ask, pricing
from smeprofile.cases import pricing as case
from smeprofile.charts import PALETTE, show, theme

theme()

# %% [markdown]
# 全部题目用同一套约定，和课程一样：
#
# - **预期损失** = PD × LGD；**最低价** = 资金价格（FTP；有再贷款的取加权）×（1 − k）+ 运营 + 预期损失 + 资本回报 − 综合贡献，要征增值税的再除以（1 − 税占利息的比例）。
# - **APR** = 月内部收益率 × 12；一次性费用在放款那天从到手的钱里扣。
# - **增值税**：单户授信一百万元及以下免税，不看利率；超过一百万元到一千万元，用办法一：利率不超过 LPR 的 1.5 倍全免，超过全额征。LPR 用**放款当天、对应期限**的；不到五年用一年期，五年及以上用五年期以上。
# - 资金、运营、LGD、分担比例等都是仿真参数。数据是合成的。
#
# 第 11 题（分析岗）要用的各产品最低价先在这里算好：按全行续贷链第一年的坏账率和各担保方式的 LGD，不含增值税、没有综合贡献。要算几秒钟。

# %% tags=["hide-input"]
_prices = pricing.product_prices(AS_OF)
FLOOR = _prices["floor_rate"].round(4)  # 产品编号 → 最低价（缴完税以后要剩下的）
VAT = round(pricing.vat_share(), 6)  # 全额征时，税占利息的比例
pd.DataFrame({"产品": _prices["name"], "最低价（FLOOR）": FLOOR.map("{:.2%}".format)}).rename_axis(index=None, columns="编号")

# %% [markdown]
# ## 一、选产品、算价格（全员必做）
#
# 第 1 题要看的图：四户的教学例子，柱子是每个月生意留下的钱（收款减开支），负数是要垫的钱。

# %% tags=["hide-input"]
_firms = {
    "甲　校服厂": [-8, -12, -14, -6, 2, 52, 3, 3, 3, 3, 3, 3],
    "乙　早餐连锁（要添中央厨房）": [5, 4.5, 5, 5, 4.8, 5, 5.2, 5, 4.8, 5, 5, 5],
    "丙　五金批发（垫款十来天）": [6, 6, -18, 26, 6, 6, -18, 26, 6, 6, -18, 26],
    "丁　软件公司": [-11, -11, -11, -11, -11, -11, -11, -11, -11, -11, 1, 190],
}
figure, grid = plt.subplots(2, 2, figsize=(9, 4.6), sharex=True)
for (name, left), axes in zip(_firms.items(), grid.flat, strict=True):
    axes.bar(range(1, 13), left, color=[PALETTE[0] if v >= 0 else PALETTE[2] for v in left])
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set(title=f"{name}：全年 {sum(left):+.0f} 万元", ylabel="万元", xticks=range(1, 13))
for axes in grid[1]:
    axes.set_xlabel("月份")
figure.tight_layout()
show(figure, "四户每月留下的钱：校服厂一到四月垫款、六月收齐；早餐连锁每月约五万元；五金批发三、七、十一月垫款，次月收回；软件公司十个月垫款、十二月验收收款。")

# %% [markdown] task="match" track="all"
# ### 第 1 题　为客群选产品、额度、还款方式（10 分，全员必做）
#
# 看图，给每户选产品、额度和还款方式：
#
# - **甲** 校服厂：没有房产，手里没有余钱，六月收齐全年的货款。
# - **乙** 早餐连锁：要添一套中央厨房设备，90 万元，能用八年；自己先出三成。
# - **丙** 五金批发：没有房产，一年几回，每回垫十来天。
# - **丁** 软件公司：厂房自有，估值 260 万元；十二月验收才收款。
#
# 额度按**垫得最多的时候缺多少**（只算本金），利息每月付得起。甲、丁的钱年初**一次放足**，不零借零还；收到大款的**当月**就要还本。

# %% answer="match" tags=["hide-input"]
match = ask.choices(
    "match",
    {
        "a1": "甲　产品", "a2": "甲　额度", "a3": "甲　还款",
        "b1": "乙　产品", "b2": "乙　额度", "b3": "乙　还款",
        "c1": "丙　产品", "c2": "丙　额度", "c3": "丙　还款",
        "d1": "丁　产品", "d2": "丁　额度", "d3": "丁　还款",
    },
    {
        **{key: ["信用贷，一年以内", "抵押贷，一年以内", "设备贷，两到三年"] for key in ("a1", "b1", "c1", "d1")},
        "a2": ["20 万元", "40 万元", "100 万元"],
        "b2": ["63 万元", "90 万元", "150 万元"],
        "c2": ["20 万元", "60 万元", "100 万元"],
        "d2": ["20 万元", "110 万元", "250 万元"],
        **{key: ["按月付息，收款后还本", "每月等额还本付息", "随借随还，用几天算几天", "一年到期，一次还清"] for key in ("a3", "b3", "c3", "d3")},
    },
)  # fmt: skip
# BEGIN SOLUTION
match = {
    "a1": "信用贷，一年以内", "a2": "40 万元", "a3": "按月付息，收款后还本",
    "b1": "设备贷，两到三年", "b2": "63 万元", "b3": "每月等额还本付息",
    "c1": "信用贷，一年以内", "c2": "20 万元", "c3": "随借随还，用几天算几天",
    "d1": "抵押贷，一年以内", "d2": "110 万元", "d3": "按月付息，收款后还本",
}  # fmt: skip
# END SOLUTION

# %% [markdown]
# 检查第 1 题：是不是都选了。

# %% check="match" points=10
todo = [key for key, choice in match.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(match) == {f"{g}{n}" for g in "abcd" for n in (1, 2, 3)}, "应有 a1 到 d3 十二问，请不要增删。"
# BEGIN HIDDEN TESTS
assert match["a3"] != "每月等额还本付息" and match["d3"] != "每月等额还本付息", "a3、d3：还款与现金流错配。垫款的月份没有钱还，头几期就逾期，好客户被自己的还款方式做成坏客户。"
assert match["b1"] == "设备贷，两到三年" and match["b3"] != "一年到期，一次还清", "b1、b3：短贷长用。设备要几年才挣回来，一年到期只能借新还旧；查出来还要下调分类。"
assert match["c3"] != "每月等额还本付息" and match["c3"] != "一年到期，一次还清", "c3：它一回只垫十来天。借满一年，客户白付息，闲着的钱容易挪用。"
assert match["a3"] != "一年到期，一次还清", "a3：货款六月就收齐，等到年底才还，钱闲着大半年，容易挪去做别的，到期反而凑不齐。"
assert match["a2"] != "100 万元" and match["d2"] != "250 万元" and match["b2"] not in ("90 万元", "150 万元") and match["c2"] == "20 万元", "额度：给多了。垫得最多的时候缺多少就给多少（乙按设备款减自付三成）；多给的没有生意撑着，到期还不上。"
assert match["a2"] == "40 万元" and match["d2"] == "110 万元", "a2、d2：给少了。一个月一个月加起来，看缺口最深的地方；不够用，客户中途会去借高息的钱。"
assert match["d1"] == "抵押贷，一年以内", "d1：一百多万元又有厂房，先谈抵押：违约以后亏得少，价格也低。做成信用贷，多收的利率会把客户送给别家。"
assert match["a1"] == "信用贷，一年以内" and match["c1"] == "信用贷，一年以内", "a1、c1：没有房产，钱也只用几个月或几天，用一年以内的信用贷。"
assert match["b3"] == "每月等额还本付息", "b3：每月约五万元，月月有，按月分期正好；三年期每月不到两万元。"
assert match["a3"] == "按月付息，收款后还本" and match["d3"] in ("按月付息，收款后还本", "一年到期，一次还清"), "a3、d3：年初一次放足，平时付息，收到大款的当月还本；随借随还是零借零还，不合题面。"
assert match["c3"].startswith("随借随还"), "c3：反复的短用款，用几天付几天的息。"
# END HIDDEN TESTS

# %% [markdown] discussion="match"
# 甲的缺口：8 + 12 + 14 + 6 = 40 万元；丁前十个月垫 110 万元，第十一个月持平。让学员画出自己一户真实客户的十二根柱子。

# %% sample="match" mistake="还款与现金流错配" says="还款与现金流错配"
match = {
    "a1": "信用贷，一年以内", "a2": "40 万元", "a3": "每月等额还本付息",
    "b1": "设备贷，两到三年", "b2": "63 万元", "b3": "每月等额还本付息",
    "c1": "信用贷，一年以内", "c2": "20 万元", "c3": "随借随还，用几天算几天",
    "d1": "抵押贷，一年以内", "d2": "110 万元", "d3": "每月等额还本付息",
}  # fmt: skip

# %% sample="match" mistake="短贷长用" says="短贷长用"
match = {
    "a1": "信用贷，一年以内", "a2": "40 万元", "a3": "按月付息，收款后还本",
    "b1": "抵押贷，一年以内", "b2": "63 万元", "b3": "一年到期，一次还清",
    "c1": "信用贷，一年以内", "c2": "20 万元", "c3": "随借随还，用几天算几天",
    "d1": "抵押贷，一年以内", "d2": "110 万元", "d3": "按月付息，收款后还本",
}  # fmt: skip

# %% sample="match" mistake="额度给多了" says="没有生意撑着"
match = {
    "a1": "信用贷，一年以内", "a2": "100 万元", "a3": "按月付息，收款后还本",
    "b1": "设备贷，两到三年", "b2": "63 万元", "b3": "每月等额还本付息",
    "c1": "信用贷，一年以内", "c2": "20 万元", "c3": "随借随还，用几天算几天",
    "d1": "抵押贷，一年以内", "d2": "250 万元", "d3": "按月付息，收款后还本",
}  # fmt: skip

# %% sample="match" mistake="短用款借满一年" says="客户白付息"
match = {
    "a1": "信用贷，一年以内", "a2": "40 万元", "a3": "按月付息，收款后还本",
    "b1": "设备贷，两到三年", "b2": "63 万元", "b3": "每月等额还本付息",
    "c1": "信用贷，一年以内", "c2": "20 万元", "c3": "一年到期，一次还清",
    "d1": "抵押贷，一年以内", "d2": "110 万元", "d3": "按月付息，收款后还本",
}  # fmt: skip

# %% [markdown] task="support" track="all"
# ### 第 2 题　增信与资金（10 分，全员必做）
#
# 一笔 200 万元、一年期的贷款（教学例子，数都是仿真参数）：
#
# - PD 2%；什么担保也没有时，LGD 72%；
# - 运营成本 0.50%，资本回报（税前，占贷款）1.26%，k = 7.875%，不征增值税，没有综合贡献；
# - FTP 1.90%；能申请到一半支小再贷款，成本 1.50%；
# - 抵押物评估 250 万元，处置只收得回评估价的一半；收不回的部分按信用贷的 LGD 损失；
# - 担保公司愿意承担损失的八成，银行承担两成；
# - 最后两问：合同利率定在 4.90%，财政直接替客户贴 1 个百分点的息。
#
# 都填百分数，保留两位小数。资金成本 = 加权后的资金价格 ×（1 − k）。

# %% answer="support" tags=["hide-input"]
support = ask.number(
    "support",
    {
        "s1": "信用：预期损失",
        "s2": "抵押：LGD",
        "s3": "抵押：预期损失",
        "s4": "不抵押，担保公司担八成：银行的预期损失",
        "s5": "一半用再贷款：资金成本",
        "s6": "信用、一半用再贷款：最低价",
        "s7": "财政贴息：客户实付",
        "s8": "财政贴息：银行收到",
    },
    units=dict.fromkeys(("s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"), "%"),
)
# BEGIN SOLUTION
support = {"s1": 1.44, "s2": 27, "s3": 0.54, "s4": 0.29, "s5": 1.57, "s6": 4.77, "s7": 3.9, "s8": 4.9}
# END SOLUTION

# %% [markdown]
# 检查第 2 题：是不是都填了。

# %% check="support" points=10
todo = [key for key, value in support.items() if value is None]
assert not todo, f"还没有填：{'、'.join(todo)}。"
assert set(support) == {f"s{n}" for n in range(1, 9)}, "应有 s1 到 s8 八个数，请不要增删。"
assert support["s1"] >= 0.1, "s1：单位是百分数，1.44% 填 1.44。"
# BEGIN HIDDEN TESTS
_lost = pricing.lgd_mortgage(200 / 250)
_costs = pricing.Costs(0.019, 0.5, 0.015)
assert abs(support["s1"] - 2) > 0.02, "s1：漏了 LGD。违约的机会不是损失，还要乘违约以后亏几成；漏掉它，报价高出一截，好客户去了别家。"
assert abs(support["s1"] - 1.44) < 0.02, f"s1：2% × 72%，现填 {support['s1']:g}。"
assert abs(support["s2"] - 80) > 0.5, "s2：80% 是抵押率，不是违约损失率。抵押率越高亏得越多，可两样不是一个数；拿它当 LGD，抵押贷比信用贷还贵。"
assert abs(support["s2"] - 37.5) > 0.5, "s2：37.5% 是处置以后的缺口，缺口还要按信用贷的 LGD 再乘一次。"
assert abs(support["s2"] - 100 * _lost) < 0.5, f"s2：250 万元的一半是 125 万元，缺 75 万元，75 ÷ 200 × 72%，现填 {support['s2']:g}。"
assert abs(support["s3"] - 2 * _lost) < 0.02, f"s3：2% × 抵押的 LGD，现填 {support['s3']:g}。"
assert abs(support["s4"] - 1.15) > 0.02, "s4：分担的比例用反了。担保公司担八成，银行只担两成；用反了，增信等于白做。"
assert abs(support["s4"] - 0.288) < 0.02, f"s4：1.44% × 20%，现填 {support['s4']:g}。"
assert abs(support["s5"] - 1.70) > 0.02, "s5：忘了乘（1 − k）。股东出的那一份不付 FTP，另收资本回报；重复收，价格就报高了。"
assert abs(support["s5"] - 100 * _costs.funds_rate) < 0.02, f"s5：(1.90% + 1.50%) ÷ 2 × (1 − 7.875%)，现填 {support['s5']:g}。"
assert abs(support["s6"] - 5.33) > 0.02, "s6：这里又把 PD 当成了损失。"
assert abs(support["s6"] - 4.77) < 0.03, f"s6：资金 + 运营 0.50% + 预期损失 + 资本回报 1.26%，现填 {support['s6']:g}。"
assert abs(support["s8"] - 3.9) > 0.02, "s8：把贴息当成了银行让利。财政补的那一段也进银行；照你这样算，能做的客户会被推走。"
assert abs(support["s7"] - 3.9) < 0.02 and abs(support["s8"] - 4.9) < 0.02, "s7、s8：客户付 4.90% − 1%，财政付 1%，银行收两者之和。"
# END HIDDEN TESTS

# %% [markdown] discussion="support"
# 讲评时问：四样里哪一样最好谈？保费谁付，APR 升多少？处置折扣变成三成，LGD 变多少？

# %% sample="support" mistake="EL 漏 LGD" says="漏了 LGD"
support = {"s1": 2, "s2": 27, "s3": 2, "s4": 0.4, "s5": 1.57, "s6": 5.33, "s7": 3.9, "s8": 4.9}

# %% sample="support" mistake="把抵押率当 LGD" says="80% 是抵押率"
support = {"s1": 1.44, "s2": 80, "s3": 1.6, "s4": 0.29, "s5": 1.57, "s6": 4.77, "s7": 3.9, "s8": 4.9}

# %% sample="support" mistake="分担比例用反" says="比例用反了"
support = {"s1": 1.44, "s2": 27, "s3": 0.54, "s4": 1.15, "s5": 1.57, "s6": 4.77, "s7": 3.9, "s8": 4.9}

# %% sample="support" mistake="资金成本没有乘（1 − k）" says="忘了乘"
support = {"s1": 1.44, "s2": 27, "s3": 0.54, "s4": 0.29, "s5": 1.70, "s6": 4.9, "s7": 3.9, "s8": 4.9}

# %% sample="support" mistake="把贴息当成银行让利" says="把贴息当成了银行让利"
support = {"s1": 1.44, "s2": 27, "s3": 0.54, "s4": 0.29, "s5": 1.57, "s6": 4.77, "s7": 4.9, "s8": 3.9}

# %% [markdown]
# 第 3 题要看的图：三笔贷款的 RAROC 瀑布（教学例子）。甲那一列照经办人交来的画，里面有一处错。

# %% tags=["hide-input"]
_loans = {
    "甲　抵押 200 万元（PD 3%，LGD 30%）": pricing.raroc_steps(0.045, 0.03, 1.0),
    "乙　信用 180 万元（PD 2%，LGD 72%）": pricing.raroc_steps(0.052, 0.02, 0.72, is_taxed=True),
    "丙　抵押 300 万元（PD 2%，LGD 27%）": pricing.raroc_steps(0.039, 0.02, 0.27, contribution=0.006),
}
figure, grid = plt.subplots(1, 3, figsize=(10, 3.2), sharey=True)
for (name, told), axes in zip(_loans.items(), grid, strict=True):
    parts = told.drop(["税前利润", "RAROC"]) * 100
    ends = parts.cumsum()
    axes.bar(range(len(parts)), parts, bottom=ends - parts, color=[PALETTE[0] if v >= 0 else PALETTE[2] for v in parts])
    axes.bar([len(parts)], [told["税前利润"] * 100], color=PALETTE[1])
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set(title=f"{name[0]}：RAROC {told['RAROC']:.1%}", xticks=range(len(parts) + 1))
    axes.set_xticklabels([*parts.index, "税前利润"], rotation=60, ha="right", fontsize=9)
grid[0].set_ylabel("占贷款（百分点）")
figure.tight_layout()
show(figure, "三笔贷款从利率减到税前利润的瀑布图，数见下表。")
pd.DataFrame(_loans).map("{:.2%}".format).rename_axis(index=None, columns="占贷款（RAROC 占资本）")

# %% [markdown] task="raroc" track="all"
# ### 第 3 题　读 RAROC 瀑布（8 分，全员必做）
#
# RAROC = 税前利润 ×（1 − 25%）÷ 7.875%，股东要求 12%。看图和表回答。

# %% answer="raroc" tags=["hide-input"]
raroc = ask.choices(
    "raroc",
    {
        "w1": "甲那一列，哪一步错了？",
        "w2": "改对以后，甲的 RAROC 落在哪里？",
        "w3": "照甲现在这样报上去，银行会怎样？",
        "w4": "乙离 12% 差一点，先谈哪一步最有用？",
        "w5": "丙的结算如果搬走，RAROC 还够 12% 吗？",
        "w6": "RAROC 的分母是什么？",
    },
    {
        "w1": ["资金成本少算了", "预期损失漏了 LGD", "漏了增值税"],
        "w2": ["低于 0", "0 到 12%", "12% 以上"],
        "w3": ["把能赚钱的好客户拒了", "放进一笔亏钱的", "没有影响"],
        "w4": ["资金成本", "预期损失：加担保，降 LGD", "运营成本"],
        "w5": ["够", "不够"],
        "w6": ["贷款余额", "占用的资本", "存款"],
    },
)
# BEGIN SOLUTION
raroc = {"w1": "预期损失漏了 LGD", "w2": "12% 以上", "w3": "把能赚钱的好客户拒了", "w4": "预期损失：加担保，降 LGD", "w5": "不够", "w6": "占用的资本"}
# END SOLUTION

# %% [markdown]
# 检查第 3 题：是不是都选了。

# %% check="raroc" points=8
todo = [key for key, choice in raroc.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(raroc) == {f"w{n}" for n in range(1, 7)}, "应有 w1 到 w6 六问，请不要增删。"
# BEGIN HIDDEN TESTS
_mended, _bare = pricing.raroc(0.045, 0.03, 0.30), pricing.raroc(0.039, 0.02, 0.27)
_want = pricing.Costs().target_roe
_band = "低于 0" if _mended < 0 else "0 到 12%" if _mended < _want else "12% 以上"
assert raroc["w1"] != "漏了增值税", "w1：这一笔在线内，免税，没有漏。看预期损失：PD 3% 直接当成了损失。"
assert raroc["w1"] == "预期损失漏了 LGD", "w1：预期损失画成 3 个百分点，正是 PD；抵押贷违约了只亏三成，应是 0.9。漏了 LGD，抵押白抵押了。"
assert raroc["w2"] == _band, f"w2：预期损失改成 3% × 30%，税前利润多 2.1 个百分点，RAROC 是 {_mended:.1%}。"
assert raroc["w3"] == "把能赚钱的好客户拒了", "w3：损失算多了，RAROC 是负的，审批会拒：丢掉一笔本来够回报的。"
assert raroc["w4"] == "预期损失：加担保，降 LGD", "w4：在客户经理谈得动的几步里，它最长：LGD 降一半，就省出 0.72 个百分点。去磨资金成本，谈不动也省不出这么多。"
assert raroc["w5"] == ("够" if _bare >= _want else "不够"), f"w5：去掉综合贡献 0.60 个百分点，RAROC 只有 {_bare:.1%}。价格是用结算换的，就要写进合同、按季看；搬走了，银行白让价。"
assert raroc["w6"] == "占用的资本", "w6：RAROC 除以占用的资本，不是余额：除以余额，每笔都只有一两个百分点，分不出好坏。"
# END HIDDEN TESTS

# %% [markdown] discussion="raroc"
# 乙报 5.20%，高过灰段（4.50% 到 4.80%）：缴完税还剩约 4.87%，压到 4.50% 反而少得约 0.37 个百分点，所以先谈增信，不先降价。落在灰段里的才值得压到线上，算法见第 5、10 题。丙让学员说：综合贡献拿什么凭据、多久看一次。

# %% sample="raroc" mistake="看不出 EL 漏 LGD" says="直接当成了损失"
raroc = {"w1": "漏了增值税", "w2": "低于 0", "w3": "放进一笔亏钱的", "w4": "预期损失：加担保，降 LGD", "w5": "不够", "w6": "占用的资本"}

# %% sample="raroc" mistake="先磨资金成本" says="去磨资金成本"
raroc = {"w1": "预期损失漏了 LGD", "w2": "12% 以上", "w3": "把能赚钱的好客户拒了", "w4": "资金成本", "w5": "不够", "w6": "占用的资本"}

# %% sample="raroc" mistake="综合贡献不跟踪" says="白让价"
raroc = {"w1": "预期损失漏了 LGD", "w2": "12% 以上", "w3": "把能赚钱的好客户拒了", "w4": "预期损失：加担保，降 LGD", "w5": "够", "w6": "占用的资本"}

# %% sample="raroc" mistake="除以余额" says="不是余额"
raroc = {"w1": "预期损失漏了 LGD", "w2": "12% 以上", "w3": "把能赚钱的好客户拒了", "w4": "预期损失：加担保，降 LGD", "w5": "不够", "w6": "贷款余额"}

# %% [markdown] task="flat" track="all"
# ### 第 4 题　等本等息的真实利率（8 分，全员必做）
#
# 客户拿来一张别家的报价：“借 24 万元，12 期，每月还本金 2 万元，另按**最初本金**的 0.5% 收息，年利率才 6%。”本行报 8.0% 的等额本息，没有别的费用。
#
# `f4` 用课程里的估法：一年利息 ÷ 平均欠款（现金流算的也算对）。平均欠款取各月**还款前**欠的平均。

# %% answer="flat" tags=["hide-input"]
flat = ask.number(
    "flat",
    {
        "f1": "别家：第 1 个月一共还多少",
        "f2": "别家：第 12 个月付的利息",
        "f3": "别家：一年里平均欠多少本金",
        "f4": "别家：真实年化利率大约是",
        "f5": "哪家便宜？别家填 1，本行填 2",
    },
    units={"f1": "元", "f2": "元", "f3": "元", "f4": "%"},
)
# BEGIN SOLUTION
flat = {"f1": 21_200, "f2": 1_200, "f3": 130_000, "f4": 10.9, "f5": 2}
# END SOLUTION

# %% [markdown]
# 检查第 4 题：是不是都填了。

# %% check="flat" points=8
todo = [key for key, value in flat.items() if value is None]
assert not todo, f"还没有填：{'、'.join(todo)}。"
assert set(flat) == {f"f{n}" for n in range(1, 6)}, "应有 f1 到 f5 五个数，请不要增删。"
assert flat["f1"] >= 1000, "f1：单位是元，不是万元。"
assert not 0 < flat["f4"] < 1, "f4：单位是百分数，33% 填 33，不是 0.33（只是写法的例子）。"
assert flat["f5"] in (1, 2), "f5：填 1 或 2。"
# BEGIN HIDDEN TESTS
_plan = pricing.schedule(240_000, 0.06, 12, "等本等息")
_apr = 100 * pricing.annual_rates(_plan["payment_cny"], 240_000)["APR"]
assert abs(flat["f4"] - 6) > 0.05, f"f4：名义利率当成了 APR。本金月月在还，利息一分没少，真实是 {_apr:.1f}%。拿名义去比，你会以为本行贵，把客户让给更贵的一家。"
assert abs(flat["f1"] - 21_200) < 1, f"f1：本金 20,000 元加利息 240,000 × 0.5%，现填 {flat['f1']:g}。"
assert abs(flat["f2"] - 100) > 1, "f2：你按剩下的本金算了。等本等息一直按最初的本金收，最后一个月也是 1,200 元：毛病就在这里。"
assert abs(flat["f2"] - 1_200) < 1, f"f2：最后一个月也按 240,000 元收息，现填 {flat['f2']:g}。"
assert abs(flat["f3"] - 240_000) > 1, "f3：不是一年里一直欠着 24 万元：每月还 2 万元，欠的一路变少。"
assert abs(flat["f3"] - 110_000) > 1, "f3：你取了还款后的平均。题目取还款前：(24 + 22 + … + 2) ÷ 12 万元；分母小了，利率会估高。"
assert abs(flat["f3"] - 120_000) > 1, "f3：你取了头尾（24 和 0）的平均。题目取各月还款前的平均：(24 + 22 + … + 2) ÷ 12 万元；分母小了，利率会估高。"
assert abs(flat["f3"] - 130_000) < 1, f"f3：(24 + 22 + … + 2) ÷ 12 = 13 万元，现填 {flat['f3']:g}。"
assert abs(flat["f4"] - _apr) < 0.4, f"f4：14,400 ÷ 130,000，约 {_apr:.0f}%，现填 {flat['f4']:g}。"
assert flat["f5"] == 2, "f5：真实年化比，别家接近 11%，本行 8%。只看合同上的数，就会劝客户去借更贵的。"
# END HIDDEN TESTS

# %% [markdown] discussion="flat"
# 现金流算 APR 约 10.9%，估法 11.1%。让学员现场拿一张信用卡分期的账单算一次。

# %% sample="flat" mistake="等本等息的名义利率当 APR" says="名义利率当成了 APR"
flat = {"f1": 21_200, "f2": 1_200, "f3": 130_000, "f4": 6, "f5": 1}

# %% sample="flat" mistake="利息按剩余本金算" says="按剩下的本金算了"
flat = {"f1": 21_200, "f2": 100, "f3": 130_000, "f4": 10.9, "f5": 2}

# %% sample="flat" mistake="平均欠款取还款后" says="题目取还款前"
flat = {"f1": 21_200, "f2": 1_200, "f3": 110_000, "f4": 13.1, "f5": 2}

# %% sample="flat" mistake="平均欠款取头尾" says="你取了头尾"
flat = {"f1": 21_200, "f2": 1_200, "f3": 120_000, "f4": 12, "f5": 2}

# %% sample="flat" mistake="算出来了还说别家便宜" says="劝客户去借更贵的"
flat = {"f1": 21_200, "f2": 1_200, "f3": 130_000, "f4": 11.1, "f5": 1}

# %% [markdown] task="cliff" track="all"
# ### 第 5 题　断崖与 LPR（10 分，全员必做）
#
# 八笔贷款，借款人都是小型、微型企业，银行用办法一，公告的其他条件当作都满足。公开的 LPR：2024-10-21 起一年期 3.10%、五年期以上 3.60%；2025-05-20 起 3.00%、3.50%。
#
# | 编号 | 单户授信 | 期限 | 利率 | 审批 | 放款 |
# |---|---|---|---|---|---|
# | c1 | 80 万元 | 一年 | 6.20% | 2025-09-08 | 2025-09-10 |
# | c2 | 100 万元 | 一年 | 5.00% | 2025-09-08 | 2025-09-10 |
# | c3 | 300 万元 | 一年 | 4.50% | 2025-09-08 | 2025-09-10 |
# | c4 | 300 万元 | 一年 | 4.60% | 2025-09-08 | 2025-09-10 |
# | c5 | 300 万元 | 一年 | 4.60% | 2025-04-14 | 2025-04-16 |
# | c6 | 500 万元 | 五年 | 5.10% | 2025-09-08 | 2025-09-10 |
# | c7 | 300 万元 | 一年 | 4.60% | 2025-05-16 | 2025-05-22 |
# | c8 | 1,200 万元 | 一年 | 4.20% | 2025-09-08 | 2025-09-10 |

# %% answer="cliff" tags=["hide-input"]
cliff = ask.choices(
    "cliff",
    {
        "c1": "80 万元，一年，6.20%",
        "c2": "100 万元，一年，5.00%",
        "c3": "300 万元，一年，4.50%",
        "c4": "300 万元，一年，4.60%",
        "c5": "300 万元，一年，4.60%，四月放款",
        "c6": "500 万元，五年，5.10%",
        "c7": "300 万元，一年，4.60%，降息前审批，降息后放款",
        "c8": "1,200 万元，一年，4.20%",
    },
    ["免税，不看利率", "线内，免税", "掉下断崖，全额征税", "两条优惠都用不上，征税"],
)
# BEGIN SOLUTION
cliff = {
    "c1": "免税，不看利率", "c2": "免税，不看利率", "c3": "线内，免税", "c4": "掉下断崖，全额征税",
    "c5": "线内，免税", "c6": "线内，免税", "c7": "掉下断崖，全额征税", "c8": "两条优惠都用不上，征税",
}  # fmt: skip
# END SOLUTION

# %% [markdown]
# 检查第 5 题：是不是都选了。

# %% check="cliff" points=10
todo = [key for key, choice in cliff.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(cliff) == {f"c{n}" for n in range(1, 9)}, "应有 c1 到 c8 八笔，请不要增删。"
# BEGIN HIDDEN TESTS
assert cliff["c1"] == "免税，不看利率" and cliff["c2"] == "免税，不看利率", "c1、c2：把断崖用到了一百万元及以下。小额免税不看利率（一百万元整也算），为了线去压价，白让一个多百分点。"
assert cliff["c5"] != "掉下断崖，全额征税", "c5：用错了 LPR 的日期。四月放款，用的是 3.10%，线是 4.65%；拿后来的 LPR 去核，冤枉了合规的，还白交一次税。"
assert cliff["c7"] != "线内，免税", "c7：看的是放款当天，不是审批那天。五月二十日降了息，线变成 4.50%；放款前没有再核，客户多付、银行少得。"
assert cliff["c6"] != "掉下断崖，全额征税", "c6：期限用错了。五年的贷款用五年期以上 LPR 3.50%，线是 5.25%；拿一年期去比，会白白降价。"
assert cliff["c4"] == "掉下断崖，全额征税", "c4：线是 3.00% × 1.5 = 4.50%，4.60% 超过一点就全额征；不是只征超过的那 0.10 个百分点（那是办法二）。"
assert cliff["c8"] == "两条优惠都用不上，征税", "c8：授信超过一千万元，利率再低也用不上这两条；当成免税去报价，每年少算一笔税。"
assert cliff["c3"] == "线内，免税", "c3：正好 4.50%，不超过就免。"
assert cliff["c5"] == "线内，免税" and cliff["c6"] == "线内，免税", "c5、c6：授信超过一百万元，走的是有利率条件的那一条，在线内。"
assert cliff["c7"] == "掉下断崖，全额征税", "c7：放款那天线是 4.50%，4.60% 超过了。"
# END HIDDEN TESTS

# %% [markdown] discussion="cliff"
# 三问：单户授信多少？放款是哪一天？期限用哪一档？讲评时请学员给 c4、c7 改价：压到 4.50%，客户少付 0.10，银行多得约 0.19 个百分点。

# %% sample="cliff" mistake="把断崖用到 ≤100 万" says="一百万元及以下"
cliff = {"c1": "掉下断崖，全额征税", "c2": "掉下断崖，全额征税", "c3": "线内，免税", "c4": "掉下断崖，全额征税", "c5": "线内，免税", "c6": "线内，免税", "c7": "掉下断崖，全额征税", "c8": "两条优惠都用不上，征税"}

# %% sample="cliff" mistake="用错 LPR 日期：拿现在的 LPR" says="用错了 LPR 的日期"
cliff = {"c1": "免税，不看利率", "c2": "免税，不看利率", "c3": "线内，免税", "c4": "掉下断崖，全额征税", "c5": "掉下断崖，全额征税", "c6": "线内，免税", "c7": "掉下断崖，全额征税", "c8": "两条优惠都用不上，征税"}

# %% sample="cliff" mistake="用错 LPR 日期：看审批那天" says="不是审批那天"
cliff = {"c1": "免税，不看利率", "c2": "免税，不看利率", "c3": "线内，免税", "c4": "掉下断崖，全额征税", "c5": "线内，免税", "c6": "线内，免税", "c7": "线内，免税", "c8": "两条优惠都用不上，征税"}

# %% sample="cliff" mistake="用错 LPR 期限" says="期限用错了"
cliff = {"c1": "免税，不看利率", "c2": "免税，不看利率", "c3": "线内，免税", "c4": "掉下断崖，全额征税", "c5": "线内，免税", "c6": "掉下断崖，全额征税", "c7": "掉下断崖，全额征税", "c8": "两条优惠都用不上，征税"}

# %% sample="cliff" mistake="超过一千万元也当免税" says="利率再低也用不上"
cliff = {"c1": "免税，不看利率", "c2": "免税，不看利率", "c3": "线内，免税", "c4": "掉下断崖，全额征税", "c5": "线内，免税", "c6": "线内，免税", "c7": "掉下断崖，全额征税", "c8": "线内，免税"}

# %% [markdown]
# ## 二、给四个客群定价（全员必做）
#
# 第 6 题的客群、产品和挂牌价。丙组额度限在一百万元以内，别的组按产品上限。

# %% tags=["hide-input"]
_groups = case.price_list(AS_OF)
pd.DataFrame(
    {
        "客群": _groups["who"],
        "产品": _groups["product"],
        "额度上限": (_groups["line_most_cny"] / 1e4).map("{:,.0f} 万元".format),
        "挂牌价": _groups["annual_rate"].map("{:.2%}".format),
        "超过 100 万元的，增值税的线": _groups["free_up_to"].map("{:.2%}".format).replace("nan%", "没有（都在 100 万元以内）"),
        "可选的还款方式": _groups["methods"],
    }
).rename_axis(index=None, columns="组")

# %% [markdown] task="offers" track="all"
# ### 第 6 题　四组的价格和还款方式（12 分，全员必做）
#
# 一年里四组客户来申请的，都用你定的加点（百分点，加在挂牌价上）和还款方式。其余照银行现在的做法。**让利指标**：四组加点加起来**不能超过 0**，想给一组加，就要给别组减。
#
# 仿真银行按每户的真实违约机会，算这一年的期望利润（扣掉资金、费用、税、预期损失和资本成本）。照旧（都不加不减、各产品原来的还款方式）得 0 分；比照旧多赚的达到参考答案的 95% 得满分，中间按比例。批改用的是另一批客户。
#
# 四条线索：同样加一点，谁的余额大谁多收；超过 100 万元的看增值税的线；到期一次还本的，本金压在几个月的流入上，到期还不上的机会大（仿真里随借随还、先息后本都到期才还本金，提前还清的除外）；办一笔抵押贷要花几千元，额度小的怎么定价都可能亏：丙组看少亏多少。
#
# 仿真不知道每户哪个月收款，客户也不因还款方式走掉；真做时先看第 1 题那样的图。下面的试算单元可以反复运行。

# %% answer="offers" tags=["hide-input"]
offers = ask.choices(
    "offers",
    {
        "甲价": "甲组加点", "甲还": "甲组还款方式",
        "乙价": "乙组加点", "乙还": "乙组还款方式",
        "丙价": "丙组加点", "丙还": "丙组还款方式",
        "丁价": "丁组加点", "丁还": "丁组还款方式",
    },
    {f"{g}价": case.ADDONS for g in case.GROUPS} | {f"{g}还": case.methods_of(g) for g in case.GROUPS},
)  # fmt: skip
# BEGIN SOLUTION
offers = {{ truth.pricing_answer }}
# END SOLUTION

# %% [markdown]
# **试算**：在一个练手用的小市场里，照旧和你的方案各演一年。选好以后运行这个单元；改了再运行。这里的客户和批改时不同，差一点的排名不要当真。

# %% tags=["hide-input"]
def _try(values):
    if todo := [key for key, choice in values.items() if not choice]:
        return print(f"还没有选：{'、'.join(todo)}。选完再运行这个单元。")
    print(f"四组加点合计 {100 * case.total_addon(values):+.2f} 个百分点（不能超过 0）；下表是期望利润，万元。")
    return case.tried(values, sp.bank.market(customers=3_000, seed=8), [1, 2]).rename_axis(index=None, columns="组")


_try(offers)

# %% [markdown]
# 检查第 6 题：选全了没有，有没有超出让利指标。

# %% check="offers" points=12
todo = [key for key, choice in offers.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(offers) == {f"{g}{x}" for g in "甲乙丙丁" for x in "价还"}, "应有四组的价和还共八项，请不要增删。"
assert case.total_addon(offers) <= 1e-9, f"让利指标：四组加点合计 {100 * case.total_addon(offers):+.2f} 个百分点，超过了 0。只加不减，分行不批，方案退回重报。"
# BEGIN HIDDEN TESTS
from smeprofile.verdicts import remark, share_of_profit

_table = {{ truth.pricing_table }}
_mine, _best, _usual = (case.value_in(_table, v) / 1e4 for v in (offers, {{ truth.pricing_answer }}, case.usual()))
_share = share_of_profit(_mine - _usual, _best - _usual, 0)
remark(f"一年的期望利润，你的方案比照旧多 {_mine - _usual:,.1f} 万元，参考答案多 {_best - _usual:,.1f} 万元。")
_praise = "分期、断崖、加点都放对了地方。" if _share == 1 else "哪一处都不离谱，合起来还差一点：回试算单元，一次只动一处。"
for _line in case.advice(offers, AS_OF) or [_praise]:
    remark(_line)
round(12 * _share, 2)
# END HIDDEN TESTS

# %% [markdown] discussion="offers"
# 先比还款方式，再比价格：还款方式的差别通常大得多，因为分期的额度用得满、到期没有断崖、提前还得少。提醒学员：仿真不知道每户哪个月收款，客户也不因还款方式走掉，所以这里分期总是好的，和第 1 题不冲突；真做时先看第 1 题那样的图，问客户要什么。参考答案只按道理定，没有看结果。

# %% sample="offers" mistake="还款与现金流错配：照旧，都到期一次还本" says="本金压在到期那一天" earns=0
offers = {{ truth.pricing_usual }}

# %% sample="offers" mistake="大额报价掉下断崖" says="正好掉下增值税的断崖" earns={{ truth.pricing_at_the_cliff_earns }}
offers = {{ truth.pricing_at_the_cliff }}

# %% sample="offers" mistake="只加价不让利" says="让利指标"
offers = {"甲价": "+0.30", "甲还": "等额本息", "乙价": "+0.30", "乙还": "等额本金", "丙价": "+0.30", "丙还": "等额本息", "丁价": "+0.30", "丁还": "等额本息"}

# %% [markdown]
# ## 三、写函数（分析岗）
#
# 函数里的利率、占比一律是 0–1 的小数（`1.9%` 写 `0.019`），金额是元。每题给了函数的名字和参数，请不要改。

# %% [markdown] task="floor" track="analyst"
# ### 第 7 题　最低价（9 分，分析岗）
#
# 写函数 `min_rate(pd_12m, lgd, *, ftp, opex, k, roe, income_tax, contribution=0.0, vat=0.0)`，返回最低年利率（小数）：
#
# - 预期损失 = `pd_12m` × `lgd`；资金成本 = `ftp` ×（1 − `k`）；资本回报 = `k` × `roe` ÷（1 − `income_tax`）；
# - 各项相加，减综合贡献 `contribution`；
# - `vat` 是要征税时税占利息的比例（0 是免税）：税按**价格本身**征，所以除以（1 − `vat`）；
# - `pd_12m`、`lgd` 可以是数，也可以是 Series（逐行算）；
# - 任何一个 `pd_12m` 或 `lgd` 不在 0 到 1 之间，`raise ValueError`：多半是百分数忘了除以一百。

# %% answer="floor"
def min_rate(pd_12m, lgd, *, ftp, opex, k, roe, income_tax, contribution=0.0, vat=0.0):
    # BEGIN SOLUTION
    for values in (pd_12m, lgd):
        if not np.all((np.asarray(values) >= 0) & (np.asarray(values) <= 1)):
            raise ValueError("PD、LGD 应在 0 到 1 之间：百分数要先除以一百。")
    before = ftp * (1 - k) + opex + pd_12m * lgd + k * roe / (1 - income_tax) - contribution
    return before / (1 - vat)
    # END SOLUTION


# %% [markdown]
# 检查第 7 题：用一组仿真参数。

# %% check="floor" points=9
_terms = {"ftp": 0.017, "opex": 0.01, "k": 0.07875, "roe": 0.12, "income_tax": 0.25}
_got = float(min_rate(0.02, 0.5, **_terms))
assert _got < 1, f"结果应是小数，4.83% 是 0.0483，现为 {_got:g}。"
assert not math.isclose(_got, 0.0582612, abs_tol=1e-5), "预期损失漏了 LGD：你把违约概率当成了损失。每一笔都多报一个百分点，好客户全走了。"
# BEGIN HIDDEN TESTS
assert not math.isclose(_got, 0.0482612 + 0.017 * 0.07875, abs_tol=1e-5), "资金成本没有乘（1 − k）：股东出的那一份不付 FTP，你重复收了一次，报价偏高。"
assert not math.isclose(_got, 0.0451112, abs_tol=1e-5), "ROE 是税后的，要除以（1 − 所得税率）折成税前：不折，股东实际只拿到四分之三。"
for _p, _want in ((0.005, 0.0407612), (0.01, 0.0432613), (0.02, 0.0482613), (0.03, 0.0532613), (0.05, 0.0632613)):
    assert math.isclose(float(min_rate(_p, 0.5, **_terms)), _want, abs_tol=2e-6), f"PD {_p:.1%}、LGD 50% 时应为 {_want:.4%}，现为 {float(min_rate(_p, 0.5, **_terms)):.4%}：一步一步核对。"
_less = float(min_rate(0.02, 0.5, **_terms, contribution=0.005))
assert math.isclose(_less, _got - 0.005, abs_tol=1e-9), "综合贡献要减：加上去，存款越多的客户报价越高，他就把结算搬走了。"
_share = pricing.vat_share()
_taxed = float(min_rate(0.02, 0.5, **_terms, vat=_share))
assert not math.isclose(_taxed, _got * (1 + _share), abs_tol=1e-9), "税按价格本身征，要除以（1 − 税的比例），不是乘（1 + 税的比例）：乘的那种，缴完税还差一点，每笔都略亏。"
assert not math.isclose(_taxed, _got + _share, abs_tol=1e-9), "税的比例是占利息的，不是占本金的。"
assert math.isclose(_taxed * (1 - _share), _got, abs_tol=1e-9), "缴完税剩下的，应正好等于不征税时的最低价。"
_many = min_rate(pd.Series([0.01, 0.03], index=["x", "y"]), pd.Series([0.5, 0.2], index=["x", "y"]), **_terms)
assert list(_many.index) == ["x", "y"] and math.isclose(_many["y"], _got - 0.004, abs_tol=1e-9), "PD、LGD 是 Series 时要逐行算，索引不变。"
for _bad in ((2, 0.5), (0.02, 50), (pd.Series([0.01, 3.0]), 0.5)):
    try:
        min_rate(*_bad, **_terms)
    except ValueError:
        continue
    raise AssertionError("PD 写成 2、LGD 写成 50，应 raise ValueError：不拦住，系统会报出百分之一百多的利率。")
# END HIDDEN TESTS

# %% [markdown] discussion="floor"
# 就是 `pricing.floor_price`。讲评时问：ROE 从 12% 降到 10%，最低价降多少？PD 估错一倍呢？

# %% sample="floor" mistake="EL 漏 LGD" says="漏了 LGD"
def min_rate(pd_12m, lgd, *, ftp, opex, k, roe, income_tax, contribution=0.0, vat=0.0):
    return (ftp * (1 - k) + opex + pd_12m + k * roe / (1 - income_tax) - contribution) / (1 - vat)

# %% sample="floor" mistake="资金成本没有乘（1 − k）" says="股东出的那一份"
def min_rate(pd_12m, lgd, *, ftp, opex, k, roe, income_tax, contribution=0.0, vat=0.0):
    return (ftp + opex + pd_12m * lgd + k * roe / (1 - income_tax) - contribution) / (1 - vat)

# %% sample="floor" mistake="ROE 没有折成税前" says="ROE 是税后的"
def min_rate(pd_12m, lgd, *, ftp, opex, k, roe, income_tax, contribution=0.0, vat=0.0):
    return (ftp * (1 - k) + opex + pd_12m * lgd + k * roe - contribution) / (1 - vat)

# %% sample="floor" mistake="增值税乘上去" says="乘的那种"
def min_rate(pd_12m, lgd, *, ftp, opex, k, roe, income_tax, contribution=0.0, vat=0.0):
    return (ftp * (1 - k) + opex + pd_12m * lgd + k * roe / (1 - income_tax) - contribution) * (1 + vat)

# %% sample="floor" mistake="百分数没有拦住" says="不拦住"
def min_rate(pd_12m, lgd, *, ftp, opex, k, roe, income_tax, contribution=0.0, vat=0.0):
    return (ftp * (1 - k) + opex + pd_12m * lgd + k * roe / (1 - income_tax) - contribution) / (1 - vat)

# %% [markdown] task="apr" track="analyst"
# ### 第 8 题　按现金流求 APR（9 分，分析岗）
#
# 写函数 `apr_of(amount_cny, payments, fee_cny=0.0)`，返回 APR（小数）= 月内部收益率 × 12：
#
# - `payments` 是逐月还款额的列表，第 1 项在放款后一个月；某月不还就是 0；
# - `fee_cny` 是放款当天扣的一次性费用：客户到手的是 `amount_cny − fee_cny`；
# - 求根用 `brentq(函数, 低, 高)`，月利率在 −0.5 到 10 之间找；
# - 还款合计不到到手的钱，APR 是负的，照样返回。

# %% answer="apr"
def apr_of(amount_cny, payments, fee_cny=0.0):
    # BEGIN SOLUTION
    flows = np.array([-(amount_cny - fee_cny), *payments], dtype=float)
    periods = np.arange(len(flows))
    return 12 * brentq(lambda month: (flows / (1 + month) ** periods).sum(), -0.5, 10, xtol=1e-12)
    # END SOLUTION


# %% [markdown]
# 检查第 8 题：等额本金，月息千分之四。

# %% check="apr" points=9
_linear = [10_000 + (120_000 - 10_000 * n) * 0.004 for n in range(12)]
_got = apr_of(120_000, _linear)
assert _got > 0.01, f"APR 是月内部收益率 × 12，现为 {_got:.4f}：忘了乘 12，比起来人人都便宜。"
assert math.isclose(_got, 0.048, abs_tol=1e-6) or math.isclose(_got, 1.004**12 - 1, abs_tol=1e-6), f"真正的等额本金、月息 0.4%，APR 应为 4.80%，现为 {_got:.4%}。"
# BEGIN HIDDEN TESTS
_flat = [10_480] * 12
assert not math.isclose(apr_of(120_000, _flat), 0.048, abs_tol=1e-4), "等本等息的名义利率当成了 APR：本金月月在还，利息没有少，真实是 8.75%。照名义报给客户，是误导，要被投诉。"
assert not math.isclose(_got, 1.004**12 - 1, abs_tol=1e-6), "你返回的是 EAR（复利）。题目要 APR = 月利率 × 12；两家用的尺子不同，比价就不作数。"
assert math.isclose(apr_of(120_000, _flat), 0.0875, abs_tol=5e-5), f"12 万元、每月还 10,480 元，APR 应为 8.75%，现为 {apr_of(120_000, _flat):.4%}。"
_fee = apr_of(120_000, _linear, fee_cny=2_400)
assert not math.isclose(_fee, 0.048, abs_tol=1e-6), "一次性费用没有算进去：客户到手只有 117,600 元，却按 12 万元还。"
assert math.isclose(_fee, 12 * pricing.monthly_irr([-117_600, *_linear]), abs_tol=1e-6), f"费用在第 0 期从到手的钱里扣，不摊到各月；应为 {12 * pricing.monthly_irr([-117_600, *_linear]):.4%}，现为 {_fee:.4%}。"
_bullet = apr_of(100_000, [0] * 11 + [105_000])
assert math.isclose(_bullet, 12 * (1.05 ** (1 / 12) - 1), abs_tol=1e-6), "中间各月不还、到期一次还清的也要算对：0 的月份也占一期，丢掉它，期限就错了。"
assert math.isclose(apr_of(90_000, [30_000] * 3), 0, abs_tol=1e-6), "还的正好等于借的，APR 是 0。"
assert apr_of(90_000, [29_000] * 3) < 0, "还款合计不到本金，APR 是负的。"
_odd = [5_000, 0, 20_000, 40_000, 60_000]
assert math.isclose(apr_of(100_000, _odd), 12 * pricing.monthly_irr([-100_000, *_odd]), abs_tol=1e-6), "每月还得不一样多，也要按各期的先后算。"
# END HIDDEN TESTS

# %% [markdown] discussion="apr"
# 先放出、后收回，符号只变一次，根只有一个。讲评时比 APR 和 EAR：8.75% 和 9.10%，合同里写哪个，口径要写明。

# %% sample="apr" mistake="等本等息的名义利率当 APR" says="名义利率当成了 APR"
def apr_of(amount_cny, payments, fee_cny=0.0):
    if len(set(payments)) > 1:
        return 12 * brentq(lambda m: sum(p / (1 + m) ** n for n, p in enumerate(payments, 1)) - amount_cny, -0.5, 10)
    return (sum(payments) - amount_cny) / amount_cny / len(payments) * 12

# %% sample="apr" mistake="一次性费用没有算" says="费用没有算进去"
def apr_of(amount_cny, payments, fee_cny=0.0):
    return 12 * brentq(lambda m: sum(p / (1 + m) ** n for n, p in enumerate(payments, 1)) - amount_cny, -0.5, 10)

# %% sample="apr" mistake="返回了 EAR" says="返回的是 EAR"
def apr_of(amount_cny, payments, fee_cny=0.0):
    month = brentq(lambda m: sum(p / (1 + m) ** n for n, p in enumerate(payments, 1)) - amount_cny + fee_cny, -0.5, 10)
    return (1 + month) ** 12 - 1

# %% sample="apr" mistake="丢掉不还款的月份" says="0 的月份也占一期"
def apr_of(amount_cny, payments, fee_cny=0.0):
    paid = [p for p in payments if p]
    return 12 * brentq(lambda m: sum(p / (1 + m) ** n for n, p in enumerate(paid, 1)) - amount_cny + fee_cny, -0.5, 10)

# %% [markdown] task="lpr" track="analyst"
# ### 第 9 题　用对 LPR（8 分，分析岗）
#
# 写函数 `lpr_for(day, tenor_months, table)`，返回这笔贷款适用的 LPR（小数）：
#
# - `table` 每行是一次变动：`date`（公布日，`Timestamp`）、`lpr_1y`、`lpr_5y`；**行的先后不一定按日期**；
# - `day` 是放款日（文字或 `Timestamp`）；公布当天就适用，以后公布的不能用；
# - `tenor_months` 不到 60 用一年期，60 及以上用五年期以上；
# - 放款日早于最早的公布日，返回 `math.nan`。

# %% answer="lpr"
def lpr_for(day, tenor_months, table):
    # BEGIN SOLUTION
    known = table[table["date"] <= pd.Timestamp(day)].sort_values("date")
    if known.empty:
        return math.nan
    return float(known.iloc[-1]["lpr_5y" if tenor_months >= 60 else "lpr_1y"])
    # END SOLUTION


# %% [markdown]
# 检查第 9 题：两次变动之间的一天。

# %% check="lpr" points=8
_told = pd.DataFrame({"date": pd.to_datetime(["2025-05-20", "2024-07-22", "2024-10-21", "2024-02-20"]), "lpr_1y": [0.030, 0.0335, 0.031, 0.0345], "lpr_5y": [0.035, 0.0385, 0.036, 0.0395]})
_got = lpr_for("2025-01-10", 12, _told)
assert isinstance(_got, float), "应返回一个数（小数），不是 Series 或表。"
assert not (math.isclose(_got, 0.0335) or math.isclose(_got, 0.0345)), "表的行没有按日期排：先排序，再取放款日以前最近的一次。乱取一行，大额的线就错了。"
# BEGIN HIDDEN TESTS
assert not math.isclose(_got, 0.030), "用了放款以后才公布的 LPR：一月放款，那时还不知道五月的。线划低了，合规的也当成掉下断崖。"
assert math.isclose(_got, 0.031), f"2025-01-10 适用 2024-10-21 公布的 3.10%，现为 {_got}。"
assert math.isclose(lpr_for("2025-05-20", 12, _told), 0.030), "公布当天就适用新的：五月二十日放款，用 3.00%。还用旧的，线高了 0.15 个百分点，放出去就要补税。"
assert math.isclose(lpr_for(pd.Timestamp("2025-05-19"), 12, _told), 0.031), "公布前一天还用旧的。"
assert math.isclose(lpr_for("2025-06-01", 60, _told), 0.035), "期限用错了：五年及以上要用五年期以上那一档；都用一年期，长期贷款会白白降价。"
assert math.isclose(lpr_for("2025-06-01", 59, _told), 0.030), "不到五年的用一年期。"
assert math.isnan(lpr_for("2020-01-01", 12, _told)), "放款日早于最早的公布日，应返回 math.nan；随便拿一个顶上，账就对不回去。"
_whole = sp.load("lpr").sample(frac=1, random_state=3)
for _day in ("2019-08-20", "2021-12-19", "2022-08-22", "2024-02-20", "2025-12-31"):
    _was = _whole[_whole["date"] <= _day].sort_values("date").iloc[-1]
    assert math.isclose(lpr_for(_day, 12, _whole), _was["lpr_1y"]) and math.isclose(lpr_for(_day, 120, _whole), _was["lpr_5y"]), f"{_day} 的 LPR 不对：放款当天、对应期限。"
# END HIDDEN TESTS

# %% [markdown] discussion="lpr"
# 一批贷款用 `pd.merge_asof`，逐行取“不晚于”的最近一行。讲评时问：三年期的贷款，你们行对一年期还是五年期？合同怎么写？

# %% sample="lpr" mistake="用错 LPR 日期：用了放款以后公布的" says="放款以后才公布"
def lpr_for(day, tenor_months, table):
    if pd.Timestamp(day) < table["date"].min():
        return math.nan
    nearest = (table["date"] - pd.Timestamp(day)).abs().sort_values().index[0]
    latest = table["date"].idxmax() if pd.Timestamp(day).year == 2025 else nearest
    return float(table.loc[latest, "lpr_5y" if tenor_months >= 60 else "lpr_1y"])

# %% sample="lpr" mistake="用错 LPR 日期：公布当天还用旧的" says="公布当天就适用"
def lpr_for(day, tenor_months, table):
    known = table[table["date"] < pd.Timestamp(day)].sort_values("date")
    return float(known.iloc[-1]["lpr_5y" if tenor_months >= 60 else "lpr_1y"]) if len(known) else math.nan

# %% sample="lpr" mistake="用错 LPR 期限" says="期限用错了"
def lpr_for(day, tenor_months, table):
    known = table[table["date"] <= pd.Timestamp(day)].sort_values("date")
    return float(known.iloc[-1]["lpr_1y"]) if len(known) else math.nan

# %% sample="lpr" mistake="没有按日期排" says="没有按日期排"
def lpr_for(day, tenor_months, table):
    known = table[table["date"] <= pd.Timestamp(day)]
    return float(known.iloc[0]["lpr_5y" if tenor_months >= 60 else "lpr_1y"]) if len(known) else math.nan

# %% [markdown] task="vat" track="analyst"
# ### 第 10 题　缴完增值税剩多少（8 分，分析岗）
#
# 写函数 `after_vat(line_cny, rate, lpr, vat)`，返回缴完税剩下的利率（小数）。借款人都是小型、微型企业，用**办法一**：
#
# - 单户授信 `line_cny` 一百万元及以下：免税，不看利率；
# - 超过一百万元、一千万元及以下：`rate` 不超过 1.5 × `lpr` 免税，超过则**全额**征；
# - 超过一千万元：全额征；
# - 全额征时，税占利息的比例是 `vat`，剩 `rate` ×（1 − `vat`）。
#
# 当心浮点数：1.5 × 3.10% 和 4.65% 在电脑里可能差一点点，先 `round` 到 8 位再比。

# %% answer="vat"
def after_vat(line_cny, rate, lpr, vat):
    # BEGIN SOLUTION
    if line_cny <= 1_000_000:
        return rate
    if line_cny <= 10_000_000 and round(rate, 8) <= round(1.5 * lpr, 8):
        return rate
    return rate * (1 - vat)
    # END SOLUTION


# %% [markdown]
# 检查第 10 题：线上的一笔，和过了线的一笔。

# %% check="vat" points=8
_vat = pricing.vat_share()
assert math.isclose(after_vat(3_000_000, 0.045, 0.03, _vat), 0.045), "300 万元、4.50%，正好不超过 1.5 × 3.00%，免税。"
assert after_vat(3_000_000, 0.046, 0.03, _vat) < 0.046, "300 万元、4.60%，过了线要征税。"
# BEGIN HIDDEN TESTS
assert not math.isclose(after_vat(3_000_000, 0.046, 0.03, _vat), 0.046 - 0.001 * _vat, abs_tol=1e-7), "只征了超过的部分：那是办法二。办法一过线就全额征，差一点点，税差几十倍。"
assert math.isclose(after_vat(3_000_000, 0.046, 0.03, _vat), 0.046 * (1 - _vat), abs_tol=1e-9), f"全额征：4.60% ×（1 − {_vat:.4f}），现为 {after_vat(3_000_000, 0.046, 0.03, _vat):.4%}。"
assert after_vat(800_000, 0.062, 0.03, _vat) == 0.062, "把断崖用到了一百万元及以下：小额免税不看利率。照这样算，快速贷会被白白压价。"
assert after_vat(1_000_000, 0.062, 0.03, _vat) == 0.062, "一百万元整也归小额那一条：“及以下”含本数。"
assert math.isclose(after_vat(12_000_000, 0.042, 0.03, _vat), 0.042 * (1 - _vat), abs_tol=1e-9), "超过一千万元的，利率再低也用不上优惠，要征税。"
assert after_vat(10_000_000, 0.042, 0.03, _vat) == 0.042, "一千万元整还在优惠里：含本数。"
assert after_vat(2_000_000, 0.0465, 0.031, _vat) == 0.0465, "4.65% 正好是 3.10% 的 1.5 倍，应免税：浮点数差了一点点，先 round 到 8 位再比；不然线上的客户全被冤枉。"
_even = pricing.break_even_rate(0.03)
assert after_vat(3_000_000, _even - 0.0005, 0.03, _vat) < 0.045 < after_vat(3_000_000, _even + 0.0005, 0.03, _vat), "灰段两头对不上：过线以后要高到一定程度，剩下的才多过线上。"
# END HIDDEN TESTS

# %% [markdown] discussion="vat"
# 解 r ×（1 − vat）= 1.5 × LPR，就是灰段的右端：LPR 3.00% 时约 4.80%（含附加）。讲评时问：4.70% 的客户，你怎么跟他谈降到 4.50%？

# %% sample="vat" mistake="把断崖用到 ≤100 万" says="照这样算，快速贷"
def after_vat(line_cny, rate, lpr, vat):
    free = line_cny <= 10_000_000 and round(rate, 8) <= round(1.5 * lpr, 8)
    return rate if free else rate * (1 - vat)

# %% sample="vat" mistake="只征超过的部分" says="那是办法二"
def after_vat(line_cny, rate, lpr, vat):
    if line_cny <= 1_000_000:
        return rate
    over = max(0.0, rate - 1.5 * lpr) if line_cny <= 10_000_000 else rate
    return rate - over * vat

# %% sample="vat" mistake="一百万元整不算小额" says="含本数。" earns=0
def after_vat(line_cny, rate, lpr, vat):
    if line_cny < 1_000_000:
        return rate
    free = line_cny <= 10_000_000 and round(rate, 8) <= round(1.5 * lpr, 8)
    return rate if free else rate * (1 - vat)

# %% sample="vat" mistake="超过一千万元也免" says="利率再低也用不上"
def after_vat(line_cny, rate, lpr, vat):
    if line_cny <= 1_000_000 or round(rate, 8) <= round(1.5 * lpr, 8):
        return rate
    return rate * (1 - vat)

# %% sample="vat" mistake="浮点数差一点点" says="浮点数差了一点点"
def after_vat(line_cny, rate, lpr, vat):
    if line_cny <= 1_000_000:
        return rate
    return rate if line_cny <= 10_000_000 and rate < 1.5 * lpr + (1e-9 if lpr == 0.03 else -1e-12) else rate * (1 - vat)

# %% [markdown]
# 下一题用你自己的支行，别人的数字对不上你的。

# %%
BRANCH = sp.own_branch(VARIANT_KEY)  # 你的支行

# %% [markdown] task="mine" track="analyst"
# ### 第 11 题　你的支行：价格够不够（8 分，分析岗）
#
# 用 `facilities`、`lpr` 两张表，只看**你的支行**（`BRANCH`）**还有效**的授信：`start_date` 不晚于观察点，`maturity_date` 晚于观察点。借款人都当作小型、微型企业，用办法一；LPR 用各笔**起始日**的一年期（本行的期限都不到五年）。给变量 `mine` 赋一个字典，值用普通的数：
#
# - `"n"`　笔数；
# - `"below_share"`　缴完税剩下的利率低于该产品最低价的占比，按笔数，0–1；最低价在 `FLOOR`（产品编号 → 利率，本页开头算好），全额征时税占利息的比例在 `VAT`；
# - `"below_amount_share"`　同上，按授信额度，0–1；
# - `"n_dead"`　落在灰段的笔数：额度超过一百万元、到一千万元，`annual_rate` 超过 1.5 × LPR，可缴完税剩下的还不到 1.5 × LPR；
# - `"mean_spread"`　平均加点：`annual_rate` 减各笔自己的 LPR，按笔数平均，0.01 是一个百分点。
#
# 一笔也没有时，两个占比和平均加点记 `None`。`pricing.rates_of_lines(授信表, lpr 表)` 会给每笔加上起始日的 `lpr_1y` 和 `free_up_to`（1.5 倍）。

# %% answer="mine"
# BEGIN SOLUTION
_rows = sp.load("facilities").query("branch_id == @BRANCH and start_date <= @AS_OF and maturity_date > @AS_OF")
_rows = pricing.rates_of_lines(_rows, sp.load("lpr"))
_large = (_rows["credit_line_cny"] > 1e6) & (_rows["credit_line_cny"] <= 1e7)
_over = _rows["annual_rate"] > _rows["free_up_to"] + 1e-9
_taxed = (_large & _over) | (_rows["credit_line_cny"] > 1e7)
_net = _rows["annual_rate"] * (1 - VAT * _taxed)
_below = _net < _rows["product_id"].map(FLOOR)
_money = _rows["credit_line_cny"]
mine = {
    "n": len(_rows),
    "below_share": float(_below.mean()) if len(_rows) else None,
    "below_amount_share": float(_money[_below].sum() / _money.sum()) if len(_rows) else None,
    "n_dead": int((_large & _over & (_net < _rows["free_up_to"])).sum()),
    "mean_spread": float((_rows["annual_rate"] - _rows["lpr_1y"]).mean()) if len(_rows) else None,
}
# END SOLUTION

# %% [markdown]
# 检查第 11 题：五个数在不在，像不像。

# %% check="mine" points=8
assert set(mine) == {"n", "below_share", "below_amount_share", "n_dead", "mean_spread"}, "应有 n、below_share、below_amount_share、n_dead、mean_spread 五项，请不要增删。"
assert isinstance(mine["n"], int) and isinstance(mine["n_dead"], int), "n 和 n_dead 应是普通的整数：外面套一层 int(…)。"
assert mine["below_share"] is None or 0 <= mine["below_share"] <= 1, "占比是 0–1 的小数，不是百分数。"
assert mine["mean_spread"] is None or -0.1 < mine["mean_spread"] < 0.3, "平均加点是小数：一个百分点写 0.01。"
# BEGIN HIDDEN TESTS
def _priced(rows, *, today=False, all_sizes=False, vat=VAT):
    told = pricing.rates_of_lines(rows, sp.load("lpr"))
    if today:
        told["lpr_1y"] = float(sp.load("lpr").sort_values("date").query("date <= @AS_OF")["lpr_1y"].iloc[-1])
        told["free_up_to"] = round(1.5 * told["lpr_1y"], 8)
    line, rate, limit = told["credit_line_cny"], told["annual_rate"], told["free_up_to"]
    large = (line <= 1e7) & ((line > 1e6) | all_sizes)
    over = large & (rate > limit + 1e-9)
    net = rate * (1 - vat * (over | (line > 1e7)))
    below = net < told["product_id"].map(FLOOR)
    return {
        "n": len(told), "below_share": below.mean(), "below_amount_share": line[below].sum() / max(line.sum(), 1),
        "n_dead": int((over & (net < limit)).sum()), "mean_spread": (rate - told["lpr_1y"]).mean(),
    }  # fmt: skip


_CLOSE = {"below_share": 1e-3, "below_amount_share": 1e-3, "mean_spread": 1e-5}


def _same(one, other):
    return one["n"] == other["n"] and one["n_dead"] == other["n_dead"] and all(abs((one[k] or 0) - other[k]) < close for k, close in _CLOSE.items())


_all = sp.load("facilities")
_live = _all[(_all["start_date"] <= AS_OF) & (_all["maturity_date"] > AS_OF)]
_here = _live[_live["branch_id"] == BRANCH]
_right = _priced(_here)
_good = len(_here) > 0 and _same(mine, _right)
_bare = _priced(_here, vat=0)
if not len(_here):
    assert mine == {"n": 0, "below_share": None, "below_amount_share": None, "n_dead": 0, "mean_spread": None}, "你的支行没有有效的授信：笔数记 0，占比和平均加点记 None。"
else:
    assert None not in mine.values(), "有授信，占比和平均加点就要算出来，不能记 None。"
    assert _good or mine["n"] != len(_live), "你算的是全行的，题目只要你的支行（BRANCH）：各支行产品不同，拿全行的数去考核支行，有人冤枉、有人漏掉。"
    assert _good or mine["n"] != (_all["branch_id"] == BRANCH).sum() or len(_here) == (_all["branch_id"] == BRANCH).sum(), "已经到期的也算进去了：那些价格谈不了了，混在一起看不出现在的问题。"
    assert mine["n"] == _right["n"], f"笔数不对，现为 {mine['n']}：看看支行、起始日和到期日。"
    assert _good or not _same(mine, _priced(_here, all_sizes=True)), "把断崖用到了一百万元及以下：小额免税不看利率，你给它们也扣了税，低于最低价的就多报了。"
    assert _good or not _same(mine, _priced(_here, today=True)), "LPR 的日期用错了：每笔用它起始日的，不是观察点的。降息以后回头看，合规的老授信都成了掉下断崖的。"
    assert _good or not (_same(mine, _bare) or abs(mine["below_share"] - _bare["below_share"]) < 1e-3 < abs(_right["below_share"] - _bare["below_share"])), "没有扣增值税：合同利率够，缴完税不一定够，漏掉的正是灰段里的大额。"
    assert abs(mine["below_share"] - _right["below_share"]) < 1e-3, f"below_share 不对，现为 {mine['below_share']:.4f}：缴完税剩下的和该产品的 FLOOR 比，按笔数。"
    assert abs(mine["below_amount_share"] - _right["below_amount_share"]) < 1e-3, f"below_amount_share 不对，现为 {mine['below_amount_share']:.4f}：分子分母都用授信额度。"
    assert mine["n_dead"] == _right["n_dead"], f"n_dead 不对，现为 {mine['n_dead']}：过了线，可缴完税还不到线。"
    assert abs(mine["mean_spread"] - _right["mean_spread"]) < 1e-5, f"mean_spread 不对，现为 {mine['mean_spread']:.5f}：每笔的利率减它自己的 lpr_1y，再按笔数平均。"
# END HIDDEN TESTS

# %% [markdown] discussion="mine"
# 每人的支行由工号和班级密钥决定。讲评时各报各的：按笔数和按额度差得多的支行，是大额的价格有问题。低于最低价不等于该停：看综合贡献补不补得上。

# %% sample="mine" mistake="用了全行的数据" says="你算的是全行的"
_rows = pricing.rates_of_lines(sp.load("facilities").query("start_date <= @AS_OF and maturity_date > @AS_OF"), sp.load("lpr"))
_large = (_rows["credit_line_cny"] > 1e6) & (_rows["credit_line_cny"] <= 1e7)
_over = _rows["annual_rate"] > _rows["free_up_to"] + 1e-9
_net = _rows["annual_rate"] * (1 - VAT * (_large & _over))
_below = _net < _rows["product_id"].map(FLOOR)
mine = {"n": len(_rows), "below_share": float(_below.mean()), "below_amount_share": float(_rows.loc[_below, "credit_line_cny"].sum() / _rows["credit_line_cny"].sum()), "n_dead": int((_large & _over & (_net < _rows["free_up_to"])).sum()), "mean_spread": float((_rows["annual_rate"] - _rows["lpr_1y"]).mean())}

# %% sample="mine" mistake="用错 LPR 日期：都用观察点的" says="LPR 的日期用错了"
_rows = sp.load("facilities").query("branch_id == @BRANCH and start_date <= @AS_OF and maturity_date > @AS_OF")
_lpr = float(sp.load("lpr").sort_values("date").query("date <= @AS_OF")["lpr_1y"].iloc[-1])
_limit = round(1.5 * _lpr, 8)
_large = (_rows["credit_line_cny"] > 1e6) & (_rows["credit_line_cny"] <= 1e7)
_over = _rows["annual_rate"] > _limit + 1e-9
_net = _rows["annual_rate"] * (1 - VAT * (_large & _over))
_below = _net < _rows["product_id"].map(FLOOR)
mine = {"n": len(_rows), "below_share": float(_below.mean()), "below_amount_share": float(_rows.loc[_below, "credit_line_cny"].sum() / _rows["credit_line_cny"].sum()), "n_dead": int((_large & _over & (_net < _limit)).sum()), "mean_spread": float((_rows["annual_rate"] - _lpr).mean())}

# %% sample="mine" mistake="把断崖用到 ≤100 万" says="一百万元及以下"
_rows = pricing.rates_of_lines(sp.load("facilities").query("branch_id == @BRANCH and start_date <= @AS_OF and maturity_date > @AS_OF"), sp.load("lpr"))
_over = _rows["annual_rate"] > _rows["free_up_to"] + 1e-9
_net = _rows["annual_rate"] * (1 - VAT * _over)
_below = _net < _rows["product_id"].map(FLOOR)
mine = {"n": len(_rows), "below_share": float(_below.mean()), "below_amount_share": float(_rows.loc[_below, "credit_line_cny"].sum() / _rows["credit_line_cny"].sum()), "n_dead": int((_over & (_net < _rows["free_up_to"])).sum()), "mean_spread": float((_rows["annual_rate"] - _rows["lpr_1y"]).mean())}

# %% sample="mine" mistake="没有扣增值税" says="没有扣增值税"
_rows = pricing.rates_of_lines(sp.load("facilities").query("branch_id == @BRANCH and start_date <= @AS_OF and maturity_date > @AS_OF"), sp.load("lpr"))
_below = _rows["annual_rate"] < _rows["product_id"].map(FLOOR)
mine = {"n": len(_rows), "below_share": float(_below.mean()), "below_amount_share": float(_rows.loc[_below, "credit_line_cny"].sum() / _rows["credit_line_cny"].sum()), "n_dead": 0, "mean_spread": float((_rows["annual_rate"] - _rows["lpr_1y"]).mean())}

# %% sample="mine" mistake="到期的也算" says="已经到期的也算进去了"
_rows = pricing.rates_of_lines(sp.load("facilities").query("branch_id == @BRANCH"), sp.load("lpr"))
_below = _rows["annual_rate"] < _rows["product_id"].map(FLOOR)
mine = {"n": len(_rows), "below_share": float(_below.mean()), "below_amount_share": float(_rows.loc[_below, "credit_line_cny"].sum() / _rows["credit_line_cny"].sum()), "n_dead": 0, "mean_spread": float((_rows["annual_rate"] - _rows["lpr_1y"]).mean())}

# %% [markdown]
# ## 交作业
#
# 1. 菜单“内核 → 重启内核并运行所有单元格”，确认做了的题检查都通过。
# 2. 回到首页（菜单“课程 → 首页”），点“交作业”。交了还能改、再交，以最后一次为准。
# 3. 老师批改后，首页会出现“取回反馈”；以 zip 交的，把老师发还的 zip 解压到 `workspace`。
