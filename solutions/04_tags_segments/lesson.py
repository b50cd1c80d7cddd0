# %% [markdown]
# # 04 画像标签与客户分群
#
# **时长** 75 分钟 · **前置** 03 流水与税票分析 · **配套练习** [practice.ipynb](practice.ipynb)
#
# ## 行长的问题
#
# 客户经理交来一份名单，每户都写着“优质小微客户”。{{ cohort.bank.region }}支行的行长把名单推回去，问：
#
# > **这些客户到底分几类？先去哪一类，去了先问什么，去之前还缺什么？**
#
# 人人都是“优质”，等于没有画像。学完这一课，请你用标签和分群回答他，并说清哪些是看到的、哪些是猜的、哪些不知道。

# %% [markdown]
# ## 学完你能
#
# 1. **区分**画像卡上的事实、推断和未知，并说出该问什么（练习第 1、7 题）。
# 2. **比较**同业位置，同业太少时写「样本不足」（练习第 3 题）。
# 3. **识别**陈述偏好和行为偏好的不同，**合并**企业、实控人和配偶的负债（练习第 4、5 题）。
# 4. **分群并命名**：名次变换、选一个稳的 k、用指标支持名字（练习第 2、6、8、10、11 题）。
# 5. **判断**生命周期阶段：看流入，不看年龄（练习第 1、6、9 题）。

# %% [markdown]
# 先运行参数与导入两个单元。`AS_OF` 是观察点：站在这一天看客户，之后发生的都当作不知道。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点

# %% [markdown]
# 导入要用的库。`browse` 是翻看画像卡的控件，`segment_explorer` 是分群探索的控件。

# %%
import matplotlib.pyplot as plt
import pandas as pd
import smeprofile as sp
from smeprofile import ask
from smeprofile.card import browse
from smeprofile.charts import show, theme
from smeprofile.charts.radar import radar, told
from smeprofile.segments import STAGES, centres, choose_k, cluster, fitting, lrfmc, rank_transform, stage, traits
from smeprofile.widgets import segment_explorer

theme()

# %% [markdown]
# ## 数据：一行是什么
#
# 都是**合成数据**，由{{ cohort.bank.name }}（虚构）的仿真产生。前三个模块清洗好的表，这里合成一张**画像表**：一户一行，一列一个标签。标签分四个维度：
#
# | 维度 | 标签举例 | 常见的坑 |
# |---|---|---|
# | 基本情况 | 经营年限、划型、行业门类 | 年限不等于阶段；存续不等于在经营 |
# | 行为特征 | 有效流入、增速、波动、额度使用率、断票月数 | 窗口按过完的自然月；没有记录不等于 0 |
# | 需求偏好 | 自述还款方式、实际还款方式、放弃报价率 | 自述不等于行为 |
# | 信用状况 | 预警、纳税信用等级、资产负债率 | 资料要看取得日期；没有授权就是未知 |
#
# `sp.profile` 把表变成画像，观察点以后的事一概不看。只取本课用得着的表，快一些（仍要算十几秒到半分钟）；已注销的先放在一边，第 2 节再说。

# %%
NEEDED = ("customers", "flows_monthly", "balances", "invoices_monthly", "facilities", "drawdowns", "repayments", "applications", "customer_survey", "consents")
tables = {name: sp.load(name) for name in NEEDED}
everyone = sp.profile(tables, AS_OF)
profile = everyone[everyone["registration_status"] != "注销"].reset_index(drop=True)
day = pd.Timestamp(AS_OF)
shown = {"customer_id": "客户号", "age_years": "经营年限", "size_class": "划型", "avg_monthly_inflow_cny": "月均有效流入（元）", "inflow_growth": "流入增速", "utilization": "额度使用率"}
profile[list(shown)].rename(columns=shown).head(4).style.format(precision=2, thousands=",", na_rep="未知").hide()

# %% [markdown]
# ## 1　先看知道什么，再看不知道什么
#
# 标签最容易骗人的地方，是**空着的格子**。先数一数：每个标签，有多少客户是知道的？

# %%
names = {"age_years": "经营年限", "effective_inflow_cny": "有效流入", "inflow_growth": "流入增速", "invoiced_12m_cny": "近 12 月开票额", "utilization": "额度使用率", "revealed_repayment_method": "行为还款方式", "stated_channel_id": "自述渠道偏好"}
known = profile[list(names)].notna().mean().rename(names).sort_values()
figure, axes = plt.subplots(figsize=(7, 2.8))
axes.barh(known.index, known * 100, color="#0072B2")
axes.set(title=f"“{known.index[0]}”只知道 {known.iloc[0]:.0%} 的客户，“{known.index[-1]}”知道 {known.iloc[-1]:.0%}", xlabel="知道的客户占比（%）", ylabel="", xlim=(0, 105))
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　报表上凡是“平均额度使用率”一类的数，先写分母是谁。空着的原因有好几种：没有授信、没有授权、没有答过问卷、记录太短。**哪一种都不是 0**：把没有授信的人记成使用率 0，他就成了“最省着用的好客户”。
#
# ### 画像卡：一户一屏
#
# 下面是从班级数据里取的几十户：第一户在用贷款，但没有授权开票数据；其余各有不同。**先猜**：这张卡上最少的是哪个维度？**再动**：翻几户，勾上“只看有预警的”。**再解释**：页面下方“不知道的”一栏，每一条该怎么补？

