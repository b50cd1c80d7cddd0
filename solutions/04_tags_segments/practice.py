# %% [markdown]
# # 04 练习：画像标签与客户分群
#
# **时长** 75 分钟 · **满分** 100 分 · **前置** 04 课程
#
# - 标着「全员必做」的 6 题用鼠标选或填数，合计 60 分；标着「分析岗」的 5 题写几行代码，对客户经理是选做。
# - 打开后先用菜单“运行 → 运行所有单元格”：题目就会出现。没做的题会有红字，不用管它。
# - 选过的会自动保存。每题下面有一个检查单元：运行它，红字会说可能错在哪。没有红字不等于全对：检查只看形式和最常见的错，批改时还有更多测试。
# - 题与题互不依赖，可以跳着做。一题里各问都对才得分。做错了随时重来，以最后一次提交为准。

# %% [markdown]
# 先运行下面几个单元。第一个是本班的参数，不用改，批改时会按老师的版本重置。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点：站在这一天看客户，之后的数据都不能用
VARIANT_KEY = "511dfe7cf5e096aa"  # 本班的分派码：和你的工号一起决定你分到哪个支行

# %%
import math

import numpy as np
import pandas as pd
import smeprofile as sp
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from smeprofile import ask
from smeprofile.card import card
from smeprofile.charts import show, theme
from smeprofile.charts.radar import radar, told
from smeprofile.segments import NAMES, TRAITS, centres, cluster, lrfmc, rank_transform, stage, stage_reasons

theme()

# %% [markdown]
# 算全行的画像：一户一行，已注销的不算。数据是合成数据。

# %% tags=["hide-input"]
NEEDED = ("customers", "flows_monthly", "balances", "invoices_monthly", "facilities", "drawdowns", "repayments", "applications", "customer_survey", "consents")
TABLES = {name: sp.load(name) for name in NEEDED}
profile = sp.profile(TABLES, AS_OF)
profile = profile[profile["registration_status"] != "注销"].reset_index(drop=True)

# %% [markdown]
# ## 一、读画像（全员必做）
#
# 下面是班级数据里一户真有的画像卡（合成数据）。程序按数据挑的：在用贷款，没有授权纳税数据，没有答过需求调查。

# %% tags=["hide-input"]
_phase = stage(profile)
_fits = (profile["utilization"].fillna(0) > 0.3) & (profile["consent_tax"] == "无授权") & profile["stated_channel_id"].isna() & _phase.isin(["成长", "衰退"]) & profile["inflow_growth"].notna()
_one = profile[_fits].iloc[-1]
_word, _why = _phase[_fits].iloc[-1], stage_reasons(profile[_fits]).iloc[-1]
SAYINGS = {
    "c1": f"近 12 个月有效流入约 {_one['effective_inflow_cny'] / 1e4:,.1f} 万元。",
    "c2": f"观察点当天，额度使用率 {_one['utilization']:.0%}。",
    "c3": "近 12 个月没有开过票。",
    "c4": f"成立 {_one['age_years']:.1f} 年了，所以是成熟期的客户。",
    "c5": f"{_why}，像是在{_word}。",
    "c6": "他最在意的是价格。",
    "c7": f"月均有效流入约 {_one['effective_inflow_cny'] / 1e4:,.1f} 万元。",
    "c8": "去见他，第一件要办的事是？",
}
card(profile, _one["customer_id"], flows_monthly=TABLES["flows_monthly"], names=[sp.load("branches"), sp.load("channels")])

# %% [markdown] task="card" track="all"
# ### 第 1 题　事实、推断、未知（12 分，全员必做）
#
# 对着上面的卡，给 c1 到 c7 每句话选一种：
#
# | 选项 | 意思 |
# |---|---|
# | `事实` | 卡上有数能直接证明 |
# | `推断` | 从卡上的数推出来的，可能不对，要核实 |
# | `未知` | 卡上看不到，要去问或补授权 |
# | `说错了` | 和卡上的数或规矩矛盾 |
#
# c8 选第一件要办的事。

# %% answer="card" tags=["hide-input"]
reading = ask.choices(
    "card",
    SAYINGS,
    {row: ["事实", "推断", "未知", "说错了"] for row in SAYINGS if row != "c8"}
    | {"c8": ["请他签纳税数据的授权，再看开票", "因为没有开票，先压降额度", "按同业平均补上开票额"]},
)
# BEGIN SOLUTION
reading = {"c1": "事实", "c2": "事实", "c3": "未知", "c4": "说错了", "c5": "推断", "c6": "未知", "c7": "说错了", "c8": "请他签纳税数据的授权，再看开票"}
# END SOLUTION

# %% [markdown]
# 检查第 1 题：是不是每句都选了。

