# %% [markdown]
# # 08 产品设计与定价
#
# **时长** 75 分钟 · **前置** 06 信用评分卡、07 需求预测 · **配套练习** [practice.ipynb](practice.ipynb)
#
# ## 行长的问题
#
# 客户拿着同行的报价单来压价。{{ cohort.bank.region }}支行的行长只问三句：
#
# > **这个价跟不跟得起？跟不起，差的那一截从哪一步省出来？就算价格谈妥了，他让客户怎么还，才还得上？**
#
# 价格不是拍脑袋，是一步一步加出来的。学完这一课，请你用算出来的数回答他。

# %% [markdown]
# ## 学完你能
#
# 1. **选定**产品、额度和还款方式，让还款排在回款之后（练习第 1、6 题）。
# 2. **换算**合同利率背后的真实年化：按现金流求内部收益率（练习第 4、8 题）。
# 3. **计算**最低价，说出抵押、担保、再贷款、贴息各动哪一步（练习第 2、3、7 题）。
# 4. **判断**哪一笔会掉下增值税的断崖，用对放款日和期限的 LPR（练习第 5、9、10 题）。
# 5. **检验**自己支行的价格够不够，给不同客群定价（练习第 6、11 题）。

# %% [markdown]
# 先运行参数与导入两个单元。`AS_OF` 是观察点：站在这一天定价。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点

# %% [markdown]
# 导入要用的库。`price_waterfall` 和 `repayment_calendar` 是这一课的两个控件。

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import smeprofile as sp
from smeprofile import ask, pricing
from smeprofile.charts import PALETTE, show, theme
from smeprofile.rules.lpr import lpr_on
from smeprofile.simulate.granting import stays
from smeprofile.widgets import price_waterfall, repayment_calendar

theme()
DAY = pd.Timestamp(AS_OF)

# %% [markdown]
# ## 数据：一行是什么
#
# 客户和贷款都是**合成数据**，由{{ cohort.bank.name }}（虚构）的仿真产生；LPR 是公开的报价。
#
# | 表 | 一行是什么 | 留意 |
# |---|---|---|
# | `products` | 一种产品 | 加点是在一年期 LPR 上加多少；额度有下限和上限 |
# | `facilities` | 一笔授信 | 利率是合同利率，额度不等于用掉的钱 |
# | `flows_monthly` | 一户一月的流水合计 | 只看行业的季节 |
# | `lpr` | 一次 LPR 变动 | 从公布那天起用，到下一次变动以前不变 |
#
# 定价用的都是授信时能用的数据，不用来圈营销名单。

# %%
facilities, lpr_table = sp.load("facilities"), sp.load("lpr")
LPR = lpr_on(AS_OF, 12, lpr_table)
MARKET = round(LPR + 0.012, 4)  # 仿真参数：同行的报价
products = sp.load("products").set_index("product_id")
shown = products[["name", "security", "repayment_methods"]].assign(
    额度=(products["min_line_cny"] / 1e4).map("{:,.0f}".format) + "–" + (products["max_line_cny"] / 1e4).map("{:,.0f} 万元".format),
    最长期限=products["max_tenor_months"].map("{} 个月".format),
    挂牌价=(LPR + products["spread"]).map("{:.2%}".format),
)
print(f"观察点的一年期 LPR 是 {LPR:.2%}，同行报价 {MARKET:.2%}（仿真参数）。")
shown.rename(columns={"name": "产品", "security": "担保", "repayment_methods": "还款方式"}).rename_axis(index=None, columns="编号")

# %% [markdown]
# ## 1　先配还款，再谈价格
#
# 价格再低，还不上也是白搭。配产品看三样：**钱用多久**（周转一年以内，设备两三年）、**用多少**（垫得最多的那个月缺多少）、**什么时候收回来**。
#
# | 回款的样子 | 配什么还款方式 | 配错了会怎样 |
# |---|---|---|
# | 每月差不多 | 等额本息、等额本金 | 到期一次还：每月的钱留不住，到期凑不齐 |
# | 一年收一两次 | 按月付息，收款的月份还本 | 每月等额：垫款的月份没有钱还 |
# | 短、急、反复 | 随借随还 | 一次借满一年：白付利息，还容易挪用 |
# | 设备慢慢挣回来 | 两三年的等额还本 | 一年到期：短贷长用，到期只能借新还旧 |
#
# 每月等额，看的是**最淡的那个月**够不够。各行业最淡的月份，回款只有平常的几成？取最近三年，跨年合计。