# %% tags=["hide-input"]
borrowing = profile["utilization"].fillna(0) > 0.3
first = profile[borrowing & (profile["consent_tax"] == "无授权") & profile["inflow_growth"].notna()].head(1)
shown = pd.concat([first, profile.sample(min(len(profile), 40), random_state=4)]).drop_duplicates("customer_id")
monthly = tables["flows_monthly"]
browse(shown, flows_monthly=monthly[monthly["customer_id"].isin(shown["customer_id"])], names=[sp.load("branches"), sp.load("channels")])

# %% [markdown]
# 卡上的话分三种，写报告时分开写：
#
# | 种类 | 怎么认 | 例子 | 下一步 |
# |---|---|---|---|
# | **事实** | 卡上有数，口径和窗口写得出 | 近 12 个月有效流入若干元 | 注明观察点，直接引用 |
# | **推断** | 从几个数推出来的，可能不对 | 流入连降两季，像是在衰退 | 写明凭什么推，再去核实 |
# | **未知** | 卡上没有，或没有授权看 | 没有授权，开票额看不到 | 写「未知」，列成要问的问题 |
#
# **银行因此改做什么**　调查报告按三栏写。推断写成事实，出了坏账说不清；未知写成 0，审批的人就不会再问。
#
# **自测 1**　可以选多项；多选、漏选都不算对。

# %% tags=["hide-input"]
ask.multiple(
    "card_facts",
    "一张画像卡写着：近 12 月有效流入 360 万元；额度使用率 92%；纳税数据无授权；没有答过需求调查。下面哪几句可以写进报告的“事实”栏？",
    ["近 12 月有效流入 360 万元", "额度使用率 92%", "近 12 月没有开票", "资金紧张，急需增额", "对价格不敏感"],
    key=["近 12 月有效流入 360 万元", "额度使用率 92%"],
    why={
        "近 12 月有效流入 360 万元": "卡上有数，口径清楚。",
        "额度使用率 92%": "卡上有数，是观察点当天的。",
        "近 12 月没有开票": "是没有授权，看不到，不是没有开。写成没有开，会冤枉一户正常开票的企业。",
        "资金紧张，急需增额": "使用率高是线索，也可能是一次备货。这是推断，要去问。",
        "对价格不敏感": "他没有答过，不知道。",
    },
    hints=("这句话，卡上有哪一个数能直接证明？", "没有授权、没有回答，都是未知；几个数拼出来的，是推断。", "相近的例子：体检表上“血压 150”是事实，“他压力大”是推断，没做的那一项是未知。"),
)

# %% [markdown]
# ## 2　谁不在数据里
#
# 不知道的客户，和知道的客户是同一种人吗？拿“征信报告有没有有效授权”分开看。

# %%
has = profile["consent_report"].eq("有效").map({True: "有授权", False: "没有授权"})
compared = pd.DataFrame({"经营年限中位数（年）": profile["age_years"].groupby(has).median(), "月均有效流入中位数（万元）": profile["avg_monthly_inflow_cny"].groupby(has).median() / 1e4, "有本行贷款的占比（%）": (profile["loan_balance_cny"].fillna(0) > 0).groupby(has).mean() * 100})
figure, grid = plt.subplots(1, 3, figsize=(9, 2.8))
for axes, (name, column) in zip(grid, compared.items(), strict=True):
    axes.bar(column.index, column, color=["#0072B2", "#E69F00"][: len(column)], width=0.6)
    axes.set(xlabel="", ylabel=name)
gap = compared["月均有效流入中位数（万元）"]
figure.suptitle(f"有征信授权的，月均有效流入中位数是没有授权的 {gap['有授权'] / gap['没有授权']:.1f} 倍")
figure.tight_layout()
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　授权多半是申请贷款时签的，所以缺征信标签的人不是随机的一批。拿有标签的人总结出“好客户长什么样”，就等于照着老客户找新客户，首贷户永远排在后面。凡用到征信标签的结论，都写明只适用于谁。
#
# 还有一批人更容易忘：**已经注销的**。只看还在的客户，看到的是活下来的那些。

