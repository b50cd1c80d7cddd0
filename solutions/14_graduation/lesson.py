# %% [markdown]
# # 14 结业演练与后测
#
# **时长** 30 分钟 · **前置** 你的学习路径上的其他模块 · **配套练习** [practice.ipynb](practice.ipynb)（后测卷 {{ cohort.item_forms.post }}）
#
# ## 行长的问题
#
# {{ cohort.bank.region }}支行的培训结束了，培训部报告“平均分提高了”。行长问：
#
# > **提高的分里，有多少是学会了，有多少是运气、是题目变容易、是做过一遍？**

# %% [markdown]
# ## 学完你能
#
# 1. **计算**标准化增益，并说明它为什么不能用在前测满分的人身上（本课）。
# 2. **识别**“最差的进步最大”里回归均值的部分（本课）。
# 3. **完成**后测卷，读懂自己还剩下的缺口（练习：后测）。

# %% [markdown]
# 先运行参数与导入两个单元。`SEED` 是本课模拟用的种子：同一个种子，同样的结果。

# %% tags=["parameters"]
SEED = 20251231  # 本课模拟用的种子

# %% [markdown]
# 导入要用的库。`theme()` 让图能显示中文。

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from smeprofile import ask
from smeprofile.charts import show, theme

theme()

# %% [markdown]
# ## 数据：一行是什么
#
# 下面的学员都是**模拟的**，一行是一个人：`skill` 是他真正的水平（答对一道题的把握），`pre` 和 `post` 是两次测验答对的题数。先假定**培训一点用也没有**：两次的把握完全一样。

# %%
n_items, n_learners = 32, 600
rng = np.random.default_rng(SEED)
skill = rng.beta(4, 5, size=n_learners)
learners = pd.DataFrame(
    {"skill": skill, "pre": rng.binomial(n_items, skill), "post": rng.binomial(n_items, skill)}
)
learners.head()

# %% [markdown]
# ## 一、没有用的培训，也会有人“进步”
#
# **先猜**：培训没有用，前测最差的四分之一，后测平均会多对几道，还是一道也不多？
#
# 按前测分成四组，看每组前后相差多少。

# %%
quarter = pd.qcut(learners["pre"].rank(method="first"), 4, labels=["最差", "中下", "中上", "最好"])
change = (learners["post"] - learners["pre"]).groupby(quarter, observed=True).mean()
figure, axes = plt.subplots(figsize=(7, 3))
axes.bar(change.index, change.to_numpy(), color=["#009E73" if x > 0 else "#D55E00" for x in change])
axes.axhline(0, color="black", linewidth=1)
axes.set(title=f"什么也没学，最差的一组也多对 {change.iloc[0]:.1f} 题", xlabel="前测分组", ylabel="后测减前测（题）")
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　前测最差的人里，有一部分只是那天运气差，下一次自然回到平常；最好的反过来。这叫**回归均值**。所以不能只挑“后进生”看进步；要看全班，要有没培训的对照，个人的变化要和误差比。催收、营销里挑“最差客户”做试点，会上同一个当。

# %% [markdown]
# ## 二、标准化增益：缺多少，补了多少
#
# 两个班各提高 10 个百分点，一个从 30 分到 40 分，一个从 85 分到 95 分，能一样吗？物理教学研究里常用**标准化增益**（Hake）：
#
# $g = \dfrac{\text{后测} - \text{前测}}{100 - \text{前测}}$
#
# 意思是：原来不会的，补上了几成。用全班的平均分来算。大学物理课上，传统讲授平均 {{ cite("gain_traditional") }}，互动教学平均 {{ cite("gain_interactive") }}；那是物理课，不是银行培训的标准。

# %%
classes = pd.DataFrame({"班": ["甲", "乙", "丙"], "前测": [30, 60, 85], "后测": [40, 72, 95]}).set_index("班")
classes["标准化增益"] = ((classes["后测"] - classes["前测"]) / (100 - classes["前测"])).round(2)
classes

# %% [markdown]
# 甲班和丙班都多了 10 分，丙班补上的份额却大得多。画出来看：同样的增益，起点越高，能多出的分越少。

# %%
start = np.arange(0, 100, 5)
figure, axes = plt.subplots(figsize=(7, 3.2))
for gain, colour in ((0.3, "#0072B2"), (0.5, "#E69F00"), (0.7, "#009E73")):
    axes.plot(start, gain * (100 - start), color=colour, label=f"增益 {gain}")
axes.set(title="同样的增益，起点越高，多出的分越少", xlabel="前测（分）", ylabel="多出的分")
axes.legend()
show(figure)

# %% [markdown]
# **读图：银行因此改做什么**　比较两个班、两家支行的培训，不要直接比多了几分。前测满分的人分母是 0，增益没有定义，要单列人数，不能当成 0，也不能删掉不说。

# %% [markdown]
# ## 三、两张卷子一样难吗
#
# 后测卷和前测卷出自同一张蓝图：每个学习目标各一题，题型和层次相同，数字和情境不同。这样，做过前测不会背出后测的答案。卷子一样难，是按题型结构和模拟学员核对的；真实学员做过以后，要用真实的作答再核一遍。

# %% [markdown]
# ## 自测
#
# 先想好再按「检查」。

# %% tags=["hide-input"]
ask.numeric(
    "class_gain",
    "一个班前测平均 40 分，后测平均 64 分（满分 100）。标准化增益是多少？",
    key=0.4,
    tolerance=0.005,
    near={
        24: "24 是多了几分，还没有除以原来缺的分。",
        0.6: "分母用成了前测：应当除以原来缺的 60 分。",
        0.24: "分母是原来缺的 60 分，不是满分 100 分。",
    },
    hints=("先算多了几分。", "再算原来缺几分：100 减前测。", "两个相除：24 ÷ 60。"),
)

# %% [markdown]
# 再判断一句话，并选出理由。

# %% tags=["hide-input"]
ask.judge(
    "worst_improve",
    "前测最差的 20 个人后测平均多对了 2 题，说明培训对后进的人最有效。",
    reasons=["没有培训，挑出来的最差也会回升", "多对 2 题太少，要 5 题以上才算", "后进的人更用功，所以一定有效"],
    key=("错", "没有培训，挑出来的最差也会回升"),
    why={
        "没有培训，挑出来的最差也会回升": "上面的模拟里培训毫无作用，最差的一组照样多对了几题。",
        "多对 2 题太少，要 5 题以上才算": "问题不在多少，在没有对照。",
        "后进的人更用功，所以一定有效": "用不用功这里没有数据，不能拿来当理由。",
    },
    hints=("回到第一张图。", "那张图里，培训有用吗？"),
)

# %% [markdown]
# ## 局限
#
# - 本课的学员是模拟的，水平的分布是仿真参数；真实的班更小，误差更大。
# - 前后测只量到“知道和会算”，量不到回到岗位以后做没做。
# - 没有对照组，前后相差里总混着做过一遍的熟练和别处学来的。

# %% [markdown]
# ## 要点
#
# 1. 挑最差的看进步，一定会看到进步：那多半是回归均值。
# 2. 标准化增益是“原来缺的补上几成”；前测满分的人没有增益，要单列。
# 3. 两卷同蓝图不同数字；难度相等要用数据核对。
#
# ## 下一步
#
# 打开[后测](practice.ipynb)。走之前花半分钟说说这一课，随作业一起交给老师，不计分。

# %% tags=["hide-input"]
ask.lesson_feedback()