# %%
flows = sp.load("flows_monthly")
flows = flows[(flows["month"] > DAY - pd.DateOffset(months=36)) & (flows["month"] <= DAY)]
trade = sp.load("customers").set_index("customer_id")["industry"]
by_month = flows.groupby([flows["customer_id"].map(trade), flows["month"].dt.month])["sales_in_cny"].sum().unstack()
lowest = by_month.div(by_month.mean(axis=1), axis=0).min(axis=1).sort_values()
ends = pd.concat([lowest.head(5), lowest.tail(4)])
figure, axes = plt.subplots(figsize=(7, 3.2))
axes.barh(ends.index[::-1], ends[::-1] * 100, color=[PALETTE[0] if v > lowest.median() else PALETTE[2] for v in ends[::-1]])
axes.axvline(100, color="black", linestyle="--", linewidth=1)
axes.set(title=f"{lowest.index[0]}最淡的月份，回款只有平均的 {lowest.iloc[0]:.0%}", xlabel="最淡的月份 ÷ 月平均（%；虚线是平均）", ylabel="")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　靠上的行业，用全年平均测还款能力会高估淡季。等额还款的月供，按最淡月份测；测不过的，改成旺季多还、淡季少还。行业只是平均，逐户还要看合同和账期。
#
# **先猜**：校服厂借了钱，前几个月只够开支，货款一次收回。六种还款方式，哪几种月月还得上？**再动**：换还款方式，再换成早餐连锁。**再解释**：同一种方式，为什么换一家就不行？三家都是教学例子；借来的钱已经付给了供应商，图上是之后每个月生意留下的钱。

# %% tags=["hide-input"]
SEASONS = {
    "校服厂（开学后一次收款）": [1, 1, 1, 1, 68, 2, 2, 2, 2, 2, 2, 2],
    "早餐连锁（月月差不多）": [6.2, 5.4, 6, 6.1, 5.9, 6, 6.2, 6, 5.8, 6, 6.1, 6],
    "软件公司（年底验收）": [0.6] * 11 + [66],
}
repayment_calendar(SEASONS)

# %% [markdown]
# **银行因此改做什么**　审批表上画这张图：十二个月的流入、十二个月的还款。有一个月不够，就先改还款方式，再谈额度；到期一次要还好几个月流入的，写明这笔钱平时存在哪、谁来盯。
#
# **自测 1**　先判断，再选理由。

# %% tags=["hide-input"]
ask.judge(
    "machine",
    "一家机加工厂借 80 万元买能用八年的机床，加工费月月有。做一年期、到期一次还本，利率还能低一点，这样最好。",
    verdicts=("对", "错"),
    reasons=["设备的钱要几年才挣回来，一年到期必还不上，只能借新还旧", "一年期利率低，客户省钱", "设备能抵押，所以还款方式无所谓", "加工费月月有，所以应当随借随还"],
    key=("错", "设备的钱要几年才挣回来，一年到期必还不上，只能借新还旧"),
    why={
        "对": "低的那点利率，换来到期还不上八十万元。",
        "设备的钱要几年才挣回来，一年到期必还不上，只能借新还旧": "用两三年的等额还本，月供从加工费里出。",
        "一年期利率低，客户省钱": "期限配错，省下的利息抵不上一次逾期。",
        "设备能抵押，所以还款方式无所谓": "抵押物管的是亏多少，不管还不还得上。",
        "加工费月月有，所以应当随借随还": "随借随还适合反复的短用款，设备款一次付出去就收不回来了。",
    },
    hints=("这台机床，一年能挣回八十万元吗？", "钱用多久，就借多久；还款从它挣的钱里出。", "相近的例子：开店的装修款用三年摊，房租月月付：前者借三年，后者不用借。"),
)

# %% [markdown]
# ## 2　合同利率不是真实成本
#
# 比价要比**同一把尺子**：把每一期的现金流列出来，求内部收益率。本课程约定：
#
# - **APR** = 月内部收益率 × 12；**EAR** = (1 + 月内部收益率)¹² − 1；
# - 一次性费用在放款那天从到手的钱里扣；名义利率只是合同上写的数。
#
# 有一种报价叫**等本等息**：本金每月还一份，利息却一直按**最初的本金**收。同样写“年利率 `4.8%`”，六种方式各是多少？

# %%
rows = {}
for method in pricing.METHODS:
    plan = pricing.schedule(120_000, 0.048, 12, method)
    cost = pricing.annual_rates(plan["payment_cny"], 120_000)
    rows[method] = {"第 1 个月还": plan["payment_cny"][1], "第 12 个月还": plan["payment_cny"][12], "利息合计": plan["interest_cny"].sum(), **cost}