# %%
years = everyone["length_months"].astype(float) / 12
bands = pd.cut(years, [0, 1, 3, 5, 10, 100], right=False, labels=["不满 1 年", "1–3 年", "3–5 年", "5–10 年", "10 年以上"])
gone = (everyone["registration_status"] == "注销").groupby(bands, observed=True).mean()
since = tables["customers"]["deregistered_date"].min().year
print(f"注意：客户表里没有 {since} 年以前就注销的企业，开户早的几档，注销占比偏低：这本身就是幸存者偏差。要比，只比 {since} 年以后开户的。")
pd.DataFrame({"已经注销的占比": gone.map("{:.0%}".format)}).rename_axis("开户多久").T

# %% [markdown]
# **银行因此改做什么**　评价一类客户，从**开户那天**的全部客户数起，注销的也算进分母。只拿现存的老客户算“十年老店很稳”，是幸存者在说话。真实世界也一样：中小企业平均寿命约 {{ cite("sme_life_years") }}。
#
# ## 3　同业分位：和谁比，够不够比
#
# 一个数大不大，要和**同门类、同划型**的客户比。同业分位是排在他后面的占比。下面拿全行月均有效流入的中位数，放进各门类的微型企业里，看它排在哪。同业不足三十户的（本课程设定）不排，写「样本不足」。

# %%
sections = {"C": "制造", "E": "建筑", "F": "批发零售", "G": "交通运输", "H": "住宿餐饮", "I": "信息软件", "L": "租赁商务", "M": "科技服务", "O": "居民服务"}
middle = profile["avg_monthly_inflow_cny"].median()
micro = profile[profile["size_class"] == "微型"]
peers = (micro["avg_monthly_inflow_cny"] < middle).groupby(micro["industry_section"].map(sections).fillna("其他")).agg(["mean", "size"])
few = peers["size"] < 30
place = peers.loc[~few, "mean"].sort_values()
figure, axes = plt.subplots(figsize=(7, 2.9))
axes.barh(place.index, place * 100, color="#56B4E9")
axes.set(title=f"同是月均 {middle / 1e4:.1f} 万元，在{place.index[-1]}排到 {place.iloc[-1]:.0%}，在{place.index[0]}只排到 {place.iloc[0]:.0%}", xlabel="排在它后面的微型同业占比（%）", ylabel="")
show(figure)
print(f"样本不足、没有画的门类：{'、'.join(few[few].index) or '没有'}")

# %% [markdown]
# **读图：银行因此改做什么**　“流水前百分之多少”的门槛，分行业、分划型各定各的。同业太少时不印分位：十来户里的第一名，换一户就变。
#
# **自测 2**　先判断，再选理由。

# %% tags=["hide-input"]
ask.judge(
    "few_peers",
    "本支行有 7 户中型批发企业，这户的流入排第 1。报告里可以写“同业前 15%”。",
    verdicts=("可以", "不可以"),
    reasons=["同业只有 7 户，应写样本不足，另找更大的同业范围", "第 1 名比前 15% 还好，应写前 1%", "名次是事实，写成百分比也是事实", "中型企业不用和同业比"],
    key=("不可以", "同业只有 7 户，应写样本不足，另找更大的同业范围"),
    why={
        "可以": "7 户里的名次，来去一户就差十几个百分点。审批的人会当成在几百户里的位置。",
        "同业只有 7 户，应写样本不足，另找更大的同业范围": "可以放宽到全行的同门类同划型，放宽了要写明。",
        "第 1 名比前 15% 还好，应写前 1%": "7 户分不出 1%。",
        "名次是事实，写成百分比也是事实": "写“7 户中第 1”才是事实，百分比让人误会样本很大。",
        "中型企业不用和同业比": "要比，只是要找够多的同业。",
    },
    hints=("再来两户更大的企业，这个百分比变成多少？", "分位要有足够多的同业才稳；本课程定三十户。", "相近的例子：三个人的班里考第一，不说“超过全国百分之九十九”。"),
)

# %% [markdown]
# ## 4　嘴上说的，手上做的
#
# 问卷问过客户最关心什么、想用哪条渠道、哪种还款方式；进件和借据记着他实际怎么做。先看每项**说的和做的对上**的占比；再看说“最关心价格”的人，有多少申请了加点最高（最贵）的那一款。

