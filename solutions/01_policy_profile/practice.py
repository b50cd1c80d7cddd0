# %% [markdown]
# # 01 练习：政策口径与画像概念
#
# **时长** 60 分钟 · **满分** 100 分 · **前置** 01 课程
#
# - 标着「全员必做」的 6 题用鼠标选或填数，合计 62 分；标着「分析岗」的 3 题写几行代码，对客户经理是选做。
# - 打开后先用菜单“运行 → 运行所有单元格”：题目就会出现。没做的题会有红字，不用管它。
# - 选过的会自动保存。每题下面有一个检查单元：运行它，红字会说可能错在哪。没有红字不等于全对：检查只看形式和最常见的错，批改时还有更多测试。
# - 题与题互不依赖，可以跳着做。一题里各问都对才得分。做错了随时重来，以最后一次提交为准。

# %% [markdown]
# 先运行下面两个单元。第一个是本班的参数，不用改，批改时会按老师的版本重置。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点：站在这一天看客户，之后的数据都不能用

# %%
import pandas as pd
from smeprofile import ask
from smeprofile.rules import SIZE_CLASSES

# 第 1、7 题用的划型下限：[小型, 中型, 大型]，含本数。人数单位是人，金额单位是万元。
BOUNDS = {
    "农林牧渔业": {"revenue": [50, 500, 20_000]},
    "工业": {"staff": [20, 300, 1_000], "revenue": [300, 2_000, 40_000]},
    "建筑业": {"revenue": [300, 6_000, 80_000], "assets": [300, 5_000, 80_000]},
    "批发业": {"staff": [5, 20, 200], "revenue": [1_000, 5_000, 40_000]},
    "零售业": {"staff": [10, 50, 300], "revenue": [100, 500, 20_000]},
    "交通运输业": {"staff": [20, 300, 1_000], "revenue": [200, 3_000, 30_000]},
    "仓储业": {"staff": [20, 100, 200], "revenue": [100, 1_000, 30_000]},
    "邮政业": {"staff": [20, 300, 1_000], "revenue": [100, 2_000, 30_000]},
    "住宿业": {"staff": [10, 100, 300], "revenue": [100, 2_000, 10_000]},
    "餐饮业": {"staff": [10, 100, 300], "revenue": [100, 2_000, 10_000]},
    "信息传输业": {"staff": [10, 100, 2_000], "revenue": [100, 1_000, 100_000]},
    "软件和信息技术服务业": {"staff": [10, 100, 300], "revenue": [50, 1_000, 10_000]},
    "房地产开发经营": {"revenue": [100, 1_000, 200_000], "assets": [2_000, 5_000, 10_000]},
    "物业管理": {"staff": [100, 300, 1_000], "revenue": [500, 1_000, 5_000]},
    "租赁和商务服务业": {"staff": [10, 100, 300], "assets": [100, 8_000, 120_000]},
    "其他未列明行业": {"staff": [10, 100, 300]},
}
pd.DataFrame({name: {k: "、".join(f"{v:,}" for v in lower) for k, lower in row.items()} for name, row in BOUNDS.items()}).T.reindex(columns=["staff", "revenue", "assets"]).fillna("不看").set_axis(["从业人员（人）", "营业收入（万元）", "资产总额（万元）"], axis=1)

# %% [markdown]
# ## 一、划型与普惠口径（全员必做）

# %% [markdown] task="size" track="all"
# ### 第 1 题　划型（14 分，全员必做）
#
# 对照上表（表里是小型、中型、大型的下限），给每户企业选一型。成立不满一年的，本题设定按课上的算法年化以后再看收入。都对才得分：划错一户，统计和优惠就错一户。

# %% answer="size" tags=["hide-input"]
size = ask.choices(
    "size",
    {
        "s1": "批发业，年末从业人员 3 人，全年营业收入 6,000 万元。",
        "s2": "工业，从业人员 1000 人，营业收入 39,999 万元。",
        "s3": "餐饮业，从业人员 30 人；报表写“营业收入 800（单位：万元）”。",
        "s4": "租赁和商务服务业，从业人员 120 人，营业收入 3 亿元，资产总额 7,000 万元。",
        "s5": "建筑业，从业人员 600 人，营业收入 5,800 万元，资产总额 6,200 万元。",
        "s6": "零售业，成立 5 个月，从业人员 12 人，已实现营业收入 45 万元。",
        "s7": "软件和信息技术服务业，从业人员 100 人，营业收入 1,000 万元。",
    },
    SIZE_CLASSES,
)
# BEGIN SOLUTION
size = {"s1": "微型", "s2": "中型", "s3": "小型", "s4": "小型", "s5": "小型", "s6": "小型", "s7": "中型"}
# END SOLUTION

# %% [markdown]
# 检查第 1 题：是不是每户都选了。

# %% check="size" points=14
todo = [key for key, choice in size.items() if choice not in SIZE_CLASSES]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(size) == {f"s{n}" for n in range(1, 8)}, "应有 s1 到 s7 七户，请不要增删。"
# BEGIN HIDDEN TESTS
assert size["s1"] == "微型", (
    "s1：只看了收入。批发业还要看人数：有一项低于小型下限就是微型。划成中型，这户就享受不到小微政策，普惠也少报一户。"
)
assert size["s2"] == "中型", "s2：大型须人数和收入同时达到，收入差一万元也不够，下划一档是中型。"
assert size["s3"] == "小型", (
    "s3：看清单位。800 后面写着万元，收入在 100 万元和 2,000 万元之间。把万元当成元，正常经营的店会被划成微型，额度也跟着给错。"
)
assert size["s4"] == "小型", "s4：租赁和商务服务业看人数和资产，不看营业收入。看错指标，会把小型当中型，少报普惠。"
assert size["s5"] == "小型", "s5：建筑业看收入和资产，不看人数；收入 5,800 万元没到中型下限，取最低的一档。"
assert size["s6"] == "小型", (
    "s6：存续不满一年，收入要年化：45 ÷ 5 × 12 = 108 万元，够小型。不年化，新开的店都会被划成微型。"
)
assert size["s7"] == "中型", "s7：刚好等于下限就是达到了（含本数），两项都够中型。"
# END HIDDEN TESTS