told = pd.DataFrame(rows).T
figure, axes = plt.subplots(figsize=(7, 2.6))
axes.barh(told.index[::-1], told["APR"][::-1] * 100, color=[PALETTE[2] if m == "等本等息" else PALETTE[0] for m in told.index[::-1]])
axes.axvline(4.8, color="black", linestyle="--", linewidth=1)
axes.set(title=f"都写 4.8%，等本等息的 APR 是 {told.loc['等本等息', 'APR']:.2%}", xlabel="APR（%；虚线是合同利率）", ylabel="")
show(figure)
told.assign(**{c: told[c].map("{:,.0f}".format) for c in told.columns[:3]}, APR=told["APR"].map("{:.2%}".format), EAR=told["EAR"].map("{:.2%}".format)).rename_axis(index=None, columns="借 12 万元，12 期（元）")

# %% [markdown]
# **读图：银行因此改做什么**　等本等息月息千分之四、十二期，按现金流求出来，APR 是 {{ fact("flat_fee_apr") }}，EAR 是 {{ fact("flat_fee_ear") }}：真正的等额本金才是合同上那个数。客户说“别家更便宜”，先请他拿出还款表，按现金流算给他看；自己报价，同时写 APR，不只写月息。到期一次还本付息的 APR 略低于合同利率，因为利息拖到最后才付，看 EAR 就回到合同利率。
#
# 一次性费用也是成本：同一笔等额本息，放款那天先扣一笔服务费，APR 会升多少？

# %%
plan = pricing.schedule(120_000, 0.048, 12, "等额本息")["payment_cny"]
fees = pd.Series({f"{share:.0%}": pricing.annual_rates(plan, 120_000, fee_cny=120_000 * share)["APR"] for share in (0, 0.01, 0.02, 0.03)})
print(f"每收 1% 的一次性费用，一年期等额本息的 APR 大约升 {(fees['1%'] - fees['0%']) * 100:.1f} 个百分点：")
fees.map("{:.2%}".format).to_frame("APR").rename_axis(index=None, columns="一次性费用占本金")

# %% [markdown]
# **银行因此改做什么**　银行和合作方收的每一样（服务费、担保费、评估费）都放进同一张现金流表，一起告诉客户。
#
# **自测 2**　不用电脑也能估：一年的利息 ÷ 一年里平均欠多少。

# %% tags=["hide-input"]
ask.numeric(
    "flat",
    "等本等息：借 12 万元，12 期，每月还本金 1 万元，另付利息 500 元（名义年利率 5%）。真实年化大约是百分之几？（保留整数）",
    key=9,
    tolerance=0.4,
    unit="%",
    why="一年利息 6,000 元；平均欠款 (12 + 11 + … + 1) ÷ 12 = 6.5 万元；6,000 ÷ 65,000 约 9.2%。按现金流算 APR 约 9.1%。",
    near={5: "这是名义利率：你当成一年里一直欠着 12 万元了。", 10: "接近，但不是名义的两倍：最后一个月还欠着 1 万元。", 6: "6,000 元是利息的总额，还要除以平均欠款。"},
    hints=("第七个月，客户还欠多少本金？那个月付多少利息？", "利息不变，欠的越来越少：用平均欠款作分母。", "相近的例子：借 6 万元，6 期，月息 300 元：半年利息 1,800 元，平均欠 3.5 万元，半年 5.1%，一年约 10.3%。"),
)

# %% [markdown]
# ## 3　最低价：一步一步加出来
#
# **最低价 = 资金成本 + 运营成本 + 预期损失 + 资本回报 − 综合贡献 + 增值税**
#
# | 一步 | 怎么算 | 谁能动它 |
# |---|---|---|
# | 资金成本 | FTP（支行向总行拿这笔钱的内部价格）×（1 − k）；k = 风险权重 × 资本充足率，是股东出的那一份 | 再贷款、普惠 FTP 优惠 |
# | 运营成本 | 贷后管理、系统，占余额的比例；**办一笔的固定成本另算**（仿真参数，各产品几百到几千元）：额度小、期限短的，折成年利率可能超过一个百分点，下面的最低价没有包括 | 线上化、批量 |
# | 预期损失 | **PD × LGD**：违约的机会 × 违约以后亏几成 | 选客户动 PD，增信动 LGD |
# | 资本回报 | k × 股东要求的回报（ROE）÷（1 − 所得税率） | 风险权重 |
# | 综合贡献 | 存款、结算留下的收益，作减项 | 让客户把结算搬过来 |
# | 增值税 | 要征的时候，按价格的比例 | 断崖，见第 5 节 |
#
# 各步的数都是**仿真参数**；普惠贷款的 FTP 优惠不低于 {{ cite("ftp_discount_bp") }}，本行已算在 FTP 里。**PD 不是损失**：抵押贷违约了，房子还在。漏了 LGD，好客户会被报成高价。
#
# 用班级数据算各产品的最低价。PD 取续贷链口径：第一年已经看完的链里，逾期超过 90 天或核销的占比。