# %%
pairs = {"还款方式": ("stated_repayment_method", "revealed_repayment_method"), "期限": ("stated_tenor_months", "revealed_tenor_months"), "渠道": ("stated_channel_id", "revealed_channel_id")}
answers = {name: both.set_axis(["said", "did"], axis=1) for name, columns in pairs.items() if len(both := profile[list(columns)].dropna())}
match = pd.Series({name: (both["said"] == both["did"]).mean() for name, both in answers.items()})
luck = pd.Series({name: both["said"].value_counts(normalize=True).mul(both["did"].value_counts(normalize=True), fill_value=0).sum() for name, both in answers.items()})
figure, axes = plt.subplots(figsize=(7, 2.4))
axes.barh(match.index, match * 100, color="#CC79A7")
axes.plot(luck * 100, luck.index, "k|", markersize=18, markeredgewidth=2)
axes.set(title=f"说的和做的对上的：{match.idxmin()}只有 {match.min():.0%}，最高的{match.idxmax()}也只有 {match.max():.0%}", xlabel="说的和做的一致的客户占比（%）；黑线：打乱了配也能对上的", ylabel="", xlim=(0, 100))
show(figure)
print(f"渠道一共 {len(sp.load('channels'))} 条，打乱了配也能对上 {luck.get('渠道', float('nan')):.0%}。")

# %% [markdown]
# 再看嘴上说“最关心价格”的人，最近一次申请的是什么：

# %%
products = sp.load("products").set_index("product_id")
quick = products["spread"].idxmax()
asked = tables["applications"]
asked = asked[asked["applied_at"] < day + pd.Timedelta(days=1)].sort_values("applied_at").groupby("customer_id")["product_id"].last()
price = profile.set_index("customer_id")["is_price_sensitive"].dropna().astype(bool)
took = (asked.reindex(price.index).dropna() == quick).groupby(price).mean()
print(f"说最关心价格的，最近一次申请{products.loc[quick, 'name']}（加点最高）的有 {took.get(True, float('nan')):.0%}；关心别的，有 {took.get(False, float('nan')):.0%}。")

# %% [markdown]
# **读图：银行因此改做什么**　柱子要对着黑线看：两样差不多，说明自述在这份数据里几乎没有用。所以**问卷只当提问的由头**，不照它配产品。嘴上要低价、手上拿了最贵的那款，去了先问：“上次为什么选它？”也许是急用、没有抵押，也许是没人给他讲过便宜的那款。没有行为的客户（从没进过件）也一样：从问卷问起，写明是自述，问清了再配。
#
# 图只说明说的和做的对不上，**没有证明**做过一次、下次还这样做。行为是真选过的，先从它谈起，也要当面核实。渠道还多一层，进件渠道也受银行先从哪条渠道找他的影响。
#
# 要留意两点：答过问卷的只是一部分人，愿意答的和不愿意答的不同；做过的也受当时银行给什么的限制。
#
# **自测 3**　选最合适的一项。

# %% tags=["hide-input"]
ask.single(
    "stated",
    "一户去年问卷答“最关心价格，想要等额本息”。今年三次支用都是随借随还，每次用二十天就还，选的是最快的一款。今天给他配产品，最合适的是？",
    ["按问卷：推利率最低的等额本息", "按行为：以随借随还为主，再问他为什么当初说要低价", "两样各配一半", "等他再填一次问卷"],
    key="按行为：以随借随还为主，再问他为什么当初说要低价",
    why={
        "按问卷：推利率最低的等额本息": "他只用二十天。等额本息按月还本，钱用不完还要付息，多半会放弃报价。",
        "按行为：以随借随还为主，再问他为什么当初说要低价": "行为是真金白银选的，问卷是线索。算总利息给他看：用二十天，利率高一点，利息更少。",
        "两样各配一半": "额度拆开，两边都不够用。",
        "等他再填一次问卷": "再问一次还是嘴上说的。",
    },
    hints=("哪一边，他付了真金白银？", "陈述偏好是线索，行为偏好是证据。", "相近的例子：说要早睡的人，看他昨晚几点关灯。"),
)

# %% [markdown]
# ## 5　企业、老板和配偶，合起来看
#
# 小微企业的钱和家里的钱常在一个口袋。合并视图把**企业 + 实际控制人 + 配偶**放在一张表上：已用的贷款、已批的额度、对外担保各一栏。向征信机构查询个人信息，须{{ cite("report_consent") }}；配偶的，要配偶自己签。
#
# 一家食品厂（教学例子，万元）：厂里在本行授信 200、已用 120；老板个人经营贷授信 80、已用 60，钱进了厂里；配偶房贷余额 90；厂的 120 由老板夫妻保证；厂还替朋友的公司担保 100，那边目前正常。

# %%
rows = [("食品厂：本行流动资金贷款", 200, 120, 0), ("老板：个人经营贷", 80, 60, 0), ("配偶：住房贷款", 90, 90, 0), ("夫妻为食品厂保证（保的就是第一行）", 0, 0, 0), ("食品厂替朋友的公司担保", 0, 0, 100)]
family = pd.DataFrame(rows, columns=["项目", "授信或合同额（万元）", "已用余额（万元）", "或有（对外担保，万元）"]).set_index("项目")
family.loc["合计"] = family.sum()
family

