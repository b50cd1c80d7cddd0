# %% [markdown]
# # 00 开班：需求调研与学习路径
#
# **时长** 30 分钟 · **前置** 无 · **配套练习** [practice.ipynb](practice.ipynb)（前测卷 {{ cohort.item_forms.pre }}）
#
# ## 行长的问题
#
# {{ cohort.bank.region }}支行去年办过一次客户画像培训。半年后行长问：
#
# > **同一堂课，有人嫌浅，有人听不懂。花在每个人身上的时间，花对地方了吗？**
#
# 这一课先弄清你做什么、会什么、缺什么，再给你排一条自己的路。

# %% [markdown]
# ## 学完你能
#
# 1. **填写**需求问卷，说出自己的工作要用到画像的哪一部分（本课）。
# 2. **说明**「未知」为什么不等于「不会」（练习：前测）。
# 3. **读懂**自己的能力缺口图和学习路径，知道每个模块为什么在上面（练习：前测之后）。

# %% [markdown]
# **怎么走**　灰底的格子是代码，叫「单元格」。点中它，按 Shift + Enter 运行，光标会跳到下一格；一路按下去，图、表和问卷就出来了。代码不必读懂，也不用改。
#
# 先运行参数与导入两个单元。`AS_OF` 是观察点：站在这一天看客户，之后发生的都当作不知道。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点
SEED = 20251231  # 随机数的种子：同一个种子，每次模拟的结果相同

# %% [markdown]
# 导入要用的库。`smeprofile` 是本课程的程序包；`theme()` 让图能显示中文。

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import smeprofile as sp
from smeprofile import ask
from smeprofile.charts import show, theme
from smeprofile.items import learning_path
from smeprofile.params import load_cohort

theme()

# %% [markdown]
# ## 数据：一行是什么
#
# 课程里的银行和客户都是**合成数据**：名字是编的，好坏由仿真参数决定，所以每个判断到底对不对，最后都能揭晓。下面三张表这一课就用到：
#
# | 表 | 一行是什么 | 属于画像的哪一面 |
# |---|---|---|
# | `customers` | 一户企业 | 基本情况 |
# | `applications` | 一次贷款申请 | 行为、需求 |
# | `decisions` | 一次审批 | 信用状况 |

# %%
customers = sp.load("customers")
customers = customers[(customers["opened_date"] <= pd.Timestamp(AS_OF)) & (customers["registration_status"] != "注销")]
until = pd.Timestamp(AS_OF) + pd.Timedelta(days=1)
applications = sp.load("applications").query("applied_at < @until")
decisions = sp.load("decisions").query("decided_at < @until")

# %% [markdown]
# ## 一、为什么要画像：没来申请的客户，我们不认识
#
# 客户画像从四面看一户企业：**基本情况、行为、需求偏好、信用状况**。先看手里还没注销的客户，有多少来申请过贷款，又有多少批了。

# %%
asked = customers["customer_id"].isin(applications["customer_id"])
approved = customers["customer_id"].isin(decisions.query("is_approved")["customer_id"])
counts = pd.Series({"还没注销的": len(customers), "申请过": int(asked.sum()), "批过": int(approved.sum())})
figure, axes = plt.subplots(figsize=(7, 2.6))
axes.barh(counts.index[::-1], counts.to_numpy()[::-1], color="#0072B2")
axes.bar_label(axes.containers[0], fmt="{:,.0f}", padding=3)
axes.set(title=f"来申请过的占 {asked.mean():.0%}，批过的占 {approved.mean():.0%}", xlabel="户数", ylabel="")
axes.margins(x=0.12)
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　没来申请的客户里，有人不需要，有人以为自己借不到。只坐等申请，看到的永远是同一批人；画像要回答的是：**没开口的人里，先去找谁。**

# %% [markdown]
# ## 二、问卷：你做什么，缺什么
#
# 下面的问卷用来排学习路径。它不打分，也没有对错；选了就自动保存，随时能改。
#
# <div class="alert alert-info">
# <b>谁会看到</b>　答案存在你自己的作业夹里，交作业时一起交。老师看到全班的汇总和你的编号，用来调整课程；不用于考核。你可以请老师导出或删除你的全部记录。请不要写姓名、客户名称和账号。
# </div>

# %% tags=["hide-input"]
ask.needs_survey()

# %% [markdown]
# ## 三、前测：两三道题能说明多少
#
# 接下来的前测每个模块只有两三道题。这么少的题，能看出什么？
#
# **先猜**：一个人其实掌握了一半（每题有五成把握答对），两道题下来，他被判成「已掌握」或「缺口」的可能有多大？
#
# 用模拟来数一数：让两千个“掌握了一半”的人各做几道题。

# %%
rng = np.random.default_rng(SEED)
rows = []
for n_items in (2, 3, 8, 20):
    share = rng.binomial(n_items, 0.5, size=2000) / n_items
    rows.append(
        {"题数": n_items, "全对（判成已掌握）": (share == 1).mean(), "全错（判成缺口）": (share == 0).mean()}
    )
judged = pd.DataFrame(rows).set_index("题数")
axes = judged.plot.bar(stacked=True, figsize=(7, 3), rot=0)
axes.yaxis.set_major_formatter("{x:.0%}")
axes.set(title=f"只掌握一半的人，两道题就有 {judged.loc[2].sum():.0%} 被看错", ylabel="被看错的占比")
show(axes)