# %%
prices = pricing.product_prices(AS_OF)
table = prices.assign(**{"PD": prices["pd_12m"], "LGD": prices["lgd"], "预期损失": prices["pd_12m"] * prices["lgd"], "最低价": prices["floor_rate"], "挂牌价": prices["list_rate"]})
table["漏了 LGD 的最低价"] = [pricing.floor_price(p, 1.0) for p in prices["pd_12m"]]
rates = ["PD", "LGD", "预期损失", "最低价", "漏了 LGD 的最低价", "挂牌价"]
out = table[["name", "n", "n_bad", *rates]].rename(columns={"name": "产品", "n": "链数", "n_bad": "坏"})
out.assign(**{c: out[c].map("{:.2%}".format) for c in rates}).rename_axis(index=None, columns="编号")

# %% [markdown]
# 把最低价按步画出来，和挂牌价、同行报价放在一起：

# %%
steps = pd.DataFrame({row["name"]: pricing.waterfall(row["pd_12m"], row["lgd"]) for _, row in prices.iterrows()}).T * 100
figure, axes = plt.subplots(figsize=(7.5, 3.4))
bottom = pd.Series(0.0, index=steps.index)
for name, colour in zip(["资金成本", "运营成本", "预期损失", "资本回报"], (PALETTE[0], PALETTE[5], PALETTE[2], PALETTE[1]), strict=True):
    axes.bar(steps.index, steps[name], bottom=bottom, color=colour, label=name, width=0.55)
    bottom += steps[name]
axes.plot(steps.index, prices["list_rate"] * 100, "kD", label="挂牌价")
axes.axhline(MARKET * 100, color="black", linestyle="--", linewidth=1.2, label=f"同行报价 {MARKET:.2%}")
able = [n for n, floor in zip(prices["name"], prices["floor_rate"], strict=True) if floor <= MARKET]
axes.set(title=f"跟得起同行报价的：{'、'.join(able) or '一种也没有'}", ylabel="年利率（%）", xlabel="", ylim=(0, max(bottom.max(), prices["list_rate"].max() * 100) * 1.35))
axes.legend(ncols=3, loc="upper left", fontsize=9)
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　柱子的顶是最低价，菱形是挂牌价。跟得起的，价格可以谈；跟不起的，看哪一段和别的产品差得最多：信用类差在预期损失，先谈增信和选客户，不是先谈降价。样本不到两百条链的产品，PD 借用全行的（课程约定），不是它自己的水平；样本够、坏户少的，多坏一户 PD 就变。两种都别当真。
#
# **RAROC**（风险调整后的资本回报率）反过来问：这个价，占用的资本能挣多少？RAROC =（利率 + 综合贡献 − 资金 − 运营 − 预期损失 − 增值税）×（1 − 所得税率）÷ k。利率正好等于最低价时，RAROC 正好等于股东要求的回报。上面的最低价都按免税算；授信超过一百万元的，价格高过增值税的线就要交税（第 5 节），所以挂牌价分两列。横线是这种产品没有那么大的额度。

# %%
line, told = pricing.free_up_to(LPR), {}
for product_id, row in prices.iterrows():
    given, listed = (row["pd_12m"], row["lgd"]), row["list_rate"]
    large = pricing.raroc(listed, *given, is_taxed=listed > line)
    told[row["name"]] = {
        "挂牌价，免税时（100 万元及以下）": pricing.raroc(listed, *given),
        "挂牌价，超过 100 万元": large if products.loc[product_id, "max_line_cny"] > 1e6 else np.nan,
        "同行报价，免税时": pricing.raroc(MARKET, *given),
    }
earned = pd.DataFrame(told).T
asked = pricing.Costs().target_roe
print(f"股东要求 {asked:.0%}。按同行报价，达到要求的产品有 {(earned['同行报价，免税时'] >= asked).sum()} 种，亏钱（RAROC 为负）的有 {(earned['同行报价，免税时'] < 0).sum()} 种。")
earned.map(lambda v: "—" if pd.isna(v) else f"{v:.1%}").rename_axis(index=None, columns="RAROC")