# %% [markdown]
# 三条规矩：
#
# 1. **不重复数**：夫妻给自家厂的保证，保的就是厂里那笔，不再加一次。家里几户互相担保，同样只数一次。
# 2. **授信和余额分开**：没用的额度随时能用，测合并授信看授信额，测眼下还款看余额。
# 3. **担保是或有**：单列一栏，不加进负债；但要问债务人还得起吗，还不起就要代偿。
#
# **银行因此改做什么**　额度按合并后的数测，单户看着都不高、合起来超过还款来源的，先压总额。家庭负债写在报告里，注明谁签了授权；没签的写「未知」，不写「没有」。
#
# **自测 4**　自己合并一次。

# %% tags=["hide-input"]
ask.numeric(
    "merged",
    "一家店：店里贷款余额 50 万元；老板个人经营贷余额 30 万元；配偶车贷余额 10 万元；夫妻为店里那 50 万元作保证；店为亲戚担保 40 万元。合并后的负债余额是多少万元（担保另列）？",
    key=90,
    unit="万元",
    why="50 + 30 + 10 = 90 万元。夫妻的保证保的就是店里那 50 万元；替亲戚担保的 40 万元是或有，另列。",
    near={140: "夫妻的保证又加了一次 50：保的就是店里那笔。", 130: "替亲戚的 40 是或有，另列一栏，不加进余额。", 50: "只看了店里：老板和配偶的也要还。", 180: "保证和对外担保都加进去了：一个重复，一个是或有。"},
    hints=("哪几笔是真要按月还的？", "自家人保自家人，只数一次；替外人担保，单列或有。", "相近的例子：父亲借 10，儿子作保，家里一共欠 10，不是 20。"),
)

# %% [markdown]
# ## 6　分群：LRFMC
#
# 给客户分群，先选几件看得懂的事。这里用 LRFMC 五项（本课程把零售的 RFM 改给结算客户用）：
#
# | 字母 | 是什么 | 说明 |
# |---|---|---|
# | L | 关系月数 | 开户到观察点的整月数 |
# | R | 末次有效流入距今（天） | 越小越好，换名次时反过来 |
# | F | 活跃月数 | 近 12 个月里有有效流入的月数；有逐笔流水的，也可以用付款方数 |
# | M | 月均有效流入 | 不用净流入：小企业左手进右手出，净流入接近 0 |
# | C | 额度使用率 | 没有授信就没有用，记 0；这是本题的口径，要写明 |
#
# C 记 0 和第 1 节不矛盾：那里说的是算平均、排好坏时，不能把没有授信的当成“用得省”；这里只问用了本行多少，没有就是 0。
#
# **逾期不放进来**：价值和风险是两个问题。混在一起，高价值高风险的和低价值低风险的会排在同一群。
#
# 五项单位不同。直接算距离，谁的数大谁说了算。先看不处理会怎样。

# %%
values = lrfmc(profile)
ranks = rank_transform(values)
titles = {"length_months": "关系月数", "frequency": "活跃月数", "monetary_cny": "月均有效流入", "credit": "额度使用率", "recency_days": "末次流入距今"}
raw, even = (frame.var() / frame.var().sum() for frame in (values, ranks))
pd.DataFrame({"直接用原数": raw.map("{:.1%}".format), "先换成名次": even.map("{:.1%}".format)}).rename(index=titles).rename_axis("各项占全部差异的比重")

# %% [markdown]
# 原数里几乎全是 M 一项在说话：分出来的只是“大户、中户、小户”，而且换成万元又是另一种分法。**换成名次**（从 0 到 1，不怕极端值），每项都说得上话。某一项若人人一样，比重就是 0，放进去也没有用。本数据只有月度合计，末次流入一律记到月末，仿真里还在经营的客户上个月又都有进账，R 就会是这样；真实账户有大量沉睡户，R 往往很有用。活跃月少，在这里多半只是开户不满一年，和关系短是同一件事。
#
# ### 选 k：分得开，还要站得稳
#
# **轮廓系数**看分得开不开，最高是 1，越大越分得开。**ARI** 看站得稳不稳：两次各抽七成客户去分，看两次都抽到的人，分法一不一致；一样是 1，碰巧是 0。为了快，从全部客户里抽三千户来算。线画在 0.8（本课程设定）：较差的一成抽样也要在线上。