# %% [markdown] discussion="size"
# 先圈出“这个行业看哪两项”，再各自定档，取最低。s2、s7 考含不含本数，s6 考年化。

# %% sample="size" mistake="“且/或”记反：只看一项" says="只看了收入"
size = {"s1": "中型", "s2": "中型", "s3": "小型", "s4": "小型", "s5": "小型", "s6": "小型", "s7": "中型"}

# %% sample="size" mistake="元和万元混用" says="万元当成元"
size = {"s1": "微型", "s2": "中型", "s3": "微型", "s4": "小型", "s5": "小型", "s6": "小型", "s7": "中型"}

# %% sample="size" mistake="用错指标" says="不看营业收入"
size = {"s1": "微型", "s2": "中型", "s3": "小型", "s4": "中型", "s5": "小型", "s6": "小型", "s7": "中型"}

# %% sample="size" mistake="不足一年没有年化" says="年化"
size = {"s1": "微型", "s2": "中型", "s3": "小型", "s4": "小型", "s5": "小型", "s6": "微型", "s7": "中型"}

# %% sample="size" mistake="下限当成不含本数" says="含本数"
size = {"s1": "微型", "s2": "中型", "s3": "小型", "s4": "小型", "s5": "小型", "s6": "小型", "s7": "小型"}

# %% [markdown] task="inclusive" track="all"
# ### 第 2 题　算不算普惠型小微（12 分，全员必做）
#
# 按**金融监管总局口径**（{{ cite("inclusive_line") }}，含本数），给每户选 `计入` 或 `不计入`。

# %% answer="inclusive" tags=["hide-input"]
inclusive = ask.choices(
    "inclusive",
    {
        "p1": "小型企业，单户授信总额恰好 1000 万元。",
        "p2": "微型企业，两笔授信，1000 万元的抵押贷和 80 万元的信用贷。",
        "p3": "中型企业，授信 300 万元。",
        "p4": "个体工商户，经营性贷款 150 万元。",
        "p5": "小微企业主以个人名义借的经营性贷款 200 万元。",
        "p6": "小型企业，单户授信 1500 万元。同事说：“普惠早就放宽到 2000 万了。”",
        "p7": "微型企业，授信 120 万元。同事说：“超过 100 万就不算小额了。”",
    },
    ["计入", "不计入"],
)
# BEGIN SOLUTION
inclusive = {"p1": "计入", "p2": "不计入", "p3": "不计入", "p4": "计入", "p5": "计入", "p6": "不计入", "p7": "计入"}
# END SOLUTION

# %% [markdown]
# 检查第 2 题。

# %% check="inclusive" points=12
todo = [key for key, choice in inclusive.items() if choice not in ("计入", "不计入")]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(inclusive) == {f"p{n}" for n in range(1, 8)}, "应有 p1 到 p7 七户，请不要增删。"
# BEGIN HIDDEN TESTS
assert inclusive["p6"] == "不计入", (
    "p6：拿了另一家的尺。放宽的说法说的不是金融监管总局口径；照它报，普惠就虚增了，检查时是要改数、问责的。"
)
assert inclusive["p7"] == "计入", (
    "p7：拿了税务的尺。一百万元是增值税“小额”的线，普惠的线是一千万元。少报普惠，考核和免责都吃亏。"
)
assert inclusive["p2"] == "不计入", "p2：按单户合计是 1080 万元，超过上限，两笔都不算。按单笔数，一户会算进去两笔。"
assert inclusive["p1"] == "计入", "p1：“及以下”含本数，恰好等于上限也计入。"
assert inclusive["p3"] == "不计入", "p3：普惠先看划型，中型企业金额再小也不算。"
assert inclusive["p4"] == "计入" and inclusive["p5"] == "计入", "p4、p5：个体工商户和小微企业主的经营性贷款也在口径里，漏了就少报。"
# END HIDDEN TESTS

# %% [markdown] discussion="inclusive"
# 三个词：单户、授信、总额。p6、p7 的同事都没有说谎，只是各拿了一把别的尺。

# %% sample="inclusive" mistake="混用更宽的口径" says="另一家的尺"
inclusive = {"p1": "计入", "p2": "不计入", "p3": "不计入", "p4": "计入", "p5": "计入", "p6": "计入", "p7": "计入"}

# %% sample="inclusive" mistake="混用税务的小额口径" says="税务的尺"
inclusive = {"p1": "计入", "p2": "不计入", "p3": "不计入", "p4": "不计入", "p5": "不计入", "p6": "不计入", "p7": "不计入"}

# %% sample="inclusive" mistake="按单笔不按单户" says="按单户合计"
inclusive = {"p1": "计入", "p2": "计入", "p3": "不计入", "p4": "计入", "p5": "计入", "p6": "不计入", "p7": "计入"}

# %% sample="inclusive" mistake="不看划型" says="先看划型"
inclusive = {"p1": "计入", "p2": "不计入", "p3": "计入", "p4": "计入", "p5": "计入", "p6": "不计入", "p7": "计入"}