# %% [markdown]
# **自测 3**　自己算一笔。

# %% tags=["hide-input"]
ask.numeric(
    "expected_loss",
    "一笔抵押贷款 300 万元，一年违约概率 2%，违约损失率 30%，全额用信。一年的预期损失是多少万元？",
    key=1.8,
    unit="万元",
    why="300 × 2% × 30% = 1.8 万元，占余额的 0.6%。",
    near={6: "漏了违约损失率：违约了房子还在，不会全亏。按 2% 加价，好客户就被报走了。", 90: "这是违约以后亏多少，还没有乘违约的机会。", 0.6: "这是占余额的百分比，题目问万元。"},
    hints=("一百笔这样的贷款，几笔会违约？每笔违约亏几成？", "预期损失 = 余额 × PD × LGD，三样都要乘。", "相近的例子：信用贷 50 万元，PD 4%，LGD 70%：50 × 4% × 70% = 1.4 万元。"),
)

# %% [markdown]
# ## 4　增信与资金：各动一步
#
# - **抵押**：LGD 看抵押率 LTV = 贷款 ÷ 评估价。处置时只收得回评估价的一部分（仿真参数取一半），不够的那一截按信用贷损失。
# - **担保公司分险**：损失由担保公司承担几成，银行的 LGD 就减几成。比例看协议，本课程例子里的比例是仿真参数。保费由客户付，要算进客户的 APR。
# - **支小再贷款**：一部分资金换成低价的，只动资金成本。
# - **贴息**：财政替客户付一段利息。**银行收到的不变，客户付的少了**：最低价一分不动。
#
# 从一笔信用贷开始，每次只动一样：

# %%
base = prices.loc[prices["security"] == "信用", ["pd_12m", "lgd"]].mean().to_dict()
tries = {
    "信用，什么也不加": base,
    "加房产抵押，LTV 七成": base | {"lgd": pricing.lgd_mortgage(0.7)},
    "担保公司担八成": base | {"lgd": pricing.lgd_guaranteed(base["lgd"], 0.8)},
    "资金全用支小再贷款": base | {"costs": pricing.Costs(cheap_share=1.0)},
    "存款结算贡献 0.5 个百分点": base | {"contribution": 0.005},
    "财政贴息 1 个百分点": base,
}
floors = pd.Series({name: pricing.floor_price(**given) for name, given in tries.items()})
figure, axes = plt.subplots(figsize=(7, 2.8))
axes.barh(floors.index[::-1], floors[::-1] * 100, color=[PALETTE[6] if v < floors.iloc[0] - 1e-9 else PALETTE[1] for v in floors[::-1]])
axes.axvline(MARKET * 100, color="black", linestyle="--", linewidth=1.2)
axes.set(title=f"银行这头降得最多的是“{floors.idxmin()}”：{(floors.iloc[0] - floors.min()) * 100:.2f} 个百分点（保费另算）", xlabel="最低价（%；虚线是同行报价）", ylabel="")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　压价谈不下来时，不要只谈价：请客户加抵押、上担保、搬结算，每一样都换得出价格。贴息不占银行的利润，可以放心帮客户申请，但不能拿它当降价的理由。
#
# **先猜**：信用贷改成抵押，LTV 从七成升到十成，最低价升多少？把再贷款拉满呢？**再动**：一次只动一样。**再解释**：为什么动同样的幅度，有的步动得多、有的几乎不动？

# %% tags=["hide-input"]
price_waterfall(
    {"pd": 2.4, "ltv": 70, "cheap": 25, "weight": 75, "deposits": 0.0, "security": "信用"},
    list_rate=float(prices.loc[prices["security"] == "信用", "list_rate"].iloc[0]),
    market_rate=MARKET,
)

# %% [markdown]
# **银行因此改做什么**　报价单上附这张瀑布：客户经理知道哪一步还能谈，审批的人看得见让出去的那一截由哪一步补上。
#
# **自测 4**　谁少收了钱？