# %%
some = ranks.dropna().sample(min(len(ranks.dropna()), 3000), random_state=4)
tried = choose_k(some, ks=range(2, 7), seed=4, repeats=6)
steady = tried[tried["ari_low"] >= 0.8]
K = int(steady["silhouette"].idxmax() if len(steady) else tried["ari_low"].idxmax())
figure, axes = plt.subplots(figsize=(7, 2.9))
axes.plot(tried.index, tried["silhouette"], marker="o", color="#0072B2", label="轮廓系数")
axes.plot(tried.index, tried["ari_low"], marker="s", linestyle="--", color="#D55E00", label="ARI（较差的一成）")
axes.axhline(0.8, color="black", linewidth=0.8)
shaky = [str(k) for k in tried.index if tried.loc[k, "ari_low"] < 0.8]
axes.set(title=f"取 k = {K}；不稳的是 k = {'、'.join(shaky)}" if shaky else f"取 k = {K}；各个 k 都稳", xlabel="分成几群（k）", ylabel="系数", xticks=list(tried.index), ylim=(0, 1.05))
axes.legend(loc="center right", fontsize=8)
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　先划掉线下的 k，再在剩下的里取轮廓系数高的。一条都不过线，就说“这批客户分不出稳的群”，改用业务规则分。不稳的分群派给客户经理，下个月同一户就换了人管。
#
# ### 起名：名字要有指标撑着
#
# 群的编号没有意思。看每一群在各项上的**平均名次**：比大家的平均高或低 0.08 以上（本课程设定），才叫特征。下表的月数和流入都是中位数。名字只能从特征里来。

# %%
labels = cluster(ranks, k=K, seed=4)
found = traits(ranks, labels)
called = {k: f"第 {k} 群 {(fitting(held) or ['不好起名'])[0]}" for k, held in found.items()}
axis = [name for name in titles if ranks[name].nunique() > 1]
places = ranks[axis].groupby(labels).mean().rename(columns=titles, index=called)
top = places["月均有效流入"].idxmax()
show(radar(places, title=f"月均有效流入最高的是{top}（平均名次 {places['月均有效流入'].max():.2f}）"), told(places))
summary = centres(values.assign(monetary_cny=values["monetary_cny"] / 1e4), labels)
summary["特征"] = pd.Series({k: "、".join(held) for k, held in found.items()})
used = profile.set_index("customer_id")["utilization"].astype(float)
summary["使用率平均（有授信的）"] = used.groupby(labels).mean().map("{:.0%}".format)
summary["占比"] = summary["share"].map("{:.0%}".format)
summary = summary.rename(index=called, columns={"n": "户数", "length_months": "关系月数", "frequency": "活跃月数", "monetary_cny": "月均有效流入（万元）"}).round(1)
summary[["户数", "占比", "关系月数", "活跃月数", "月均有效流入（万元）", "使用率平均（有授信的）", "特征"]].rename_axis("群")

# %% [markdown]
# **读图：银行因此改做什么**　每一群只配一件先做的事，并写明凭哪个指标：
#
# | 若这一群的特征是 | 先做什么 |
# |---|---|
# | 用额度多 | 看到期和还款来源；续不续，看信用，不看这张图 |
# | 流入大、用额度少 | 去问：备货的钱从哪来？在别家借吗？ |
# | 关系短 | 先把结算和授权做起来，两个月后再看 |
# | 流入小 | 网点和线上服务，不占走访名额 |
#
# ### 分群探索
#
# **先猜**：把“客户号”当成数字放进去，轮廓系数会升还是降？**再动**：改 k；去掉“先换成名次”；只留经营年限；只留客户号。**再解释**：哪一次数字很好看、却一点用也没有？

# %% tags=["hide-input"]
extra = values.reset_index(drop=True)
extra["age_years"] = profile["age_years"].astype(float)
extra["branch"] = profile["branch_id"].str.removeprefix("B").astype(int)
extra["number"] = profile["customer_id"].str.removeprefix("C").astype(int)
unfit = {"branch": "编号只是名字，2 号支行和 3 号支行不比 2 号和 9 号更像。", "number": "号码没有远近。分出来的只是号码的大小，轮廓系数再高也没有用。"}
segment_explorer(extra, titles | {"age_years": "经营年限", "branch": "支行编号（当成数字）", "number": "客户号（当成数字）"}, seed=4, unfit=unfit)

# %% [markdown]
# **银行因此改做什么**　分群方案上会，先答四问：用了哪几项？换名次了吗？换一批客户还是这样分吗？有没有把编号和年龄当成特征？答不全的退回。
#
# **自测 5**　选最合适的一项。