# %% [markdown]
# ## 二、订正数字（全员必做）

# %% [markdown] task="claims" track="all"
# ### 第 3 题　这句话怎么改（12 分，全员必做）
#
# 下面四句话出现在一份讲义或报告里。给每句选一种改法。用得着的数（都有来源，见事实登记）：
#
# - 超过 {{ cite("smes_2022") }}：中小微企业，2022 年末，工信部口径；
# - {{ fact("firms_2023q3") }}：全部企业，2023 年 9 月末；
# - 普惠型小微新发放利率，2023 年：金融监管总局口径 {{ fact("inclusive_rate_2023") }}，央行口径 {{ fact("pbc_rate_2023") }}；
# - 央行普惠小微余额，2024 年：一季度末 {{ fact("pbc_balance_2024q1") }}、当季增 {{ fact("pbc_increase_2024q1") }}；二季度末 {{ fact("pbc_balance_2024h1") }}、上半年增 {{ fact("pbc_increase_2024h1") }}。

# %% answer="claims" tags=["hide-input"]
claims = ask.choices(
    "claims",
    {
        "c1": "“截至 2022 年底，全国小微企业数量已超过 5700 万户。”",
        "c2": "“我行推行客户画像后，普惠贷款增长 30%，证明画像有效。”",
        "c3": "“2023 年普惠利率从 4.78% 降到 4.46%，降了 32 个基点。”",
        "c4": "“2024 年二季度，央行普惠小微贷款比一季度少了 1 万多亿元，小微贷款在收缩。”",
    },
    {
        "c1": ["照写", "改为：2022 年末，中小微企业超过 5200 万户（工信部）", "改为：2022 年末，小微企业 5673.7 万户"],
        "c2": ["照写", "只写同比增长；有效要和没做的支行比", "改为：大盘也在涨，画像无效"],
        "c3": ["照写", "两个数口径不同，不能相减；各写各的", "改为：降了 0.32%"],
        "c4": ["照写", "用增量倒推年初数对不上：口径变了，先问口径", "改为：季节性回落"],
    },
)
# BEGIN SOLUTION
claims = {
    "c1": "改为：2022 年末，中小微企业超过 5200 万户（工信部）",
    "c2": "只写同比增长；有效要和没做的支行比",
    "c3": "两个数口径不同，不能相减；各写各的",
    "c4": "用增量倒推年初数对不上：口径变了，先问口径",
}
# END SOLUTION

# %% [markdown]
# 检查第 3 题。