# %% tags=["hide-input"]
ask.single(
    "subsidy",
    "一笔贷款合同利率 4.8%，最低价 4.6%，财政贴息 1 个百分点，直接贴给客户。下面哪句对？",
    ["银行只收到 3.8%，低于最低价，不能做", "最低价降到 3.6%，还能再让一点", "客户付 5.8%，因为要多走一道手续", "银行收到 4.8%，客户实付 3.8%，可以做"],
    key="银行收到 4.8%，客户实付 3.8%，可以做",
    why={
        "银行只收到 3.8%，低于最低价，不能做": "财政补的那一段也进了银行。这样想，能做的客户也被你推走了。",
        "银行收到 4.8%，客户实付 3.8%，可以做": "贴息改的是客户付多少，不改银行收多少。",
        "最低价降到 3.6%，还能再让一点": "最低价是银行的成本加股东要求的回报，贴息不动它。最多让到 4.6%；让到 3.6%，回报就不够了，贴息一停，客户也可能还不起。",
        "客户付 5.8%，因为要多走一道手续": "贴息是减，不是加。",
    },
    hints=("这一笔利息，一共有几个人在付？", "银行收的 = 客户付的 + 财政付的。", "相近的例子：一张饭票减十元，老板照样收三十元，客人付二十元。"),
)

# %% [markdown]
# ## 5　增值税的断崖，和用哪一天的 LPR
#
# 给小型、微型企业的贷款利息，增值税有两条优惠（执行至 {{ cite("vat_until") }}；增值税法施行后有没有变动，用以前先核对）：
#
# - 单户授信 {{ fact("tax_small_line") }}**及以下**：免税，**不看利率**，所以没有断崖。上限：{{ cite("tax_small_line") }}；
# - 超过它、到 {{ fact("tax_inclusive_line") }}为止：办法一，利率不超过**同期限 LPR 的 {{ fact("vat_lpr_multiple") }}**，全免；超过一点，**全额征税**，这就是断崖。办法二只对超出的部分征；{{ fact("vat_second_way") }}。上限和倍数：{{ cite("tax_inclusive_line") }}。
#
# 用**放款当天**、**对应期限**的 LPR。公布的只有一年期和五年期以上两档，本课程约定：不到五年用一年期，五年及以上用五年期以上。税的附加是仿真参数。

# %%
line = pricing.free_up_to(LPR)
grid = np.round(np.arange(line - 0.006, line + 0.0121, 0.0001), 4)
sizes = {"授信 80 万元，小额免税": 800_000, "授信 300 万元，办法一": 3_000_000}
nets = {name: [pricing.net_rate(r, x, LPR) * 100 for r in grid] for name, x in sizes.items()}
even = pricing.break_even_rate(LPR)
figure, axes = plt.subplots(figsize=(7, 3.2))
for (name, net), colour, dash in zip(nets.items(), (PALETTE[5], PALETTE[2]), ("--", "-"), strict=True):
    axes.plot(grid * 100, net, color=colour, linestyle=dash, linewidth=2, label=name)
axes.axvspan(line * 100, even * 100, color="#DDDDDD", label="白加价的一段")
axes.set(title=f"大额过了 {line:.2%} 就掉下去，要到 {even:.2%} 才爬回原处", xlabel="合同利率（%）", ylabel="缴完税剩下（%）")
axes.legend(loc="upper left", fontsize=9)
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　灰色那一段，客户多付，银行反而少得。大额报价落在灰段里的，压到线上；压不到，就要高过灰段才值得。小额那条线没有断崖：**不要为了这条线给小额降价**。
#
# 本行自己的授信，有多少落在灰段里？取超过一百万元、不超过一千万元的授信，用各自起始日的 LPR（本行大额期限都不到五年，用一年期）。

# %%
large = facilities[(facilities["credit_line_cny"] > 1e6) & (facilities["credit_line_cny"] <= 1e7)]
large = pricing.rates_of_lines(large, lpr_table)
over = large["annual_rate"] > large["free_up_to"] + 1e-9
dead = over & (large["annual_rate"] < large["free_up_to"] / (1 - pricing.vat_share()))
place = pd.Series(np.select([dead, over], ["灰段：白加价", "灰段以上：征税"], "线内：免税"))
share = pd.crosstab(large["security"], place, normalize="index") * 100
share = share.reindex(index=["信用", "保证", "抵押"], columns=["线内：免税", "灰段：白加价", "灰段以上：征税"], fill_value=0.0)
figure, axes = plt.subplots(figsize=(7, 2.4))
share.plot.barh(stacked=True, ax=axes, color=[PALETTE[6], "#AAAAAA", PALETTE[2]], width=0.6)
axes.set(title=f"大额授信有 {dead.mean() if len(dead) else 0:.0%} 定在灰段里：客户多付，银行少得", xlabel="占该类授信（笔数，%）", ylabel="")
axes.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.28), fontsize=9)
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　报价系统里加一条提示：大额、利率在灰段，弹出“压到线上，两边都得”。LPR 一降，线也跟着降：**审批时在线内的，放款那天可能就掉下去了**，放款前再核一次。
#
# 同一笔贷款，差一天、差一个期限，线就不一样：