# %% tags=["hide-input"]
ask.single(
    "which_k",
    "科技部门试了四个方案。k = 2：轮廓 0.39，ARI 较差一成 0.45；k = 4：0.37，0.91；k = 5：0.38，0.62；k = 7：0.31，0.88。取哪个？",
    ["k = 2，轮廓系数最高", "k = 4，稳的里面分得最开", "k = 5，两项都居中", "k = 7，分得越细越好"],
    key="k = 4，稳的里面分得最开",
    why={
        "k = 2，轮廓系数最高": "一换客户就变：较差的时候只有 0.45。照它派活，名单月月不同。",
        "k = 4，稳的里面分得最开": "先过稳定这一关，再比轮廓。",
        "k = 5，两项都居中": "0.62 没过 0.8，居中不是理由。",
        "k = 7，分得越细越好": "也稳，但分得没有 k = 4 开；七套做法也管不过来。",
    },
    hints=("哪几个 k，换一批客户还是这样分？", "先用 ARI 筛掉不稳的，再在剩下的里比轮廓系数。", "相近的例子：先挑每次都准的秤，再挑刻度细的。"),
)

# %% [markdown]
# ## 7　生命周期阶段：年龄不等于阶段
#
# 阶段看**生意在长还是在缩**，年龄只用来认“初创”。规则按顺序看，先中先得（本课程设定，仿真参数）：
#
# 1. **衰退**：最近两季同比都下降超过百分之五；或断票满两个月、近一季流入没有增长（或看不出）；
# 2. **初创**：成立不超过 3 年；
# 3. **成长**：近 12 个月有效流入增长超过百分之十五；
# 4. **成熟**：增速在两者之间，且波动不高；波动高的判断不了；
# 5. **衰退**：全年下降百分之五以上。
#
# （转型要看客户结构和固定资产，月度数据看不出。）看看同样年纪的企业，阶段有多不同。

# %%
phase = stage(profile)
ages = pd.cut(profile["age_years"].astype(float), [-1, 3, 5, 7, 10, 15, 100], labels=["3 年内", "3–5", "5–7", "7–10", "10–15", "15 年以上"])
mix = pd.crosstab(ages, phase.fillna("判断不了"), normalize="index").reindex(columns=[*STAGES[:4], "判断不了"], fill_value=0)
figure, axes = plt.subplots(figsize=(7.5, 3.2))
bottom = 0 * mix["初创"]
for (name, share), colour, hatch in zip(mix.items(), ["#56B4E9", "#009E73", "#0072B2", "#D55E00", "#999999"], ["", "//", "", "xx", ".."], strict=True):
    axes.bar(mix.index, share * 100, bottom=bottom * 100, color=colour, hatch=hatch, label=name)
    bottom = bottom + share
old = mix.iloc[-1]
axes.set(title=f"15 年以上的老企业，按规则 {old['成长']:.0%} 像在成长，{old['衰退']:.0%} 像在衰退", xlabel="经营年限", ylabel="占比（%）")
axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　不许写“成立十五年，成熟期客户”。写：近 12 个月流入变化多少、波动多少，所以像哪个阶段。
#
# 规则准不准？真实的银行没有答案，这里有：仿真知道每户**真正的阶段**。拿前三千户里正常经营的来对（这几个数只在这里给出，学员的数据里没有真值）：

# %%
agreed = {{ truth.stage_agreement }}
hit, base = agreed["told_decline_is_true"], agreed["declines"]
print(f"判成衰退的，命中的是随便点的 {hit / base:.1f} 倍，仍有 {1 - hit:.0%} 冤枉（其实是成熟的 {agreed['told_decline_is_mature']:.0%}）；判断不了的 {agreed['untold']:.0%}。")
compared = {
    "按流入的规则": (agreed["rules_right"], agreed["declines_found"], hit),
    "随便点同样多户": (None, agreed["told_decline"], base),
    "只看年龄（没有衰退这一档）": (agreed["age_right"], None, None),
    "一律说成熟": (agreed["mature_right"], None, None),
}
columns = ["判得出阶段的，判对的", "真在衰退的，被找出来的", "判成衰退的，真在衰退的"]
pd.DataFrame(compared, index=columns, dtype=float).T.map(lambda share: "—" if pd.isna(share) else f"{share:.0%}")

# %% [markdown]
# 第一列要老实看：阶段藏在流水背后，行内只看得到一部分钱，哪种办法都会错不少，要和“一律说成熟”比。后两列看衰退，银行最怕漏的正是它：只看年龄的分法里**根本没有衰退这一档**，不用对真值也知道找不出；规则要和**随便点同样多户**比，比它准多少，才是规则的用处。判成衰退的里面冤枉的仍然不少（占多少，见表上面那一行），前一张图的“衰退”占比也跟着偏高。所以阶段是**推断**，只能当排查名单：用来决定先问谁，不用来直接拒贷。
#
# **自测 6**　先判断，再选理由。