# %% check="card" points=12
todo = [key for key, choice in reading.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(reading) == {f"c{n}" for n in range(1, 9)}, "应有 c1 到 c8，请不要增删。"
# BEGIN HIDDEN TESTS
assert reading["c3"] == "未知", "c3：他没有授权纳税数据，是看不到，不是没有开票。写成事实，会按断票去压一户正常经营的企业。"
assert reading["c6"] == "未知", "c6：他没有答过需求调查。替他编一个偏好，配错的产品他不会要。"
assert reading["c4"] == "说错了", "c4：年龄不等于阶段，卡上的阶段是按流入算的，不是成熟。按年龄管，该增的增晚了，该压的压晚了。"
assert reading["c5"] == "推断", "c5：几个百分数是事实，“像是在某个阶段”是推出来的。推断写进事实栏，出了坏账，尽职免责时说不清凭什么。"
assert reading["c7"] == "说错了", "c7：这是 12 个月合计，不是月均。当成月均，生意被放大十几倍，额度也跟着放大。"
assert reading["c1"] == "事实" and reading["c2"] == "事实", "c1、c2：卡上有数，窗口也写明了，可以直接引用；连事实都不敢写，报告就没有根。"
assert reading["c8"].startswith("请他签"), "c8：未知要靠授权或问来补。拿未知去压降，冤枉客户；按同业平均补，等于替他编数。"
# END HIDDEN TESTS

# %% [markdown] discussion="card"
# 让学员指着卡说：这句话，哪一格能证明？c3 和 c6 最容易被写成“没有”“不在意”。

# %% sample="card" mistake="未知当成没有" says="不是没有开票"
reading = {"c1": "事实", "c2": "事实", "c3": "事实", "c4": "说错了", "c5": "推断", "c6": "未知", "c7": "说错了", "c8": "请他签纳税数据的授权，再看开票"}

# %% sample="card" mistake="年龄=阶段" says="年龄不等于阶段"
reading = {"c1": "事实", "c2": "事实", "c3": "未知", "c4": "事实", "c5": "推断", "c6": "未知", "c7": "说错了", "c8": "请他签纳税数据的授权，再看开票"}

# %% sample="card" mistake="推断写成事实" says="推断写进事实栏"
reading = {"c1": "事实", "c2": "事实", "c3": "未知", "c4": "说错了", "c5": "事实", "c6": "未知", "c7": "说错了", "c8": "请他签纳税数据的授权，再看开票"}

# %% sample="card" mistake="年合计当月均" says="不是月均"
reading = {"c1": "事实", "c2": "事实", "c3": "未知", "c4": "说错了", "c5": "推断", "c6": "未知", "c7": "事实", "c8": "请他签纳税数据的授权，再看开票"}

# %% [markdown]
# ## 二、为分群选名（全员必做）
#
# 取客户号靠前的三千户里还在册的（客户号的大小和开户早晚、生意好坏都无关，少一些好算），按 LRFMC 换成名次，分成四群。图和表是每一群的**平均名次**，最后一行是大家的平均。末次流入距今（R）人人差不多，没有画。

# %% tags=["hide-input"]
FIRST = profile[profile["customer_id"] <= {{ truth.segment_last }}]
RANKS = rank_transform(lrfmc(FIRST))
LABELS = cluster(RANKS, k=4, seed=4)
PLACES = dict(zip("甲乙丙丁", range(1, 5), strict=True))
SHOWN = {"length_months": "关系月数", "frequency": "活跃月数", "monetary_cny": "月均有效流入", "credit": "额度使用率"}
_mean = RANKS[list(SHOWN)].groupby(LABELS).mean().rename(columns=SHOWN, index={k: f"{p}群" for p, k in PLACES.items()})
_top = _mean["额度使用率"].idxmax()
show(radar(_mean, title=f"{_top}的额度使用率最高（平均名次 {_mean.loc[_top, '额度使用率']:.2f}）"), told(_mean))
_all = RANKS[list(SHOWN)].mean().rename(SHOWN).rename("大家的平均")
_sizes = LABELS.value_counts().sort_index().set_axis(_mean.index)
pd.concat([_mean.assign(户数=_sizes), _all.to_frame().T.assign(户数=len(FIRST))]).round(2).rename_axis("群")

# %% [markdown] task="names" track="all"
# ### 第 2 题　选名，并选两个属实的指标（至少一个支持它）（14 分，全员必做）
#
# 给甲、乙、丙、丁每群选一个名字和两个指标：
#
# - 指标要**属实**：平均名次比大家的平均高 0.08 以上，才能说“长、多、大”；低 0.08 以上，才能说“短、少、小”（先四舍五入到两位小数）；
# - 两个指标不能相同，至少一个要**支持这个名字**；
# - 名字不能和数对不上。符合的名字可能不止一个，选哪个都算对。

# %% answer="names" tags=["hide-input"]
_texts = {"名": "这一群叫什么？", "一": "第一个指标", "二": "第二个指标"}
named = ask.choices(
    "names",
    {f"{place}{part}": f"{place}群：{text}" for place in PLACES for part, text in _texts.items()},
    {f"{place}{part}": list(NAMES if part == "名" else TRAITS) for place in PLACES for part in _texts},
)
# BEGIN SOLUTION
named = {{ truth.segment_names }}
# END SOLUTION

# %% [markdown]
# 检查第 2 题：是不是都选了。

# %% check="names" points=14
todo = [key for key, choice in named.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(named) == {f"{p}{part}" for p in "甲乙丙丁" for part in "名一二"}, "应有四群各三项，请不要增删。"
# BEGIN HIDDEN TESTS
from smeprofile.segments import amiss, traits

_held = traits(RANKS, LABELS)
for _place, _k in zip("甲乙丙丁", range(1, 5), strict=True):
    # Looked for by two characters: a message that repeats a longer text quoted here is kept from its learner.
    _wrong = amiss({"name": named[f"{_place}名"], "first": named[f"{_place}一"], "second": named[f"{_place}二"]}, _held[_k])
    assert "依据" not in _wrong, f"{_place}群：{_wrong}。LRFMC 里没有风险的指标，逾期也没有放进来；把价值群叫成高风险，好客户会被停贷。"
    assert "和数" not in _wrong, f"{_place}群：{_wrong}。照错的名字派活，该去的没去，不该去的白跑。"
    assert "不是" not in _wrong, f"{_place}群：{_wrong}。看看它的平均名次和大家的平均差多少、差在哪边；指标说反了，话术也跟着反。"
    assert "同一" not in _wrong, f"{_place}群：{_wrong}。题目要两个不同的指标：一个支持名字，另一个再说一面，派活时才不会只看一头。"
    assert not _wrong, f"{_place}群：{_wrong}。指标属实，但说的是别的事：名字要有数撑着，审批的人才会信。"
# END HIDDEN TESTS

# %% [markdown] discussion="names"
# 同一群可以有不同的好名字；要紧的是名字后面跟着两个数。“高风险客户”在 LRFMC 里永远没有依据：价值与风险分开看。

# %% sample="names" mistake="名字和指标矛盾" says="和数对不上"
named = {{ truth.segment_upside_down }}

# %% sample="names" mistake="指标说反" says="不是这一群的特征"
named = {{ truth.segment_false_trait }}

# %% sample="names" mistake="把价值群当风险群" says="没有风险的指标"
named = {{ truth.segment_risky }}

# %% [markdown]
# ## 三、同业分位（全员必做）
#
# 五户客户，同业是全行**同门类、同划型**、月均有效流入已知的客户（含本户）。第 1 名最大。

# %% tags=["hide-input"]
_known = profile.dropna(subset=["avg_monthly_inflow_cny", "size_class"])
_group = _known.groupby(["industry_section", "size_class"])["avg_monthly_inflow_cny"]
_known = _known.assign(同业户数=_group.transform("size"), 名次=_group.rank(ascending=False, method="min").astype(int))
_place = _known["名次"] / _known["同业户数"]
_wide, _few = _known["同业户数"] >= 30, _known["同业户数"].between(2, 29)
_picks = [_wide & _place.between(0.05, 0.2), _few & (_known["名次"] == 1), _wide & _place.between(0.8, 0.95), _wide & _place.between(0.4, 0.6), _few & (_known["名次"] > 1)]
PEERS = pd.concat([_known[pick].iloc[[0]] for pick in _picks]).set_axis([f"p{n}" for n in range(1, 6)])
PEERS.assign(月均有效流入=(PEERS["avg_monthly_inflow_cny"] / 1e4).round(1)).rename(columns={"industry": "行业", "size_class": "划型", "月均有效流入": "月均有效流入（万元）"})[["行业", "划型", "月均有效流入（万元）", "同业户数", "名次"]].rename_axis("客户")

# %% [markdown] task="peers" track="all"
# ### 第 3 题　排在同业哪里（8 分，全员必做）
#
# 给每户选：`前四分之一`、`中间`、`后四分之一`，或 `样本不足`。同业不足 30 户写样本不足（本课程设定）；位置 = 名次 ÷ 同业户数。

# %% answer="peers" tags=["hide-input"]
peers = ask.choices("peers", {row: "排在同业哪里？" for row in PEERS.index}, ["前四分之一", "中间", "后四分之一", "样本不足"])
# BEGIN SOLUTION
peers = {"p1": "前四分之一", "p2": "样本不足", "p3": "后四分之一", "p4": "中间", "p5": "样本不足"}
# END SOLUTION

# %% [markdown]
# 检查第 3 题。

# %% check="peers" points=8
todo = [key for key, choice in peers.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(peers) == {f"p{n}" for n in range(1, 6)}, "应有 p1 到 p5 五户，请不要增删。"
# BEGIN HIDDEN TESTS
for _row, _firm in PEERS.iterrows():
    _at = _firm["名次"] / _firm["同业户数"]
    _right = "样本不足" if _firm["同业户数"] < 30 else "前四分之一" if _at <= 0.25 else "后四分之一" if _at > 0.75 else "中间"
    _given = peers[_row]
    if _right == "样本不足":
        assert _given == _right, f"{_row}：同业太少，只有 {_firm['同业户数']} 户，来去一户就变。印出“{_given}”，审批的人会当成几百户里的位置。"
    else:
        assert _given != "样本不足", f"{_row}：同业够多，可以排位置；都写样本不足，等于什么也没说，门槛就没法定。"
        assert _given == _right, f"{_row}：第 {_firm['名次']} 名除以 {_firm['同业户数']} 户是 {_at:.0%}。第 1 名是最大的，名次越靠前越大；排反了，小户会拿到大户的额度。"
# END HIDDEN TESTS

# %% [markdown] discussion="peers"
# p2 是小圈子里的第一名，最诱人。问全班：再来两家更大的同行，它排哪？

# %% sample="peers" mistake="样本不足也印分位" says="同业太少"
peers = {"p1": "前四分之一", "p2": "前四分之一", "p3": "后四分之一", "p4": "中间", "p5": "后四分之一"}

# %% sample="peers" mistake="名次看反" says="第 1 名是最大的"
peers = {"p1": "后四分之一", "p2": "样本不足", "p3": "前四分之一", "p4": "中间", "p5": "样本不足"}

# %% sample="peers" mistake="一律写样本不足" says="等于什么也没说"
peers = {"p1": "样本不足", "p2": "样本不足", "p3": "样本不足", "p4": "样本不足", "p5": "样本不足"}

# %% [markdown]
# ## 四、嘴上说的，手上做的（全员必做）
#
# 四户答过需求调查的客户。“问卷”是最近一份答卷，“实际”是最近一次进件；空着的就是没有。

# %% tags=["hide-input"]
_stated, _done = profile["stated_repayment_method"], profile["revealed_repayment_method"]
_price, _line = profile["is_price_sensitive"].fillna(False).astype(bool), _done == "随借随还"
_asked = profile["stated_channel_id"].notna()
_differ = _stated.notna() & _done.notna() & (_stated != _done)
_best = _differ & _price & _line if (_differ & _price & _line).any() else _differ
_cases = [_best, _stated.notna() & (_stated == _done), _stated.notna() & _done.isna(), _asked & _stated.isna() & _done.notna()]
SAID = pd.concat([profile[case].iloc[[0]] for case in _cases]).set_axis([f"s{n}" for n in range(1, 5)])
_concern = SAID["is_price_sensitive"].map({True: "价格"}).fillna(SAID["is_speed_sensitive"].map({True: "时效"})).fillna("其他")
pd.DataFrame({"问卷：最关心": _concern, "问卷：想要的还款方式": SAID["stated_repayment_method"], "实际：申请的还款方式": SAID["revealed_repayment_method"], "实际：近 12 月用款笔数": SAID["n_drawdowns_12m"]}).astype(object).fillna("").rename_axis("客户")

# %% [markdown] task="said" track="all"
# ### 第 4 题　说的和做的（9 分，全员必做）
#
# s1 到 s4 只看**还款方式**：说的和做的对得上吗？s5 到 s7 选最合适的做法。

# %% answer="said" tags=["hide-input"]
said = ask.choices(
    "said",
    {
        **{f"s{n}": "说的和做的" for n in range(1, 5)},
        "s5": "给 s1 配还款方式，先按哪个？",
        "s6": "给 s3 配还款方式，从哪里谈起？",
        "s7": "把答过调查的客户的偏好，当成全部客户的偏好？",
    },
    {f"s{n}": ["一致", "不一致", "行为看不到", "自述看不到"] for n in range(1, 5)}
    | {
        "s5": ["按行为，再问他当初为什么那样说", "按问卷，客户说了算", "两样各一半"],
        "s6": ["从问卷问起，写明是自述", "当成和问卷一致的行为", "按客户经理手上要推的一种"],
        "s7": ["可以，样本够多", "不可以，愿意答的和不愿意答的不同"],
    },
)
# BEGIN SOLUTION
said = {"s1": "不一致", "s2": "一致", "s3": "行为看不到", "s4": "自述看不到", "s5": "按行为，再问他当初为什么那样说", "s6": "从问卷问起，写明是自述", "s7": "不可以，愿意答的和不愿意答的不同"}
# END SOLUTION

# %% [markdown]
# 检查第 4 题。

# %% check="said" points=9
todo = [key for key, choice in said.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(said) == {f"s{n}" for n in range(1, 8)}, "应有 s1 到 s7，请不要增删。"
# BEGIN HIDDEN TESTS
for _row, _firm in SAID.iterrows():
    _says, _does = _firm["stated_repayment_method"], _firm["revealed_repayment_method"]
    _right = "行为看不到" if pd.isna(_does) else "自述看不到" if pd.isna(_says) else "一致" if _says == _does else "不一致"
    if pd.isna(_does):
        assert said[_row] == _right, f"{_row}：他没有进过件，行为是未知，谈不上一致。当成一致，就把一句话当成了证据。"
    if pd.isna(_says):
        assert said[_row] == _right, f"{_row}：他答了卷，但没有答还款方式，自述是空的；空着不是不一致。"
    assert said[_row] == _right, f"{_row}：问卷是“{_says}”，实际是“{_does}”，应为“{_right}”。看错了，配的产品他不会要。"
assert said["s5"].startswith("按行为"), "s5：嘴上说的不花钱，手上选的花钱。把自述当行为去配产品，批了他可能不用，名额和人力白费。"
assert said["s6"].startswith("从问卷问起"), "s6：没有行为，问卷只是提问的由头，要写明是自述；不写明，下一个人会当成事实。按手上要推的配，是替自己选，不是替他选。"
assert said["s7"].startswith("不可以"), "s7：答卷的只是一部分人。拿他们代表全部，没答的那一大半会被配错产品。"
# END HIDDEN TESTS

# %% [markdown] discussion="said"
# 行为也有局限：受当时银行给什么的限制，做过一次也不保证下次还这样。所以不一致时先从行为谈起，再去问；课上的图只说明自述靠不住，没有证明行为能预测。

# %% sample="said" mistake="把自述当行为" says="嘴上说的不花钱"
said = {"s1": "不一致", "s2": "一致", "s3": "行为看不到", "s4": "自述看不到", "s5": "按问卷，客户说了算", "s6": "从问卷问起，写明是自述", "s7": "不可以，愿意答的和不愿意答的不同"}

# %% sample="said" mistake="没有行为当成一致" says="行为是未知"
said = {"s1": "不一致", "s2": "一致", "s3": "一致", "s4": "自述看不到", "s5": "按行为，再问他当初为什么那样说", "s6": "从问卷问起，写明是自述", "s7": "不可以，愿意答的和不愿意答的不同"}

# %% sample="said" mistake="答卷的代表全部" says="答卷的只是一部分人"
said = {"s1": "不一致", "s2": "一致", "s3": "行为看不到", "s4": "自述看不到", "s5": "按行为，再问他当初为什么那样说", "s6": "从问卷问起，写明是自述", "s7": "可以，样本够多"}

# %% [markdown]
# ## 五、企业和家庭合起来（全员必做）

# %% [markdown] task="family" track="all"
# ### 第 5 题　合并视图（9 分，全员必做）
#
# 一家服装厂，老板是实际控制人，配偶另开一家店（教学例子，万元；夫妻都签了授权）：
#
# | 谁 | 项目 | 授信或合同额 | 已用余额 |
# |---|---|---|---|
# | 服装厂 | 本行流动资金贷款 | 150 | 100 |
# | 老板 | 本行个人经营贷，钱进了厂里 | 60 | 60 |
# | 老板 | 他行住房贷款 | 110 | 110 |
# | 配偶的店 | 本行循环贷款 | 80 | 30 |
# | 配偶 | 他行消费贷款 | 8 | 8 |
# | 夫妻 | 为服装厂的本行授信作保证 | 150 | |
# | 配偶的店 | 也为服装厂的本行授信作保证 | 150 | |
# | 服装厂 | 为一家面料商担保 | 70 | |
#
# 填四个数，单位万元。f2 的口径：本行给这家人（企业、老板、配偶的店）的经营性授信额，含没用的。

# %% answer="family" tags=["hide-input"]
family = ask.number(
    "family",
    {
        "f1": "合并的负债余额（不含或有）",
        "f2": "本行合并的经营性授信额",
        "f3": "或有：替家外的人担保",
        "f4": "面料商还不上，担保的 70 万元全变成自家要还的债，还没付时的余额",
    },
    units={"f1": "万元", "f2": "万元", "f3": "万元", "f4": "万元"},
)
# BEGIN SOLUTION
family = {"f1": 308, "f2": 290, "f3": 70, "f4": 378}
# END SOLUTION

# %% [markdown]
# 检查第 5 题：是不是都填了。

# %% check="family" points=9
todo = [key for key, value in family.items() if value is None]
assert not todo, f"还没有填：{'、'.join(todo)}。"
assert set(family) == {"f1", "f2", "f3", "f4"}, "应有 f1 到 f4 四个数，请不要增删。"
# BEGIN HIDDEN TESTS
assert family["f1"] not in (458, 608), "f1：自家人保自家的贷款，保的就是厂里那笔，又数了一次。重复数会把好客户算成过度负债，白白丢掉。"
assert family["f1"] != 378, "f1：替面料商的 70 是或有，另列一栏；加进余额，月供就算错了。"
assert family["f1"] not in (100, 160, 130, 190), "f1：漏了家里的贷款。房贷、消费贷和配偶的店，都从同一个口袋还；漏了，额度会超过还款来源。"
assert family["f1"] == 308, f"f1：100 + 60 + 110 + 30 + 8，现填 {family['f1']:g}。"
assert family["f2"] != 190, "f2：授信要看额度，不看已用余额。没用的明天就能用，漏了它，合并授信会超限。"
assert family["f2"] == 290, f"f2：150 + 60 + 80，房贷、消费贷不是经营性的，保证也不是授信，现填 {family['f2']:g}。"
assert family["f3"] not in (220, 370), "f3：家里互相的保证不是替外人担保，不算进或有；算进去，同一笔钱记了两回。"
assert family["f3"] == 70, f"f3：只有面料商那 70，现填 {family['f3']:g}。"
assert family["f4"] == 378, f"f4：308 + 70，现填 {family['f4']:g}。或有变成真的，就是这个数；报告里要写面料商还得起吗。"
# END HIDDEN TESTS

# %% [markdown] discussion="family"
# 画一个圈：圈里的互相担保只数一次，圈外的单列。再问：配偶没签授权怎么写？写「未知」。

# %% sample="family" mistake="家里的保证重复数" says="又数了一次"
family = {"f1": 458, "f2": 290, "f3": 70, "f4": 528}

# %% sample="family" mistake="或有加进负债" says="另列一栏"
family = {"f1": 378, "f2": 290, "f3": 70, "f4": 378}

# %% sample="family" mistake="只看企业和老板" says="同一个口袋"
family = {"f1": 160, "f2": 290, "f3": 70, "f4": 230}

# %% sample="family" mistake="余额当授信" says="没用的明天就能用"
family = {"f1": 308, "f2": 190, "f3": 70, "f4": 378}

# %% [markdown]
# ## 六、分群方案评审（全员必做）

# %% [markdown] task="review" track="all"
# ### 第 6 题　六个方案，哪个能用（8 分，全员必做）
#
# 六个分群方案上会（教学例子）。给每个选 `可用`，或一条最要紧的退回理由。

# %% answer="review" tags=["hide-input"]
review = ask.choices(
    "review",
    {
        "v1": "月均有效流入（元）、关系月数、额度使用率直接放进 k-means，分成大、中、小三群。",
        "v2": "LRFMC 换名次，k = 6，轮廓系数 0.42；换两批客户各做一次，ARI 0.41。",
        "v3": "LRFMC 换名次，再加支行编号（1 到 12 的数字），k = 4，ARI 0.95。",
        "v4": "3 年内叫初创，3–7 年叫成长，7 年以上叫成熟，按这三群配产品。",
        "v5": "LRFMC 换名次，k = 4，轮廓系数 0.38，ARI 0.93；每群写明两个指标。",
        "v6": "LRFMC 换名次，再加逾期天数，分出“最有价值的客户”。",
    },
    ["可用", "退回：没有换名次", "退回：不稳", "退回：用了编号", "退回：年龄当阶段", "退回：价值混了风险"],
)
# BEGIN SOLUTION
review = {"v1": "退回：没有换名次", "v2": "退回：不稳", "v3": "退回：用了编号", "v4": "退回：年龄当阶段", "v5": "可用", "v6": "退回：价值混了风险"}
# END SOLUTION

# %% [markdown]
# 检查第 6 题。

# %% check="review" points=8
todo = [key for key, choice in review.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(review) == {f"v{n}" for n in range(1, 7)}, "应有 v1 到 v6 六个方案，请不要增删。"
# BEGIN HIDDEN TESTS
assert review["v1"] == "退回：没有换名次", "v1：元的数比月数大几千倍，一列金额说了算，另外两项白放。分出来的只是流水大小，多花的钱没有多看见一点。"
assert review["v2"] == "退回：不稳", "v2：轮廓高，可换一批客户就换一种分法。照它派活，下个月同一户又换人管，前面谈的全作废。"
assert review["v3"] == "退回：用了编号", "v3：编号只是名字，8 号支行不比 1 号“大”。ARI 高只说明编号没变；分出来的群，客户经理说不出怎么服务。"
assert review["v4"] == "退回：年龄当阶段", "v4：十年的老厂也有在缩的。只看年龄，分法里根本没有衰退这一档，压降总是晚一步。"
assert review["v6"] == "退回：价值混了风险", "v6：价值和风险是两个问题。混在一起，又大又逾期的和又小又干净的会排在一群，该防的和该维护的都漏了。"
assert review["v5"] == "可用", "v5：换了名次、站得稳、名字有指标撑着，没有编号和逾期：可以用。都退回，就只好又回到“人人优质”。"
# END HIDDEN TESTS

# %% [markdown] discussion="review"
# 让学员用四问对每个方案走一遍：哪几项、换名次没有、稳不稳、有没有编号和年龄。

# %% sample="review" mistake="未标准化" says="一列金额说了算"
review = {"v1": "可用", "v2": "退回：不稳", "v3": "退回：用了编号", "v4": "退回：年龄当阶段", "v5": "可用", "v6": "退回：价值混了风险"}

# %% sample="review" mistake="k 不稳" says="换一批客户就换一种分法"
review = {"v1": "退回：没有换名次", "v2": "可用", "v3": "退回：用了编号", "v4": "退回：年龄当阶段", "v5": "可用", "v6": "退回：价值混了风险"}

# %% sample="review" mistake="用标识列聚类" says="编号只是名字"
review = {"v1": "退回：没有换名次", "v2": "退回：不稳", "v3": "可用", "v4": "退回：年龄当阶段", "v5": "可用", "v6": "退回：价值混了风险"}

# %% sample="review" mistake="年龄=阶段" says="只看年龄"
review = {"v1": "退回：没有换名次", "v2": "退回：不稳", "v3": "退回：用了编号", "v4": "可用", "v5": "可用", "v6": "退回：价值混了风险"}

# %% sample="review" mistake="价值混了风险" says="价值和风险是两个问题"
review = {"v1": "退回：没有换名次", "v2": "退回：不稳", "v3": "退回：用了编号", "v4": "退回：年龄当阶段", "v5": "可用", "v6": "可用"}

# %% [markdown]
# ## 七、写成函数（分析岗）

# %% [markdown] task="tags" track="analyst"
# ### 第 7 题　四个维度各一个标签（9 分，分析岗）
#
# 写函数 `four_tags(customers, flows_monthly, survey, tax, as_of)`，返回 DataFrame，索引是 `customer_id`，只含观察点及以前开户（`opened_date`）的客户，四列：
#
# - `age_years`　观察点减 `established_date` 的天数 ÷ 365.25；
# - `active_months`　最近 12 个**已经过完的自然月**里，`sales_in_cny` 大于 0 的月数；到窗口末还从来没有记录的，为缺失；以前有、窗口里没有的，为 0；
# - `wants_loan`　观察点及以前（`survey_date`）最近一份答卷的 `wants_loan`；没有的为缺失；
# - `tax_grade`　观察点及以前**取得**（`arrived_date`）的申报里，所属月份 `month` 最近一期的 `tax_grade`；没有的为缺失。
#
# `month` 都是当月第一天；日期列都是日期类型；`as_of` 是形如 `"2025-12-31"` 的文字。缺失用 `None` 或 `nan` 都可以，**不能填成 0**。

# %% answer="tags"
def four_tags(customers, flows_monthly, survey, tax, as_of):
    # BEGIN SOLUTION
    day = pd.Timestamp(as_of)
    who = customers[customers["opened_date"] <= day].set_index("customer_id")
    last = (day + pd.Timedelta(days=1)).to_period("M") - 1  # 最近一个过完的月
    month = flows_monthly["month"].dt.to_period("M")
    active = (flows_monthly["sales_in_cny"] > 0) & (month > last - 12)
    answered = survey[survey["survey_date"] <= day].sort_values("survey_date")
    filed = tax[tax["arrived_date"] <= day].sort_values("month")
    tags = {
        "age_years": (day - who["established_date"]).dt.days / 365.25,
        "active_months": active[month <= last].groupby(flows_monthly["customer_id"]).sum(),
        "wants_loan": answered.groupby("customer_id")["wants_loan"].last(),
        "tax_grade": filed.groupby("customer_id")["tax_grade"].last(),
    }
    return pd.DataFrame({name: tag.reindex(who.index) for name, tag in tags.items()})
    # END SOLUTION


# %% [markdown]
# 检查第 7 题：一户，两个月有进账。

# %% check="tags" points=9
def _dated(rows, columns, *dates):
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in dates})


def _tagged(as_of="2025-12-31", firms=None, flows=(), answers=(), filings=()):
    firms = firms or [("C1", "2015-12-31", "2016-05-01")]
    return four_tags(
        _dated(firms, ["customer_id", "established_date", "opened_date"], "established_date", "opened_date"),
        _dated(list(flows), ["customer_id", "month", "sales_in_cny"], "month"),
        _dated(list(answers), ["customer_id", "survey_date", "wants_loan"], "survey_date"),
        _dated(list(filings), ["customer_id", "month", "arrived_date", "tax_grade"], "month", "arrived_date"),
        as_of,
    )


_got = _tagged(flows=[("C1", "2025-11-01", 500.0), ("C1", "2025-12-01", 300.0)], answers=[("C1", "2025-03-01", True)], filings=[("C1", "2025-10-01", "2025-11-15", "B")])
assert list(_got.columns) == ["age_years", "active_months", "wants_loan", "tax_grade"], f"应有四列，依次是 age_years、active_months、wants_loan、tax_grade，现为 {list(_got.columns)}。"
assert float(_got["active_months"].iloc[0]) == 2, f"11、12 月都有进账，活跃月数应为 2，现为 {_got['active_months'].iloc[0]}：12 月 31 日当天，12 月已经过完。"
# BEGIN HIDDEN TESTS
assert abs(float(_got["age_years"].iloc[0]) - 3653 / 365.25) < 1e-6, "经营年限应为天数 ÷ 365.25：单位是年。"
_none = _tagged(flows=[("C9", "2025-11-01", 500.0)], answers=[("C9", "2025-03-01", True)], filings=[("C9", "2025-10-01", "2025-11-15", "B")])
assert list(_none.index) == ["C1"], f"只要客户表里已开户的客户，现为 {list(_none.index)}。"
assert pd.isna(_none["active_months"].iloc[0]), "从来没有流水记录，活跃月数应为缺失：记成 0，就把没给数据的客户当成了停业的，会被压降。"
assert pd.isna(_none["wants_loan"].iloc[0]) and pd.isna(_none["tax_grade"].iloc[0]), "没有答卷、没有申报应为缺失，不是“否”也不是最差一级：写成不想贷，他就从名单里消失了。"
_zero = _tagged(flows=[("C1", "2025-11-01", 0.0)])
assert float(_zero["active_months"].iloc[0]) == 0, "有记录、但没有进账，是真的 0：真 0 和缺失要分开，停业的才找得出来。"
_old = _tagged(flows=[("C1", "2024-12-01", 5.0), ("C1", "2025-01-01", 5.0), ("C1", "2025-06-01", 5.0)])
assert float(_old["active_months"].iloc[0]) == 2, "窗口是 2025 年 1 到 12 月这 12 个自然月，2024 年 12 月在窗口外：按最后 12 条记录数，会把断断续续的客户数成天天有生意。"
_gone = _tagged(flows=[("C1", "2024-06-01", 5.0)])["active_months"].iloc[0]
assert not pd.isna(_gone) and float(_gone) == 0, "以前有流水、这 12 个月一条也没有，应为 0，不是缺失：记成缺失，停了业的就混进没给数据的里，该查的没人查。"
_mid = _tagged(as_of="2025-12-15", flows=[("C1", "2025-11-01", 5.0), ("C1", "2025-12-01", 5.0)])
assert float(_mid["active_months"].iloc[0]) == 1, "12 月 15 日，12 月还没过完，不能算：半个月和整月比，月月都像在下滑。"
_later = _tagged(answers=[("C1", "2025-03-01", True), ("C1", "2026-01-05", False)], filings=[("C1", "2025-10-01", "2025-11-15", "B"), ("C1", "2025-12-01", "2026-01-15", "D")])
assert bool(_later["wants_loan"].iloc[0]) is True, "观察点以后的答卷不能看：偷看了未来，回测好看，上线就不灵。"
assert _later["tax_grade"].iloc[0] == "B", "12 月的申报次年 1 月才取得，观察点还不知道：按所属月份取，等于提前看到了结果。"
_twice = _tagged(answers=[("C1", "2025-09-01", False), ("C1", "2024-03-01", True)])
assert bool(_twice["wants_loan"].iloc[0]) is False, "要最近一份答卷，不是第一份，也不看行的先后。"
_new = _tagged(firms=[("C1", "2015-12-31", "2016-05-01"), ("C2", "2025-12-01", "2026-01-10")])
assert list(_new.index) == ["C1"], "观察点以后才开户的，那天还不是客户。"
# END HIDDEN TESTS

# %% [markdown] discussion="tags"
# 和 `sp.profile` 的 `age_years`、`active_months`、`wants_loan`、`tax_grade` 同一口径，可以互相核对。难点是“过完的月”、“取得的日期”，还有“从来没有”（缺失）和“以前有、现在没有”（0）要分开。

# %% sample="tags" mistake="缺失当成 0" says="当成了停业的"
def four_tags(customers, flows_monthly, survey, tax, as_of):
    day = pd.Timestamp(as_of)
    who = customers[customers["opened_date"] <= day].set_index("customer_id")
    seen = flows_monthly[(flows_monthly["month"] <= day) & (flows_monthly["month"] > day - pd.DateOffset(months=12))]
    active = (seen["sales_in_cny"] > 0).groupby(seen["customer_id"]).sum().reindex(who.index, fill_value=0)
    wants = survey[survey["survey_date"] <= day].sort_values("survey_date").groupby("customer_id")["wants_loan"].last().reindex(who.index)
    grade = tax[tax["arrived_date"] <= day].sort_values("month").groupby("customer_id")["tax_grade"].last().reindex(who.index)
    return pd.DataFrame({"age_years": (day - who["established_date"]).dt.days / 365.25, "active_months": active, "wants_loan": wants, "tax_grade": grade})

# %% sample="tags" mistake="窗口按记录条数" says="按最后 12 条记录数"
def four_tags(customers, flows_monthly, survey, tax, as_of):
    day = pd.Timestamp(as_of)
    who = customers[customers["opened_date"] <= day].set_index("customer_id")
    seen = flows_monthly[flows_monthly["month"] <= day].sort_values("month").groupby("customer_id").tail(12)
    active = (seen["sales_in_cny"] > 0).groupby(seen["customer_id"]).sum().reindex(who.index)
    wants = survey[survey["survey_date"] <= day].sort_values("survey_date").groupby("customer_id")["wants_loan"].last().reindex(who.index)
    grade = tax[tax["arrived_date"] <= day].sort_values("month").groupby("customer_id")["tax_grade"].last().reindex(who.index)
    return pd.DataFrame({"age_years": (day - who["established_date"]).dt.days / 365.25, "active_months": active, "wants_loan": wants, "tax_grade": grade})

# %% sample="tags" mistake="没过完的月也算" says="还没过完"
def four_tags(customers, flows_monthly, survey, tax, as_of):
    day = pd.Timestamp(as_of)
    who = customers[customers["opened_date"] <= day].set_index("customer_id")
    month, last = flows_monthly["month"].dt.to_period("M"), day.to_period("M")
    active = (flows_monthly["sales_in_cny"] > 0) & (month > last - 12)
    active = active[month <= last].groupby(flows_monthly["customer_id"]).sum().reindex(who.index)
    wants = survey[survey["survey_date"] <= day].sort_values("survey_date").groupby("customer_id")["wants_loan"].last().reindex(who.index)
    grade = tax[tax["arrived_date"] <= day].sort_values("month").groupby("customer_id")["tax_grade"].last().reindex(who.index)
    return pd.DataFrame({"age_years": (day - who["established_date"]).dt.days / 365.25, "active_months": active, "wants_loan": wants, "tax_grade": grade})

# %% sample="tags" mistake="停了的当成缺失" says="停了业的就混进没给数据的里"
def four_tags(customers, flows_monthly, survey, tax, as_of):
    day = pd.Timestamp(as_of)
    who = customers[customers["opened_date"] <= day].set_index("customer_id")
    last = (day + pd.Timedelta(days=1)).to_period("M") - 1
    month = flows_monthly["month"].dt.to_period("M")
    seen = flows_monthly[(month <= last) & (month > last - 12)]
    active = (seen["sales_in_cny"] > 0).groupby(seen["customer_id"]).sum().reindex(who.index)
    wants = survey[survey["survey_date"] <= day].sort_values("survey_date").groupby("customer_id")["wants_loan"].last().reindex(who.index)
    grade = tax[tax["arrived_date"] <= day].sort_values("month").groupby("customer_id")["tax_grade"].last().reindex(who.index)
    return pd.DataFrame({"age_years": (day - who["established_date"]).dt.days / 365.25, "active_months": active, "wants_loan": wants, "tax_grade": grade})

# %% sample="tags" mistake="偷看未来的答卷" says="观察点以后的答卷"
def four_tags(customers, flows_monthly, survey, tax, as_of):
    day = pd.Timestamp(as_of)
    who = customers[customers["opened_date"] <= day].set_index("customer_id")
    last = (day + pd.Timedelta(days=1)).to_period("M") - 1
    month = flows_monthly["month"].dt.to_period("M")
    active = (flows_monthly["sales_in_cny"] > 0) & (month > last - 12)
    active = active[month <= last].groupby(flows_monthly["customer_id"]).sum().reindex(who.index)
    wants = survey.sort_values("survey_date").groupby("customer_id")["wants_loan"].last().reindex(who.index)
    grade = tax[tax["arrived_date"] <= day].sort_values("month").groupby("customer_id")["tax_grade"].last().reindex(who.index)
    return pd.DataFrame({"age_years": (day - who["established_date"]).dt.days / 365.25, "active_months": active, "wants_loan": wants, "tax_grade": grade})

# %% [markdown] task="lrfmc" track="analyst"
# ### 第 8 题　LRFMC：换成能算距离的数（8 分，分析岗）
#
# 写函数 `lrfmc_ranks(table)`，返回 DataFrame，索引是 `customer_id`，五列依次是 `length_months, recency_days, frequency, monetary_cny, credit`，每列是 **0 到 1 的名次**，越大越好。`table` 一行一户：
#
# - `length_months`、`recency_days`（**越小越好**）、`active_months`（作 `frequency`）；
# - `inflow_12m_cny` ÷ `recorded_months` 作 `monetary_cny`（有记录的月数，新户不足 12）；
# - `loan_balance_cny` ÷ `credit_line_cny` 作 `credit`；没有授信（`credit_line_cny` 缺失）的记 0（本题口径）；
# - 表里还有 `customer_id, branch_code, overdue_days`：不是特征。
#
# 名次 =（平均名次 − 1）÷（已知户数 − 1）；并列取平均；缺失仍为缺失，不参加排名。

# %% answer="lrfmc"
def lrfmc_ranks(table):
    # BEGIN SOLUTION
    firms = table.set_index("customer_id")
    values = pd.DataFrame(
        {
            "length_months": firms["length_months"],
            "recency_days": -firms["recency_days"],
            "frequency": firms["active_months"],
            "monetary_cny": firms["inflow_12m_cny"] / firms["recorded_months"],
            "credit": (firms["loan_balance_cny"] / firms["credit_line_cny"]).where(firms["credit_line_cny"].notna(), 0.0),
        }
    )
    return (values.rank(method="average") - 1) / (values.notna().sum() - 1)
    # END SOLUTION


# %% [markdown]
# 检查第 8 题：三户，样样一户比一户好。

# %% check="lrfmc" points=8
def _firms(**changed):
    table = {"customer_id": ["C1", "C2", "C3"], "branch_code": [3, 1, 2], "overdue_days": [0, 0, 90], "length_months": [10, 20, 30], "recency_days": [9, 5, 1], "active_months": [4, 8, 12], "inflow_12m_cny": [12e4, 24e4, 9e8], "recorded_months": [12, 12, 12], "loan_balance_cny": [0.0, 5e4, 9e4], "credit_line_cny": [1e5, 1e5, 1e5]}
    return pd.DataFrame(table | changed)


_got = lrfmc_ranks(_firms())
assert len(_got) == 3, f"应一户一行，现为 {len(_got)} 行。"
assert "monetary_cny" in _got.columns and "credit" in _got.columns, f"应有五列，现为 {list(_got.columns)}。"
# BEGIN HIDDEN TESTS
assert not {"branch_code", "customer_id"} & set(_got.columns), "编号不是特征：3 号支行不比 1 号支行“大”。拿编号算距离，分出来的只是号码大小。"
assert "overdue_days" not in _got.columns, "逾期不放进价值分群：价值和风险是两个问题，混了就不知道该维护还是该防。"
assert list(_got.columns) == ["length_months", "recency_days", "frequency", "monetary_cny", "credit"], f"五列的名字和次序不对，现为 {list(_got.columns)}。"
assert float(_got["monetary_cny"].max()) <= 1, "每列应是 0 到 1 的名次：留着元，一列金额占满了距离，另外四项白放，分出来的只是流水大小。"
assert [round(float(v), 6) for v in _got["monetary_cny"]] == [0, 0.5, 1], "名次应为 0、0.5、1：第三户大几千倍，也只是第三名；按倍数缩放，一户大客户会把其余的挤成一团。"
assert [round(float(v), 6) for v in _got["recency_days"]] == [0, 0.5, 1], "末次流入越近越好，名次要反过来：不反，沉睡的客户会排成最活跃的。"
assert [round(float(v), 6) for v in _got["length_months"]] == [0, 0.5, 1] and [round(float(v), 6) for v in _got["frequency"]] == [0, 0.5, 1], "关系月数、活跃月数越大名次越高。"
_young = lrfmc_ranks(_firms(inflow_12m_cny=[12e4, 24e4, 9e4], recorded_months=[12, 12, 3]))
assert [round(float(v), 6) for v in _young["monetary_cny"]] == [0, 0.5, 1], "第三户只有 3 个月记录，月均应除以 3：一律除以 12，新开户的好客户会被看成小户。"
_bare = lrfmc_ranks(_firms(loan_balance_cny=[float("nan"), 5e4, 9e4], credit_line_cny=[float("nan"), 1e5, 1e5]))
assert [round(float(v), 6) for v in _bare["credit"]] == [0, 0.5, 1], "没有授信的，本题记 0，排在最后：不记，他在聚类时会整户被丢掉。"
_gap = lrfmc_ranks(_firms(inflow_12m_cny=[float("nan"), 24e4, 36e4]))
assert pd.isna(_gap["monetary_cny"].iloc[0]) and [round(float(v), 6) for v in _gap["monetary_cny"].iloc[1:]] == [0, 1], "没有流水的，名次仍为缺失，也不占分母：当成 0，就把不知道的排成了最差的。"
_tie = lrfmc_ranks(_firms(active_months=[12, 12, 4]))
assert [round(float(v), 6) for v in _tie["frequency"]] == [0.75, 0.75, 0], "并列取平均名次。"
# END HIDDEN TESTS

# %% [markdown] discussion="lrfmc"
# 和 `smeprofile.segments` 的 `lrfmc`、`rank_transform` 同一口径。名次不怕极端值，也不怕元和万元。

# %% sample="lrfmc" mistake="未标准化" says="一列金额占满了距离"
def lrfmc_ranks(table):
    firms = table.set_index("customer_id")
    return pd.DataFrame({"length_months": firms["length_months"], "recency_days": -firms["recency_days"], "frequency": firms["active_months"], "monetary_cny": firms["inflow_12m_cny"] / firms["recorded_months"], "credit": (firms["loan_balance_cny"] / firms["credit_line_cny"]).fillna(0)})

# %% sample="lrfmc" mistake="用标识列聚类" says="编号不是特征"
def lrfmc_ranks(table):
    firms = table.set_index("customer_id")
    values = pd.DataFrame({"branch_code": firms["branch_code"], "length_months": firms["length_months"], "recency_days": -firms["recency_days"], "frequency": firms["active_months"], "monetary_cny": firms["inflow_12m_cny"] / firms["recorded_months"], "credit": (firms["loan_balance_cny"] / firms["credit_line_cny"]).fillna(0)})
    return (values.rank() - 1) / (values.notna().sum() - 1)

# %% sample="lrfmc" mistake="价值混了风险" says="逾期不放进价值分群"
def lrfmc_ranks(table):
    firms = table.set_index("customer_id")
    values = pd.DataFrame({"length_months": firms["length_months"], "recency_days": -firms["recency_days"], "frequency": firms["active_months"], "monetary_cny": firms["inflow_12m_cny"] / firms["recorded_months"], "credit": (firms["loan_balance_cny"] / firms["credit_line_cny"]).fillna(0), "overdue_days": -firms["overdue_days"]})
    return (values.rank() - 1) / (values.notna().sum() - 1)

# %% sample="lrfmc" mistake="末次流入没有反向" says="名次要反过来"
def lrfmc_ranks(table):
    firms = table.set_index("customer_id")
    values = pd.DataFrame({"length_months": firms["length_months"], "recency_days": firms["recency_days"], "frequency": firms["active_months"], "monetary_cny": firms["inflow_12m_cny"] / firms["recorded_months"], "credit": (firms["loan_balance_cny"] / firms["credit_line_cny"]).fillna(0)})
    return (values.rank() - 1) / (values.notna().sum() - 1)

# %% [markdown] task="stage" track="analyst"
# ### 第 9 题　生命周期阶段（8 分，分析岗）
#
# 写函数 `stage_of(firm)`：`firm` 是字典 `{"age_years", "growth", "q1", "q2", "cv"}`，分别是经营年限、近 12 个月流入增速、最近一季同比、前一季同比、流入波动；增速写成小数，任何一项都可能是 `math.nan`（不知道）。按顺序，先中先得：
#
# 1. `q1` 和 `q2` 都低于 −0.05：`"衰退"`；
# 2. `age_years` 不超过 3：`"初创"`；
# 3. `growth` 大于 0.15：`"成长"`；
# 4. `growth` 大于 −0.05：`cv` 不超过 0.3 的 `"成熟"`，否则（含不知道）`None`；
# 5. `growth` 不大于 −0.05：`"衰退"`；
# 6. 其余（`growth` 不知道）：`None`。
#
# 门槛是本课程设定（仿真参数）。断票那一条这里略去，所以和卡上的阶段可能不同。

# %% answer="stage"
def stage_of(firm):
    # BEGIN SOLUTION
    if firm["q1"] < -0.05 and firm["q2"] < -0.05:
        return "衰退"
    if firm["age_years"] <= 3:
        return "初创"
    if firm["growth"] > 0.15:
        return "成长"
    if firm["growth"] > -0.05:
        return "成熟" if firm["cv"] <= 0.3 else None
    return "衰退" if firm["growth"] <= -0.05 else None
    # END SOLUTION


# %% [markdown]
# 检查第 9 题：一家稳当的老厂。

# %% check="stage" points=8
def _firm(age_years=12.0, growth=0.02, q1=0.0, q2=0.0, cv=0.1):
    return {"age_years": age_years, "growth": growth, "q1": q1, "q2": q2, "cv": cv}


assert stage_of(_firm()) == "成熟", f"增速 2%、波动 0.1 的老厂应为“成熟”，现为 {stage_of(_firm())!r}。"
# BEGIN HIDDEN TESTS
assert stage_of(_firm(growth=0.4)) == "成长", "成立 12 年、增长四成，应为“成长”：年龄不等于阶段。按年龄判成成熟，增额给晚了，他就去别家。"
assert stage_of(_firm(q1=-0.2, q2=-0.1, growth=-0.02)) == "衰退", "两季连降，老厂也在缩，应为“衰退”：按年龄判成成熟，压降总是晚一步。"
assert stage_of(_firm(age_years=5.0)) == "成熟", "成立 5 年、增速平稳，应为“成熟”，不因为在 3 到 7 年就叫成长。"
assert stage_of(_firm(growth=math.nan, q1=math.nan, q2=math.nan)) is None, "增速不知道，应为 None：当成 0 就成了“成熟”，没有记录的客户倒排成最稳的。"
assert stage_of(_firm(cv=math.nan)) is None and stage_of(_firm(cv=0.6)) is None, "增速平稳、但波动高或不知道，判断不了，应为 None：硬判成熟，会给大起大落的客户长期限。"
assert stage_of(_firm(age_years=2.0, q1=-0.3, q2=-0.2)) == "衰退", "两年的新店连降两季，先中“衰退”：先看年龄叫初创，快倒的新店还在享受扶持额度。"
assert stage_of(_firm(age_years=2.0, growth=math.nan, q1=math.nan, q2=math.nan)) == "初创", "新店没有两年的流水，靠年限认“初创”。"
assert stage_of(_firm(growth=-0.2)) == "衰退", "全年下降两成，应为“衰退”。"
assert stage_of(_firm(q1=-0.2, q2=0.1)) == "成熟", "只有一季下降，不算连降两季。"
assert stage_of(_firm(growth=0.15)) == "成熟" and stage_of(_firm(growth=-0.05)) == "衰退" and stage_of(_firm(age_years=3.0)) == "初创", "边界：0.15 不是成长，−0.05 是衰退，3 年整是初创。"
# END HIDDEN TESTS

# %% [markdown] discussion="stage"
# nan 和任何数比都是假，顺着写就不会把不知道的判成成熟；用 `else` 收尾才会。转型需要客户结构和固定资产，这里不判。

# %% sample="stage" mistake="年龄=阶段" says="年龄不等于阶段"
def stage_of(firm):
    if firm["age_years"] <= 3:
        return "初创"
    return "成长" if firm["age_years"] <= 7 else "成熟"

# %% sample="stage" mistake="缺失当成 0" says="当成 0 就成了"
def stage_of(firm):
    known = {name: 0.0 if math.isnan(value) else value for name, value in firm.items()}
    if known["q1"] < -0.05 and known["q2"] < -0.05:
        return "衰退"
    if known["age_years"] <= 3:
        return "初创"
    if known["growth"] > 0.15:
        return "成长"
    if known["growth"] > -0.05:
        return "成熟" if known["cv"] <= 0.3 else None
    return "衰退"

# %% sample="stage" mistake="先看年龄" says="先看年龄叫初创"
def stage_of(firm):
    if firm["age_years"] <= 3:
        return "初创"
    if firm["q1"] < -0.05 and firm["q2"] < -0.05:
        return "衰退"
    if firm["growth"] > 0.15:
        return "成长"
    if firm["growth"] > -0.05:
        return "成熟" if firm["cv"] <= 0.3 else None
    return "衰退" if firm["growth"] <= -0.05 else None

# %% [markdown] task="pick_k" track="analyst"
# ### 第 10 题　选一个站得稳的 k（8 分，分析岗）
#
# 写函数 `pick_k(points, ks, seed)`：`points` 是 DataFrame（一行一户，都是 0 到 1 的数，没有缺失），`ks` 是要试的群数。返回选中的 k（整数），都不稳就返回 `None`：
#
# - **稳**：做 8 次；每次随机抽两个样本，各含**七成**客户（取整），各自用 `KMeans` 分 k 群，在**两个样本都有的客户**上算 ARI（`adjusted_rand_score`）；8 次平均不低于 0.8 就算稳（课上看较差的一成，这里从简看平均）；
# - 在稳的 k 里，取全体客户上轮廓系数（`silhouette_score`）最高的；
# - 随机都由 `seed` 而来：同样的输入，结果一样。
#
# `KMeans` 用 `n_init=5`。

# %% answer="pick_k"
def pick_k(points, ks, seed):
    # BEGIN SOLUTION
    rng, found = np.random.default_rng(seed), {}
    for k in ks:
        agreed = []
        for _ in range(8):
            two = [points.loc[rng.permutation(points.index)[: int(len(points) * 0.7)]] for _ in range(2)]
            one, other = (pd.Series(KMeans(k, n_init=5, random_state=seed).fit_predict(part), index=part.index) for part in two)
            both = one.index.intersection(other.index)
            agreed.append(adjusted_rand_score(one[both], other[both]))
        if np.mean(agreed) >= 0.8:
            found[k] = silhouette_score(points, KMeans(k, n_init=5, random_state=seed).fit_predict(points))
    return max(found, key=found.get) if found else None
    # END SOLUTION


# %% [markdown]
# 检查第 10 题：三团分得很开的点。

# %% check="pick_k" points=8
def _clouds(*centres_xy, n=40, spread=0.03):
    made = np.random.default_rng(11)
    rows = [made.normal(xy, spread, (n, 2)) for xy in centres_xy]
    return pd.DataFrame(np.concatenate(rows), columns=["x", "y"])


_three = _clouds((0.1, 0.1), (0.9, 0.1), (0.5, 0.9))
_chosen = pick_k(_three, [2, 3, 4], 1)
assert _chosen in (2, 3, 4), f"应返回 ks 里的一个，现为 {_chosen!r}：三团分得很开，不该都不稳。ARI 不怕群的编号换来换去；要是直接比编号是否相同，就会都不稳。"
# BEGIN HIDDEN TESTS
assert _chosen == 3, f"三团应选 3，现为 {_chosen}：稳的里面取轮廓系数最高的；多分的群没有多出意思，人手却多占一份。"
_angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
_ring = pd.DataFrame({"x": 0.5 + 0.4 * np.cos(_angle), "y": 0.5 + 0.4 * np.sin(_angle)})
assert pick_k(_ring, [2], 1) is None, "点均匀摆成一圈，怎么切都行，换一批客户就换一种切法，应返回 None：只看轮廓系数，就看不出 k 不稳，下个月名单全变。"
_four = _clouds((0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9))
assert pick_k(_four, [2, 3, 4, 5], 2) == 4, "四团应选 4，不是固定的 3。"
_named_rows = _three.set_axis([f"C{n:03}" for n in range(len(_three))])
assert pick_k(_named_rows, [2, 3], 1) == 3, "索引可以是客户号：用 loc 或 iloc 要对得上。"
assert pick_k(_three, [2, 3, 4], 5) == pick_k(_three, [2, 3, 4], 5), "同样的 seed 应得同样的结果：名单要能重算。"
# END HIDDEN TESTS

# %% [markdown] discussion="pick_k"
# 圆环的轮廓系数不低，却没有群：换随机种子、换客户，切法都变。反过来，同一批客户换种子分得一样，还不算稳：题目要的是换了客户也一样。

# %% sample="pick_k" mistake="k 不稳：只看轮廓系数" says="看不出 k 不稳"
def pick_k(points, ks, seed):
    scores = {k: silhouette_score(points, KMeans(k, n_init=5, random_state=seed).fit_predict(points)) for k in ks}
    return max(scores, key=scores.get)

# %% sample="pick_k" mistake="直接比群的编号" says="直接比编号是否相同"
def pick_k(points, ks, seed):
    rng, found = np.random.default_rng(seed), {}
    for k in ks:
        agreed = []
        for turn in range(8):
            two = [points.loc[rng.permutation(points.index)[: int(len(points) * 0.7)]] for _ in range(2)]
            one, other = (pd.Series(KMeans(k, n_init=5, random_state=seed + turn + n).fit_predict(part), index=part.index) for n, part in enumerate(two))
            both = one.index.intersection(other.index)
            agreed.append((one[both] == other[both]).mean())
        if np.mean(agreed) >= 0.8:
            found[k] = silhouette_score(points, KMeans(k, n_init=5, random_state=seed).fit_predict(points))
    return max(found, key=found.get) if found else None

# %% sample="pick_k" mistake="k 取得越大越好" says="多分的群没有多出意思"
def pick_k(points, ks, seed):
    return max(ks)

# %% [markdown]
# 最后一题用你自己的支行：支行由工号决定，邻座的数和你的不一样。

# %%
BRANCH = sp.own_branch(VARIANT_KEY)  # 你的支行
print(f"你的支行：{BRANCH}")

# %% [markdown] task="own" track="analyst"
# ### 第 11 题　你的支行的三群（7 分，分析岗）
#
# 只用**你的支行**（`profile` 里 `branch_id` 等于 `BRANCH`）的客户，分三群，把结果放进 `mine`：
#
# - 先用 `lrfmc` 取五项，再用 `rank_transform` 在**本支行的客户里**换名次，用 `cluster` 分群（`k=3, seed=4`），最后用 `centres` 看每群的中位数（用换名次**以前**的值）；
# - `mine` 是 DataFrame，索引是群 1、2、3，两列：`n`（户数）和 `monetary_cny`（月均有效流入的中位数，元）。

# %% answer="own"
mine = None  # 换成你的结果
# BEGIN SOLUTION
_values = lrfmc(profile[profile["branch_id"] == BRANCH])
mine = centres(_values, cluster(rank_transform(_values), k=3, seed=4))[["n", "monetary_cny"]]
# END SOLUTION

# %% [markdown]
# 检查第 11 题：形状对不对。

# %% check="own" points=7
assert isinstance(mine, pd.DataFrame), "mine 应是一张表（DataFrame）：三行两列。"
assert list(mine.columns) == ["n", "monetary_cny"] and len(mine) == 3, f"应为三行、两列 n 和 monetary_cny，现为 {len(mine)} 行、列 {list(mine.columns)}。"
# BEGIN HIDDEN TESTS
_values = lrfmc(profile[profile["branch_id"] == BRANCH])
_right = centres(_values, cluster(rank_transform(_values), k=3, seed=4))
_total = int(mine["n"].sum())
assert _total != len(profile), f"三群合计 {_total:,} 户，是全行的客户：用了全行的数据。照全行的群去管一个支行，别处的大户会把本支行的好客户挤下去。"
assert _total == int(_right["n"].sum()), f"三群合计应为你的支行的 {int(_right['n'].sum()):,} 户，现为 {_total:,} 户：看看支行选对没有。拿别人的支行交差，派出去的名单一户也不是你的。"
assert float(mine["monetary_cny"].max()) > 1, "月均有效流入应是元，不是名次：用 centres 时给换名次以前的值，不然没有人看得懂。"
assert [int(n) for n in mine["n"]] == [int(n) for n in _right["n"]], "各群户数不对：分群前要用 rank_transform 换成名次，k=3、seed=4。直接用元，金额一项定了群，活跃和用信都没看。"
assert all(abs(float(a) - float(b)) < 1 for a, b in zip(mine["monetary_cny"], _right["monetary_cny"], strict=True)), "各群月均有效流入的中位数不对：单位是元，取中位数。"
# END HIDDEN TESTS

# %% [markdown] discussion="own"
# 让两位不同支行的学员比一比：同样叫第 1 群，门槛差多少？名次是在各自支行里排的，跨支行比要换成全行的名次。

# %% sample="own" mistake="用了全行的数据" says="用了全行的数据"
_values = lrfmc(profile)
mine = centres(_values, cluster(rank_transform(_values), k=3, seed=4))[["n", "monetary_cny"]]

# %% sample="own" mistake="未标准化" says="分群前要用 rank_transform"
_values = lrfmc(profile[profile["branch_id"] == BRANCH])
mine = centres(_values, cluster(_values, k=3, seed=4))[["n", "monetary_cny"]]

# %% sample="own" mistake="给了名次不是元" says="不是名次"
_ranks = rank_transform(lrfmc(profile[profile["branch_id"] == BRANCH]))
mine = centres(_ranks, cluster(_ranks, k=3, seed=4))[["n", "monetary_cny"]]

# %% [markdown]
# ## 交作业
#
# 1. 菜单“内核 → 重启内核并运行所有单元格”，确认做了的题检查都通过。
# 2. 回到首页（菜单“课程 → 首页”），点“交作业”。交了还能改、再交，以最后一次为准。
# 3. 老师批改后，首页会出现“取回反馈”；以 zip 交的，把老师发还的 zip 解压到 `workspace`。