# %%
changes = lpr_table.sort_values("date").tail(3)
last = changes["date"].iloc[-1]
cases = {
    f"{(last - pd.Timedelta(days=1)).date()} 放款，一年": ((last - pd.Timedelta(days=1)), 12),
    f"{last.date()} 放款，一年": (last, 12),
    f"{last.date()} 放款，五年": (last, 60),
}
pd.DataFrame({name: {"用哪个 LPR": f"{lpr_on(day, months, lpr_table):.2%}", "办法一的上限": f"{pricing.free_up_to(lpr_on(day, months, lpr_table)):.3%}"} for name, (day, months) in cases.items()}).T.rename_axis(index=None, columns="放款日和期限")

# %% [markdown]
# **自测 5**　先判断，再选理由。

# %% tags=["hide-input"]
ask.judge(
    "small_line",
    "一户小微企业，单户授信一共 60 万元，挂牌 6%，高过 LPR 的 1.5 倍。这一笔不必为了增值税的断崖去压价。",
    verdicts=("对", "错"),
    reasons=["单户授信在一百万元以内，免税不看利率，没有断崖", "利率越低越合规", "六十万元的利息太少，税务局不会来查", "应当改用办法二"],
    key=("对", "单户授信在一百万元以内，免税不看利率，没有断崖"),
    why={
        "错": "压了价，白白让出一个多百分点，税一分也没有省。",
        "单户授信在一百万元以内，免税不看利率，没有断崖": "断崖只在超过一百万元、不超过一千万元、用办法一的时候出现。",
        "利率越低越合规": "低于最低价，亏的是银行，也撑不久。",
        "六十万元的利息太少，税务局不会来查": "不是因为少就不管，是有一条明文的免税。",
        "应当改用办法二": "一百万元及以下，有一条不看利率的免税可用，用不着办法一、办法二。",
    },
    hints=("这一户的授信，归哪一条优惠管？", "一百万元及以下的那一条，没有利率条件。", "相近的例子：单户授信三百万元的才要看线；八十万元的不用看。"),
)

# %% [markdown]
# **自测 6**　用哪一天、哪一档？

# %% tags=["hide-input"]
ask.single(
    "which_lpr",
    "一家小型企业，单户授信 300 万元，借一年期：4 月 28 日申请，5 月 12 日审批，5 月 26 日放款。5 月 20 日一年期 LPR 从 3.10% 降到 3.00%。利率 4.60%，办法一下怎样？",
    ["全额征税：放款那天上限是 4.50%", "免税：审批那天上限是 4.65%", "免税：用五年期以上的 LPR，上限更高", "只对超出的 0.10 个百分点征税"],
    key="全额征税：放款那天上限是 4.50%",
    why={
        "免税：审批那天上限是 4.65%": "看放款当天的 LPR。审批时在线内，放款前降了息，就掉下去了。",
        "全额征税：放款那天上限是 4.50%": "3.00% × 1.5 = 4.50%。放款前把利率改到 4.50%，客户少付，银行多得。",
        "免税：用五年期以上的 LPR，上限更高": "一年期的贷款用一年期的 LPR。拿错一档，补税加滞纳金由银行出。",
        "只对超出的 0.10 个百分点征税": "那是办法二。办法一超过就是全额。",
    },
    hints=("哪一天起，这笔钱才开始计息？", "放款当天、对应期限的 LPR，乘 1.5。", "相近的例子：加油按加油那天的油价，不按你出门那天的。"),
)

# %% [markdown]
# ## 6　加价看不见的代价
#
# 价格一高，走的先是有别处可去的好客户，留下的风险更大：**逆向选择**。仿真银行里写着两条假设：
#
# - 客户会不会走：形状取自一份竞赛数据（利率 `7.05%` 时 A 级客户流失 {{ cite("churn_705_a") }}），改成“比同行贵多少”，再打了折（仿真参数）。那是利率更高时的数，只能借形状，**不是今天的弹性**；
# - 利率每高一个百分点，违约的机会约升一成多（仿真参数）。
#
# 信用贷从挂牌价再往上加，会怎样？