# %% [markdown]
# **读图：银行因此改做什么**　题少时，缺口图只是**提示**：用来排先后、省时间，不能用来给人下结论，更不能拿去考核。所以你的工作要用到的模块，不会因为两三道题全对就整个跳过，仍留一份练习给你验证；只给别的模块打底的，全对了才不排。

# %% [markdown]
# ## 自测
#
# 先想好再按「检查」。

# %% tags=["hide-input"]
ask.single(
    "unknown_is_not_gap",
    "前测里，某模块的题你一道也没来得及看到。能力图应当怎样记这个模块？",
    ["缺口：没有得分就是不会", "未知：没有证据，不下结论", "已掌握：没有答错就算会"],
    key="未知：没有证据，不下结论",
    why={
        "缺口：没有得分就是不会": "没有看到题，和看到了不会做，是两回事。混在一起，慢的人会被当成差的人。",
        "未知：没有证据，不下结论": "和客户一样：没查征信不等于没逾期，没有证据就记未知。",
        "已掌握：没有答错就算会": "没有证据也不能当成会：把缺失当好事，和把缺失当坏事一样错。",
    },
    hints=(
        "他做过这个模块的题吗？",
        "没有记录，要先问：是事情没发生，还是没看见？没看见的，记「未知」。",
        "相近的例子：客户没有授权、没查过征信，逾期天数空着。不能当成 0 天，也不能当成逾期。",
    ),
)

# %% [markdown]
# 再判断一句话，并选出理由。

# %% tags=["hide-input"]
ask.judge(
    "skip_after_two",
    "我的工作要用到某个模块。它的两道前测题我都答对了，所以这个模块可以整个跳过。",
    reasons=["两道题会碰巧全对，还要用练习验证", "前测就是为了跳过模块", "答对两道只能说明题目太容易"],
    key=("错", "两道题会碰巧全对，还要用练习验证"),
    why={
        "两道题会碰巧全对，还要用练习验证": "上面的图数过：只会一半的人，两道题也有不小的机会全对。",
        "前测就是为了跳过模块": "前测是为了排先后、省时间。",
        "答对两道只能说明题目太容易": "题目难度要看全班的数据，一个人说明不了。",
    },
    hints=(
        "只会一半的人，两道题全对的机会有多大？回到上面那张图看看。",
        "题越少，碰巧的份越大：两道题只够提示，不够下结论。",
        "相近的例子：一家店开业两天都客满，就断定它一年都客满，敢不敢按这个放款？",
    ),
)

# %% [markdown]
# ## 回答行长
#
# 花没花对地方，先看一刀切和各走各的路差多少。下面三位同事是编的；前测还没做，能力都记「未知」，只按各自的工作排。时长都不算本模块；不写代码的，练习按一半算。只有一天的，首页另有「一日速成」。

# %%
people = {
    "客户经理：跑市场、谈价格": {"role": "rm", "tasks": ["prospect", "price"], "coding": 1},
    "审查审批：定额度": {"role": "risk", "tasks": ["underwrite"], "coding": 1},
    "分析岗：建模型": {"role": "analyst", "tasks": ["model"], "coding": 4},
}

# %% [markdown]
# 各排一条路，再看省下的小时是从哪里省的：不用学的模块，还是练习减半。

# %%
paths = {name: learning_path(survey, {}, load_cohort()) for name, survey in people.items()}
hours = {m.slug[:2]: (m.lesson_minutes + m.practice_minutes) / 60 for m in load_cohort().modules if not m.is_diagnostic}
whole = sum(hours.values())
needed = {name: sum(hours.get(stop.number, 0) for stop in path.stops) for name, path in paths.items()}
pd.DataFrame(
    {
        "要学的模块": {name: "、".join(stop.number for stop in path.stops) for name, path in paths.items()},
        "要用的小时": {name: path.hours for name, path in paths.items()},
        "一刀切的小时": round(whole, 1),
        "省下：用不到的模块": {name: round(whole - took, 1) for name, took in needed.items()},
        "省下：练习减半": {name: round(took - sum(stop.minutes for stop in paths[name].stops) / 60, 1) + 0 for name, took in needed.items()},
    }
)

# %% [markdown]
# 省下的小时有两处来：不写代码的人练习减半，和他的工作用不到的模块；“早已会的”要等前测以后才省得出来。**答行长**：时间花对了地方，要看三样：各人的路径和他的工作对不对得上；前测之后，会的有没有跳到只做练习；后测和前测比，缺口小了没有。最后一样，要等学完才知道（模块 14）。

# %% [markdown]
# ## 局限
#
# - 数据是合成的：申请和审批的比例是仿真参数，不是行业统计。
# - 自评常常偏高或偏低；前测题少，误差大。两样放在一起看，比单看一样好，但仍只是提示。
# - 路径按固定规则排：先学底子，再学缺口大的。你的工作变了，改问卷重排就是。

# %% [markdown]
# ## 要点
#
# 1. 画像从四面看客户，目的是在没开口的人里找对人。
# 2. 未知不等于不会，没看到不等于没发生。
# 3. 缺口图是提示，路径是建议，练习才是验证。
#
# ## 下一步
#
# 打开[前测](practice.ipynb)，答完就能看到自己的路径。走之前花半分钟说说这一课，随作业一起交给老师，不计分。

# %% tags=["hide-input"]
ask.lesson_feedback()