# %% tags=["hide-input"]
ask.judge(
    "age_is_not_stage",
    "两户都成立 12 年：甲近 12 个月流入增长 32%，乙最近两季同比 −11%、−18%。两户都算成熟期，按同一套做法管。",
    verdicts=("对", "错"),
    reasons=["甲像在成长，乙像在衰退：看流入，不看年龄", "12 年都过了初创，就是成熟", "乙只是淡季，仍算成熟", "阶段只能由客户自己说"],
    key=("错", "甲像在成长，乙像在衰退：看流入，不看年龄"),
    why={
        "对": "按成熟管，甲的增额给晚了，乙的压降也晚了。",
        "甲像在成长，乙像在衰退：看流入，不看年龄": "同龄不同阶段，要问的话也不同。",
        "12 年都过了初创，就是成熟": "年限只排除了初创，没有说明在长还是在缩。",
        "乙只是淡季，仍算成熟": "同比已经和去年同季比，淡季不是理由。",
        "阶段只能由客户自己说": "自述是线索，流入是证据。",
    },
    hints=("去掉年龄这一列，你还会把它们归为一类吗？", "阶段看增速和波动，年限只用来认初创。", "相近的例子：两个人都四十岁，一个刚升职，一个刚失业。"),
)

# %% [markdown]
# ## 回答行长
#
# 把前面算的合成一段话。要先去的，是流入大、却没怎么用本行额度的那一群；若没有这样的群，就去流入最大的那一群。这份名单用流水圈出来，先要流水数据有**营销用途**的授权，再剔除免打扰，就可以打企业公开的电话；打企业主个人的，还要联系方式也有营销授权（见模块 02 的授权矩阵）。

# %%
target = next((k for k, held in found.items() if {"流入大", "用额度少"} <= set(held)), int(ranks["monetary_cny"].groupby(labels).mean().idxmax()))
inside = profile[(labels == target).to_numpy()]
consents = tables["consents"].query("purpose == '营销' and granted_date <= @day and not (withdrawn_date <= @day)")
allowed = {item: inside["customer_id"].isin(consents.loc[consents["data_item"] == item, "customer_id"]) for item in ("联系方式", "流水数据")}
can_call = allowed["流水数据"] & ~inside["do_not_contact"].astype(bool)
falling = (phase[inside.index] == "衰退").mean()
print(f"分 {K} 群。先去“{called[target]}”：{len(inside):,} 户，占 {len(inside) / len(profile):.0%}，月均有效流入中位数 {inside['avg_monthly_inflow_cny'].median() / 1e4:.1f} 万元。")
print(f"特征是{'、'.join(found[target])}。先问：备货的钱从哪来，在别家借不借，这里面有 {falling:.0%} 流入在缩，缩的先问原因。")
print(f"缺的：流水数据有营销授权的 {allowed['流水数据'].mean():.0%}，再剔除免打扰，剩 {can_call.sum():,} 户，可打企业公开电话；其中联系方式也有授权的 {(can_call & allowed['联系方式']).sum():,} 户，可打企业主个人电话。")
print("所以" + ("不能拿这份名单打营销电话：先在网点和走访时当面补签授权。" if can_call.mean() < 0.05 else f"只联系这 {can_call.sum():,} 户，其余先补授权。"))

# %% [markdown]
# ## 局限
#
# - 数据是合成的：说的和做的有多一致，是仿真参数的结果，真实客户可能更一致，也可能更不一致；各群的大小是仿真参数的结果，不是行业统计。
# - 阶段只能当推断用：上面对过真值，错的不少。
# - 只看见还在的、有授权的、在本行有流水的客户。他行的钱、现金、个人卡都不在里面。
# - 用画像派活要留意公平：同一群里，不因老板的性别、年龄给不同的价；群只决定先问什么，不决定批不批。自动化决策对个人权益有重大影响时，{{ cite("pipl_explain") }}。
# - 群会老：流水每月变，分群至少每季重做一次，并核对有多少户换了群。

# %% [markdown]
# ## 要点
#
# 1. 画像卡分三栏：事实、推断、未知；未知不是 0，写成要问的话。
# 2. 同业分位要同门类、同划型，不足三十户写「样本不足」。
# 3. 问卷只当提问的由头，配产品从做过的谈起、当面核实；企业、老板、配偶合起来看，不重复数，担保单列或有。
# 4. 分群先换名次，k 先看稳、再看分得开；名字要有指标撑着；编号和逾期不放进去。
# 5. 阶段看流入，不看年龄；它是推断，不是结论。
#
# ## 下一步
#
# 打开[配套练习](practice.ipynb)。下一模块看客户借了钱以后怎么还。
#
# 走之前花半分钟说说这一课，课程会照着改。随作业一起交给老师，不计分。

# %% tags=["hide-input"]
ask.lesson_feedback()