# %% check="claims" points=12
todo = [key for key, choice in claims.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(claims) == {"c1", "c2", "c3", "c4"}, "应有 c1 到 c4 四句，请不要增删。"
# BEGIN HIDDEN TESTS
assert claims["c1"].startswith("改为：2022 年末，中小微企业超过 5200"), (
    "c1：五千七百万户查不到来源，比同期中小微合计还多；五千六百多万是 2023 年 9 月末的全部企业，不是小微。写进报告，等于替别人编数。"
)
assert claims["c2"] == "只写同比增长；有效要和没做的支行比", (
    "c2：没有对照组，毛增长不等于效果；说“无效”同样没有证据。照毛增长要预算，会为没有的效果付钱。"
)
assert claims["c3"] == "两个数口径不同，不能相减；各写各的", (
    "c3：一个是金融监管总局口径，一个是央行口径，是同一年的两把尺，不是前后两期。相减得出的“降幅”根本没有发生。"
)
assert claims["c4"] == "用增量倒推年初数对不上：口径变了，先问口径", (
    "c4：倒推的年初数前后差了一万多亿，说明两期用的不是同一把尺。照字面写成“收缩”，结论正好反了：上半年是增加的。"
)
# END HIDDEN TESTS

# %% [markdown] discussion="claims"
# 三关：谁数的、数的是谁、哪一天。c4 的口径变化是推断，要写“推断”。

# %% sample="claims" mistake="照抄没有来源的户数" says="查不到来源"
claims = {"c1": "照写", "c2": "只写同比增长；有效要和没做的支行比", "c3": "两个数口径不同，不能相减；各写各的", "c4": "用增量倒推年初数对不上：口径变了，先问口径"}

# %% sample="claims" mistake="毛增长当效果" says="没有对照组"
claims = {"c1": "改为：2022 年末，中小微企业超过 5200 万户（工信部）", "c2": "照写", "c3": "两个数口径不同，不能相减；各写各的", "c4": "用增量倒推年初数对不上：口径变了，先问口径"}

# %% sample="claims" mistake="两种口径相减" says="同一年的两把尺"
claims = {"c1": "改为：2022 年末，中小微企业超过 5200 万户（工信部）", "c2": "只写同比增长；有效要和没做的支行比", "c3": "照写", "c4": "用增量倒推年初数对不上：口径变了，先问口径"}

# %% sample="claims" mistake="没看出口径漂移" says="倒推的年初数"
claims = {"c1": "改为：2022 年末，中小微企业超过 5200 万户（工信部）", "c2": "只写同比增长；有效要和没做的支行比", "c3": "两个数口径不同，不能相减；各写各的", "c4": "照写"}

# %% [markdown] task="growth" track="all"
# ### 第 4 题　百分之三十里有多少是你的（8 分，全员必做）
#
# 某行的试点支行普惠贷款同比增长 30%，没做画像的对照支行同期增长 22%。全行业同期增速：2022 年 {{ fact("inclusive_growth_2022") }}，2024 年 {{ fact("inclusive_growth_2024") }}（金融监管总局口径）。填三个数，单位都是**百分点**，保留一位小数。

# %% answer="growth" tags=["hide-input"]
growth = ask.number(
    "growth",
    {
        "g1": "如果这是 2022 年：比全行业多多少",
        "g2": "如果这是 2024 年：比全行业多多少",
        "g3": "和对照支行比，画像的增量最多能说多少",
    },
    units={"g1": "个百分点", "g2": "个百分点", "g3": "个百分点"},
)
# BEGIN SOLUTION
growth = {"g1": 6.4, "g2": 15.3, "g3": 8}
# END SOLUTION

# %% [markdown]
# 检查第 4 题。

# %% check="growth" points=8
todo = [key for key, value in growth.items() if value is None]
assert not todo, f"还没有填：{'、'.join(todo)}。"
assert all(abs(value) >= 1 for value in growth.values()), "单位是百分点：百分之三十填 30，不填 0.3。"
# BEGIN HIDDEN TESTS
assert growth["g3"] not in (30, 52), "g3：毛增长里有对照支行也有的那一份；30 全算成自己的，是在为没有的效果邀功。"
assert abs(growth["g3"] - 8) < 0.05, f"g3：增量 = 试点 − 对照 = 30 − 22，现填 {growth['g3']:g}。"
assert min(abs(growth["g1"] - v) for v in (27.1, 127.1)) > 0.2, "g1：比的是相差几个百分点，用减法，不用除法；30% 除以大盘没有“百分点”这个单位。"
assert abs(growth["g1"] - 6.4) < 0.06, f"g1：30 − 23.6，现填 {growth['g1']:g}。大盘那一年也涨了两成多。"
assert abs(growth["g2"] - 15.3) < 0.06, f"g2：30 − 14.7，现填 {growth['g2']:g}。同样的 30%，年份不同，分量不同。"
# END HIDDEN TESTS

# %% [markdown] discussion="growth"
# g3 也只是“最多”：试点支行可能本来就更好，模块 11 会验前趋势、按支行聚类。

# %% sample="growth" mistake="毛增长当增量" says="毛增长里有"
growth = {"g1": 6.4, "g2": 15.3, "g3": 30}

# %% sample="growth" mistake="用除法代替百分点" says="用减法"
growth = {"g1": 27.1, "g2": 104.1, "g3": 8}

# %% sample="growth" mistake="填成小数" says="百分之三十填 30"
growth = {"g1": 0.064, "g2": 0.153, "g3": 0.08}

# %% [markdown]
# ## 三、画像指标与政策落点（全员必做）

# %% [markdown] task="indicators" track="all"
# ### 第 5 题　想知道这个，该看哪一列（8 分，全员必做）
#
# 同一家公司：注册资本（认缴）1000 万元，实缴 100 万元，成立 9 年，登记状态“存续”。给每个问题选最能说明它的一列。

# %% answer="indicators" tags=["hide-input"]
indicators = ask.choices(
    "indicators",
    {
        "i1": "它的生意有多大？",
        "i2": "股东真拿出了多少钱？",
        "i3": "它现在还在正常经营吗？",
        "i4": "它处在生命周期的哪一段？",
    },
    {
        "i1": ["注册资本 1000 万元", "近 12 个月净开票额和有效流入", "成立 9 年"],
        "i2": ["认缴资本", "实缴资本", "资产总额"],
        "i3": ["登记状态“存续”", "近几个月的开票、水电和社保", "从没被列入经营异常"],
        "i4": ["成立年限", "去掉季节的增速、结构变化和断票情况", "员工人数"],
    },
)
# BEGIN SOLUTION
indicators = {
    "i1": "近 12 个月净开票额和有效流入",
    "i2": "实缴资本",
    "i3": "近几个月的开票、水电和社保",
    "i4": "去掉季节的增速、结构变化和断票情况",
}
# END SOLUTION

# %% [markdown]
# 检查第 5 题。

# %% check="indicators" points=8
todo = [key for key, choice in indicators.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(indicators) == {"i1", "i2", "i3", "i4"}, "应有 i1 到 i4 四问，请不要增删。"
# BEGIN HIDDEN TESTS
assert indicators["i1"] == "近 12 个月净开票额和有效流入", (
    "i1：注册资本是答应投的钱，成立几年只说明年纪，都不说明生意大小；照注册资本定额度，空壳公司额度最高。"
)
assert indicators["i2"] == "实缴资本", (
    "i2：认缴是承诺，实缴才是到账的钱；资产总额里还有借来的钱。把一千万元认缴当成投入，等于相信一张没有兑现的承诺。"
)
assert indicators["i3"] == "近几个月的开票、水电和社保", (
    "i3：存续只说明没有注销，没被列入异常也不说明还在经营。停了业、没去注销的企业也是存续，名单里会混进一批空壳。"
)
assert indicators["i4"].startswith("去掉季节"), "i4：年龄不等于阶段，员工人数只说明大小。九年的企业可能在成长，也可能在衰退；按年龄给产品，会把压降的客户当成成熟客户去放款。"
# END HIDDEN TESTS

# %% [markdown] discussion="indicators"
# 同一列要问三遍：谁填的、什么时候的、造假容不容易。开票和水电造假要真花钱，注册资本不用。

# %% sample="indicators" mistake="注册资本当实缴" says="认缴是承诺"
indicators = {"i1": "近 12 个月净开票额和有效流入", "i2": "认缴资本", "i3": "近几个月的开票、水电和社保", "i4": "去掉季节的增速、结构变化和断票情况"}

# %% sample="indicators" mistake="注册资本当规模" says="答应投的钱"
indicators = {"i1": "注册资本 1000 万元", "i2": "实缴资本", "i3": "近几个月的开票、水电和社保", "i4": "去掉季节的增速、结构变化和断票情况"}

# %% sample="indicators" mistake="存续当正常经营" says="没去注销"
indicators = {"i1": "近 12 个月净开票额和有效流入", "i2": "实缴资本", "i3": "登记状态“存续”", "i4": "去掉季节的增速、结构变化和断票情况"}

# %% sample="indicators" mistake="年龄当阶段" says="年龄不等于阶段"
indicators = {"i1": "近 12 个月净开票额和有效流入", "i2": "实缴资本", "i3": "近几个月的开票、水电和社保", "i4": "成立年限"}

# %% [markdown] task="policy" track="all"
# ### 第 6 题　政策落到支行的哪张表（8 分，全员必做）
#
# 给每条要求选出支行里该落到的地方。

# %% answer="policy" tags=["hide-input"]
policy = ask.choices(
    "policy",
    {
        "k1": "分支行考核里，普惠金融指标的权重不低于 10%。",
        "k2": "普惠贷款内部资金转移价格优惠不低于 50 个基点。",
        "k3": "单户授信 1000 万元及以下的小微信贷，勤勉尽职的可以免责。",
        "k4": "续贷扩至全部小微企业，符合条件的不因续贷单独下调分类。",
        "k5": "健全普惠金融事业部机制和分行的部门设置。",
        "k6": "“两增两控”的完成情况。",
    },
    ["绩效表", "定价表", "尽职留痕清单", "到期前清单", "专营机构和专职队伍", "旧要求，撤掉达标考核"],
)
# BEGIN SOLUTION
policy = {"k1": "绩效表", "k2": "定价表", "k3": "尽职留痕清单", "k4": "到期前清单", "k5": "专营机构和专职队伍", "k6": "旧要求，撤掉达标考核"}
# END SOLUTION

# %% [markdown]
# 检查第 6 题。

# %% check="policy" points=8
todo = [key for key, choice in policy.items() if not choice]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(policy) == {f"k{n}" for n in range(1, 7)}, "应有 k1 到 k6 六条，请不要增删。"
# BEGIN HIDDEN TESTS
assert policy["k6"] == "旧要求，撤掉达标考核", (
    "k6：2023 年 4 月的通知起已不再把它作为硬要求：达标考核撤掉，增速、户数、不良、利率照常统计，以当年监管通知为准。还照旧表考核，支行会为一个撤了的指标冲量，冲进来的是风险。"
)
assert policy["k2"] == "定价表", "k2：转移价格的优惠要让到客户的利率里；只记在考核里，客户一分钱也没省。"
assert policy["k3"] == "尽职留痕清单", "k3：免责看证据。没有留痕，尽了职也说不清，客户经理从此不敢放首贷。"
assert policy["k4"] == "到期前清单", "k4：续贷要在到期前排出名单；等到期了才想起来，只剩借新还旧。"
assert policy["k1"] == "绩效表" and policy["k5"] == "专营机构和专职队伍", "k1 落到绩效表，k5 落到机构和人。落错地方，等于没有落实。"
# END HIDDEN TESTS

# %% [markdown] discussion="policy"
# 让学员带着本行的表来对：哪一条在表里找不到，就是没有落地。

# %% sample="policy" mistake="还按撤了的指标考核" says="已不再"
policy = {"k1": "绩效表", "k2": "定价表", "k3": "尽职留痕清单", "k4": "到期前清单", "k5": "专营机构和专职队伍", "k6": "绩效表"}

# %% sample="policy" mistake="优惠没有让到利率里" says="让到客户的利率里"
policy = {"k1": "绩效表", "k2": "绩效表", "k3": "尽职留痕清单", "k4": "到期前清单", "k5": "专营机构和专职队伍", "k6": "旧要求，撤掉达标考核"}

# %% sample="policy" mistake="免责没有留痕" says="免责看证据"
policy = {"k1": "绩效表", "k2": "定价表", "k3": "绩效表", "k4": "到期前清单", "k5": "专营机构和专职队伍", "k6": "旧要求，撤掉达标考核"}

# %% [markdown]
# ## 四、写成函数（分析岗）

# %% [markdown] task="classify" track="analyst"
# ### 第 7 题　全行业划型（16 分，分析岗）
#
# 写函数 `classify_size(industry, n_staff=None, revenue_cny=None, total_assets_cny=None)`，按开头的 `BOUNDS` 返回 `"微型"`、`"小型"`、`"中型"` 或 `"大型"`：
#
# - `industry` 是 `BOUNDS` 里的行业名；没有这个行业时抛出 `ValueError`；
# - `n_staff` 单位是人；`revenue_cny`、`total_assets_cny` 单位是**元**，而 `BOUNDS` 的金额单位是**万元**；
# - 只用这个行业看的指标；要看的指标没给（`None`）时抛出 `ValueError`，不要猜。

# %% answer="classify"
def classify_size(industry, n_staff=None, revenue_cny=None, total_assets_cny=None):
    # BEGIN SOLUTION
    if industry not in BOUNDS:
        raise ValueError(f"划型标准里没有这个行业：{industry}")
    given = {
        "staff": n_staff,
        "revenue": None if revenue_cny is None else revenue_cny / 10_000,
        "assets": None if total_assets_cny is None else total_assets_cny / 10_000,
    }
    grades = []
    for name, lower in BOUNDS[industry].items():
        if given[name] is None:
            raise ValueError(f"{industry}划型要用 {name}，没有给")
        grades.append(sum(given[name] >= bound for bound in lower))
    return SIZE_CLASSES[min(grades)]
    # END SOLUTION


# %% [markdown]
# 检查第 7 题：先试两个最简单的。

# %% check="classify" points=16
assert classify_size("工业", n_staff=50, revenue_cny=10_000_000) == "小型", "工业 50 人、1000 万元收入应为小型：看看元和万元换算了没有。"
assert classify_size("零售业", n_staff=3, revenue_cny=500_000) == "微型", "零售 3 人、50 万元收入应为微型：两项都没到小型的下限。"
# BEGIN HIDDEN TESTS
def _refuses(*args, **kwargs):
    try:
        classify_size(*args, **kwargs)
    except ValueError:
        return True
    except Exception:
        return False
    return False


assert classify_size("农林牧渔业", revenue_cny=600_000) == "小型", (
    "农林牧渔 60 万元收入应为小型：金额给的是元，下限是万元，先做元和万元换算。差一万倍，微型会变成大型。"
)
assert classify_size("批发业", n_staff=4, revenue_cny=100_000_000) == "微型", (
    "批发 4 人、1 亿元应为微型：取最低的一档，不是最高的。取最高，这户会划成中型，享受不到小微政策，统计也少报一户。"
)
assert classify_size("工业", n_staff=2000, revenue_cny=1_000_000) == "微型", "工业 2000 人、100 万元收入应为微型：一项低于小型下限就是微型。"
assert classify_size("工业", n_staff=1000, revenue_cny=399_990_000) == "中型", "差一万元也不够大型，下划一档。"
assert classify_size("工业", n_staff=1000, revenue_cny=400_000_000) == "大型", "恰好等于下限就是达到（含本数）：用 >=，不用 >。"
assert classify_size("农林牧渔业", revenue_cny=499_999) == "微型", "农林牧渔只看收入，不能要求给人数。"
assert classify_size("租赁和商务服务业", n_staff=120, revenue_cny=300_000_000, total_assets_cny=70_000_000) == "小型", (
    "租赁和商务服务业看人数和资产，不看收入；把没用的指标也算进去，会划错。"
)
for _name, _bounds in BOUNDS.items():
    for _at, _class in enumerate(SIZE_CLASSES):
        _value = {k: (lower[_at - 1] if _at else lower[0] - 1) for k, lower in _bounds.items()}
        _given = {
            {"staff": "n_staff", "revenue": "revenue_cny", "assets": "total_assets_cny"}[k]: v if k == "staff" else v * 10_000
            for k, v in _value.items()
        }
        assert classify_size(_name, **_given) == _class, f"{_name}在{_class}的边界上划错了：{_given}。"
assert _refuses("金融业", n_staff=10), "标准里没有的行业要抛出 ValueError：猜一个，统计表就错一行。"
assert _refuses("工业", n_staff=50), "要看的指标没给，应抛出 ValueError：当成 0，缺资料的企业会全被划成微型。"
# END HIDDEN TESTS

# %% [markdown] discussion="classify"
# 实际工作用 `smeprofile.rules.classify_size`（行业代码作参数，全部边界有测试）。自己写一遍，是为了看别人的代码时知道该查哪几处。

# %% sample="classify" mistake="元和万元没有换算" says="元和万元换算"
def classify_size(industry, n_staff=None, revenue_cny=None, total_assets_cny=None):
    given = {"staff": n_staff, "revenue": revenue_cny, "assets": total_assets_cny}
    return SIZE_CLASSES[min(sum(given[name] >= b for b in lower) for name, lower in BOUNDS[industry].items())]

# %% sample="classify" mistake="“且/或”记反：取最高一档" says="取最低的一档"
def classify_size(industry, n_staff=None, revenue_cny=None, total_assets_cny=None):
    if industry not in BOUNDS:
        raise ValueError(industry)
    given = {"staff": n_staff, "revenue": (revenue_cny or 0) / 10_000, "assets": (total_assets_cny or 0) / 10_000}
    return SIZE_CLASSES[max(sum(given[name] >= b for b in lower) for name, lower in BOUNDS[industry].items())]

# %% sample="classify" mistake="下限当成不含本数" says="含本数"
def classify_size(industry, n_staff=None, revenue_cny=None, total_assets_cny=None):
    if industry not in BOUNDS:
        raise ValueError(industry)
    given = {"staff": n_staff, "revenue": None if revenue_cny is None else revenue_cny / 10_000, "assets": None if total_assets_cny is None else total_assets_cny / 10_000}
    if any(given[name] is None for name in BOUNDS[industry]):
        raise ValueError(industry)
    return SIZE_CLASSES[min(sum(given[name] > b for b in lower) for name, lower in BOUNDS[industry].items())]

# %% sample="classify" mistake="缺的指标当成 0" says="缺资料的企业"
def classify_size(industry, n_staff=None, revenue_cny=None, total_assets_cny=None):
    if industry not in BOUNDS:
        raise ValueError(industry)
    given = {"staff": n_staff or 0, "revenue": (revenue_cny or 0) / 10_000, "assets": (total_assets_cny or 0) / 10_000}
    return SIZE_CLASSES[min(sum(given[name] >= b for b in lower) for name, lower in BOUNDS[industry].items())]

# %% [markdown] task="count" track="analyst"
# ### 第 8 题　数出普惠型小微的户数和额度（12 分，分析岗）
#
# 写函数 `count_inclusive(facilities, customers, as_of, limit_cny)`，返回字典 `{"n_customers": 户数, "credit_line_cny": 授信总额}`：
#
# - `facilities` 一行一笔授信：`facility_id, customer_id, credit_line_cny, start_date, maturity_date, renewal_of`；
# - **有效授信**：`start_date` 不晚于 `as_of`，`maturity_date` 晚于 `as_of`，并且没有被**已生效**的授信续接（它的 `facility_id` 不在别笔的 `renewal_of` 里）；
# - 按户加总，授信总额不超过 `limit_cny`（含本数），且 `customers` 里的 `size_class` 是小型或微型的才计入；
# - `customers` 一行一户：`customer_id, size_class`。

# %% answer="count"
def count_inclusive(facilities, customers, as_of, limit_cny):
    # BEGIN SOLUTION
    day = pd.Timestamp(as_of)
    started = facilities[facilities["start_date"] <= day]
    live = started[(started["maturity_date"] > day) & ~started["facility_id"].isin(started["renewal_of"])]
    total = live.groupby("customer_id")["credit_line_cny"].sum()
    small = customers.loc[customers["size_class"].isin(["小型", "微型"]), "customer_id"]
    counted = total[total.index.isin(small) & (total <= limit_cny)]
    return {"n_customers": len(counted), "credit_line_cny": float(counted.sum())}
    # END SOLUTION


# %% [markdown]
# 检查第 8 题：两户，各一笔授信。

# %% check="count" points=12
def _lines(*rows):
    frame = pd.DataFrame(rows, columns=["facility_id", "customer_id", "credit_line_cny", "start_date", "maturity_date", "renewal_of"])
    return frame.assign(start_date=pd.to_datetime(frame["start_date"]), maturity_date=pd.to_datetime(frame["maturity_date"]))


_firms = pd.DataFrame({"customer_id": ["C1", "C2", "C3", "C4"], "size_class": ["微型", "小型", "中型", "小型"]})
_two = _lines(("K1", "C1", 500_000, "2025-03-01", "2026-03-01", None), ("K2", "C2", 800_000, "2025-05-01", "2026-05-01", None))
_out = count_inclusive(_two, _firms, "2025-12-31", 10_000_000)
assert _out == {"n_customers": 2, "credit_line_cny": 1_300_000}, f"两户共 130 万元，现为 {_out}。"
# BEGIN HIDDEN TESTS
_split = _lines(("K1", "C2", 7_000_000, "2025-03-01", "2026-03-01", None), ("K2", "C2", 4_000_000, "2025-05-01", "2026-05-01", None))
assert count_inclusive(_split, _firms, "2025-12-31", 10_000_000)["n_customers"] == 0, (
    "C2 两笔合计 1100 万元，超过上限：要先按户加总再比。按单笔比，普惠就虚增了。"
)
_exact = _lines(("K1", "C2", 10_000_000, "2025-03-01", "2026-03-01", None))
assert count_inclusive(_exact, _firms, "2025-12-31", 10_000_000)["n_customers"] == 1, "恰好等于上限也计入（含本数）。"
_medium = _lines(("K1", "C3", 500_000, "2025-03-01", "2026-03-01", None))
assert count_inclusive(_medium, _firms, "2025-12-31", 10_000_000)["n_customers"] == 0, "C3 是中型企业，金额再小也不算普惠型小微。"
_dates = _lines(
    ("K1", "C1", 500_000, "2024-03-01", "2025-03-01", None),
    ("K2", "C2", 600_000, "2026-01-05", "2027-01-05", None),
    ("K3", "C4", 700_000, "2024-12-31", "2025-12-31", None),
)
assert count_inclusive(_dates, _firms, "2025-12-31", 10_000_000)["n_customers"] == 0, (
    "到期的和还没生效的授信都不算：K1、K3 已到期，K2 观察点之后才生效。把它们算进去，是拿过去和未来充现在。"
)
_renewed = _lines(
    ("K1", "C1", 6_000_000, "2025-03-01", "2026-03-01", None),
    ("K2", "C1", 6_000_000, "2025-11-01", "2026-11-01", "K1"),
)
assert count_inclusive(_renewed, _firms, "2025-12-31", 10_000_000) == {"n_customers": 1, "credit_line_cny": 6_000_000}, (
    "K1 已被 K2 续接，只能算一次：重复计算，会把续贷客户误算成超过上限。"
)
_later = _lines(
    ("K1", "C1", 6_000_000, "2025-03-01", "2026-03-01", None),
    ("K2", "C1", 6_000_000, "2026-02-01", "2027-02-01", "K1"),
)
assert count_inclusive(_later, _firms, "2025-12-31", 10_000_000)["credit_line_cny"] == 6_000_000, "K2 到观察点还没生效，K1 仍然有效：不能用以后的续接抹掉现在的授信。"
# END HIDDEN TESTS

# %% [markdown] discussion="count"
# 先定“哪些授信现在有效”，再按户加总，最后套口径。三步换了次序，数就不对。

# %% sample="count" mistake="按单笔不按单户" says="先按户加总"
def count_inclusive(facilities, customers, as_of, limit_cny):
    day = pd.Timestamp(as_of)
    live = facilities[(facilities["start_date"] <= day) & (facilities["maturity_date"] > day) & ~facilities["facility_id"].isin(facilities["renewal_of"])]
    small = customers.loc[customers["size_class"].isin(["小型", "微型"]), "customer_id"]
    counted = live[live["customer_id"].isin(small) & (live["credit_line_cny"] <= limit_cny)]
    return {"n_customers": counted["customer_id"].nunique(), "credit_line_cny": float(counted["credit_line_cny"].sum())}

# %% sample="count" mistake="不看划型" says="中型企业"
def count_inclusive(facilities, customers, as_of, limit_cny):
    day = pd.Timestamp(as_of)
    live = facilities[(facilities["start_date"] <= day) & (facilities["maturity_date"] > day) & ~facilities["facility_id"].isin(facilities["renewal_of"])]
    total = live.groupby("customer_id")["credit_line_cny"].sum()
    counted = total[total <= limit_cny]
    return {"n_customers": len(counted), "credit_line_cny": float(counted.sum())}

# %% sample="count" mistake="不看有效期" says="到期的和还没生效的"
def count_inclusive(facilities, customers, as_of, limit_cny):
    live = facilities[~facilities["facility_id"].isin(facilities["renewal_of"])]
    total = live.groupby("customer_id")["credit_line_cny"].sum()
    small = customers.loc[customers["size_class"].isin(["小型", "微型"]), "customer_id"]
    counted = total[total.index.isin(small) & (total <= limit_cny)]
    return {"n_customers": len(counted), "credit_line_cny": float(counted.sum())}

# %% sample="count" mistake="续接的授信算两次" says="只能算一次"
def count_inclusive(facilities, customers, as_of, limit_cny):
    day = pd.Timestamp(as_of)
    live = facilities[(facilities["start_date"] <= day) & (facilities["maturity_date"] > day)]
    total = live.groupby("customer_id")["credit_line_cny"].sum()
    small = customers.loc[customers["size_class"].isin(["小型", "微型"]), "customer_id"]
    counted = total[total.index.isin(small) & (total <= limit_cny)]
    return {"n_customers": len(counted), "credit_line_cny": float(counted.sum())}

# %% [markdown] task="drift" track="analyst"
# ### 第 9 题　口径漂移探测（10 分，分析岗）
#
# 写函数 `drifted(published, tolerance)`：`published` 一行一期，列为 `period`（文字，按先后）、`balance`（期末余额）、`increase_ytd`（**年初以来**的增加额），同一年、同一单位。返回一个列表：倒推的年初余额和**第一期**倒推的年初余额相差超过 `tolerance` 的 `period`，按先后排。

# %% answer="drift"
def drifted(published, tolerance):
    # BEGIN SOLUTION
    start = published["balance"] - published["increase_ytd"]
    return published.loc[(start - start.iloc[0]).abs() > tolerance, "period"].tolist()
    # END SOLUTION


# %% [markdown]
# 检查第 9 题：三期口径一致，应该什么也查不出。

# %% check="drift" points=10
_same = pd.DataFrame({"period": ["一季", "二季", "三季"], "balance": [31.0, 32.0, 32.5], "increase_ytd": [1.0, 2.0, 2.5]})
assert drifted(_same, 0.1) == [], "三期倒推的年初都是 30，没有漂移，应返回空列表：increase_ytd 是年初以来的，不是当季的。"
# BEGIN HIDDEN TESTS
_real = pd.DataFrame({"period": ["一季", "二季"], "balance": [33.41, 32.38], "increase_ytd": [2.38, 2.99]})
assert drifted(_real, 0.1) == ["二季"], "33.41 − 2.38 和 32.38 − 2.99 差了一万多亿：没报出来，就会写成“贷款收缩”。"
_wider = pd.DataFrame({"period": ["一季", "二季", "三季"], "balance": [31.0, 36.0, 37.0], "increase_ytd": [1.0, 2.0, 3.0]})
assert drifted(_wider, 0.1) == ["二季", "三季"], "二季起换了更宽的口径，三季仍是宽的：都要和第一期比，不和上一期比。"
_down = pd.DataFrame({"period": ["一季", "二季"], "balance": [30.0, 29.0], "increase_ytd": [1.0, 0.0]})
assert drifted(_down, 0.1) == [], "余额真的减少了一万亿，年初数没变，不是漂移：余额下降不等于口径变了。"
_edge = pd.DataFrame({"period": ["一季", "二季"], "balance": [31.0, 32.25], "increase_ytd": [1.0, 2.0]})
assert drifted(_edge, 0.25) == [], "恰好等于容差不算超过：四舍五入的差不要报警。"
# END HIDDEN TESTS

# %% [markdown] discussion="drift"
# 这道减法对任何“余额 + 年初以来增量”的统计都能用：存款、户数、不良都行。

# %% sample="drift" mistake="拿余额和上一期比" says="余额下降不等于"
def drifted(published, tolerance):
    start = published["balance"] - published["increase_ytd"]
    wide = (start - start.iloc[0]).abs() > tolerance
    return published.loc[wide | (published["balance"].diff() < -tolerance), "period"].tolist()

# %% sample="drift" mistake="和上一期比，只报变的那一期" says="都要和第一期比"
def drifted(published, tolerance):
    start = published["balance"] - published["increase_ytd"]
    return published.loc[start.diff().abs() > tolerance, "period"].tolist()

# %% sample="drift" mistake="把年初以来当成当季" says="年初以来的"
def drifted(published, tolerance):
    start = published["balance"] - published["increase_ytd"].cumsum()
    return published.loc[(start - start.iloc[0]).abs() > tolerance, "period"].tolist()

# %% [markdown]
# ## 交作业
#
# 1. 菜单“内核 → 重启内核并运行所有单元格”，确认做了的题检查都通过。
# 2. 回到首页（菜单“课程 → 首页”），点“交作业”。交了还能改、再交，以最后一次为准。
# 3. 老师批改后，首页会出现“取回反馈”；以 zip 交的，把老师发还的 zip 解压到 `workspace`。