# %%
one = prices[prices["security"] == "信用"].iloc[0]
adds = np.arange(0, 0.0201, 0.001)
stay = stays(one["list_rate"] + adds, np.full(len(adds), MARKET), np.ones(len(adds)))
worse = one["pd_12m"] * np.exp(12 * adds) * one["lgd"] - one["pd_12m"] * one["lgd"]
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 2.9))
left.plot(adds * 100, stay / stay[0] * 100, color=PALETTE[0])
left.set(title="留下来的客户", xlabel="加价（百分点）", ylabel="不加价 = 100", ylim=(50, 101))
right.plot(adds * 100, adds * 100, color="black", linestyle="--", label="多收的利率")
right.plot(adds * 100, (adds - worse) * 100, color=PALETTE[2], label="扣掉多出来的预期损失")
right.set(title=f"加 1 个百分点，{worse[10] / adds[10]:.0%} 被风险吃掉，客户少 {1 - stay[10] / stay[0]:.0%}", xlabel="加价（百分点）", ylabel="百分点")
right.legend(fontsize=9)
figure.tight_layout()
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　加价的收益要打两道折：一道给走掉的客户，一道给变差的风险。走的是谁，账上看不见：报表里只剩留下来的人，坏账率升了，还以为是行情。提价以后，把接受率和新客户的评分分布一起看；分支行加点的权限要窄。
#
# ## 回答行长
#
# 三句话，各产品算一遍：跟不跟得起，差多少，从哪一步省。

# %%
LEVERS = {"信用": "增信（抵押、担保分险）降 LGD，或挑 PD 更低的客户", "保证": "提高担保公司分担的比例，搬结算", "抵押": "降 LTV，搬结算，用再贷款"}
answer = prices[["name"]].copy()
gap = (prices["floor_rate"] - MARKET) * 100
answer["最低价"] = prices["floor_rate"].map("{:.2%}".format)
one_more = 100 * prices["lgd"] / prices["n"].clip(lower=1)  # 多坏一户，最低价升几个百分点
said = [f"跟得起，还余 {-g:.2f} 个百分点" if g <= 0 else f"跟不起，差 {g:.2f} 个百分点" for g in gap]
answer["跟同行报价"] = np.where(gap.abs() < one_more, "大致打平：多坏或少坏一户就翻过来", said)
answer["差的从哪里省"] = [LEVERS[s] if g > 0 else "按余额算；再减办理成本 ÷（额度 × 年数），够了才谈" for s, g in zip(prices["security"], gap, strict=True)]
rate, most = prices["list_rate"], products["max_line_cny"]
told = ["没有大额", "挂牌价在线内，免税", f"挂牌价落在灰段，压到 {line:.2%}"]
answer["超过 100 万元的"] = np.select([most <= 1e6, rate <= line, rate < even], told, "挂牌价在灰段以上，征税")
answer.set_index("name").rename_axis(index=None, columns=f"同行报价 {MARKET:.2%}")

# %% [markdown]
# 至于怎么还：把回款的月份画出来，还款排在后面；一次要还好几个月流入的，先改方式再谈价。
#
# ## 局限
#
# - 资金、运营、LGD、处置折扣、资本、附加税率、同行报价都是**仿真参数**，换成本行自己的数再用。
# - PD 是产品的平均，而且只看放款后的头一年：一年期、一次还本的，违约要到第十五个月才看得全（模块 05），这类产品的最低价因此偏低。真正报价要逐户（模块 06 的评分卡）；坏户少的产品，PD 靠运气。
# - 优惠公告里银行自己要满足的条件，课程没有写进计算，一律假定满足；用以前请税务核对原文。
# - 价格和流失的关系是借来的形状；仿真里客户**不因还款方式走掉**，现实里会。
# - 仿真不知道每家企业哪个月收款，还款和季节配不配，只能用教学例子练。
# - 按风险定价会让县域、新户、信用白户的价格更高：查一查同样风险的人，价格是不是一样。

# %% [markdown]
# ## 要点
#
# 1. 先配期限、额度、还款方式：还款排在回款之后，淡季也要够。
# 2. 比价看 APR：按现金流求内部收益率，费用也算；等本等息的名义利率只有真实的一半多。
# 3. 最低价六步；预期损失是 PD × LGD，漏一个就错；贴息动客户的价，不动银行的价。
# 4. 断崖只在一百万元以上、一千万元以内、办法一；用放款当天、对应期限的 LPR。
# 5. 加价有代价：客户走、风险升；给谁加、给谁让，看余额、看线、看够不够。
#
# ## 下一步
#
# 打开[配套练习](practice.ipynb)。下一模块决定把这些报价给谁、从哪条渠道给。
#
# 走之前花半分钟说说这一课，课程会照着改。随作业一起交给老师，不计分。

# %% tags=["hide-input"]
ask.lesson_feedback()
