# %% [markdown]
# # 11 案例二 行业精准营销
#
# **时长** 60 分钟 · **配套练习** [practice.ipynb](practice.ipynb)
#
# ## 行长的问题
#
# > **这里写行长要你回答的一句话：哪一类客户该先去找？**

# %% [markdown]
# ## 学完你能
#
# 1. **比较**不同行业的客户（练习第 1、2 题）。

# %% [markdown]
# 先运行参数与导入两个单元。`AS_OF` 是观察点：站在这一天看客户，之后发生的都当作不知道。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点

# %% [markdown]
# 导入要用的库。`theme()` 让图能显示中文。

# %%
import matplotlib.pyplot as plt
import pandas as pd
import smeprofile as sp
from smeprofile import ask
from smeprofile.charts import show, theme

theme()

# %% [markdown]
# ## 数据：一行是什么
#
# 数据是**合成数据**。`customers` 一行是一户企业；只看观察点以前开户的。

# %%
customers = sp.load("customers")
customers = customers[customers["opened_date"] <= pd.Timestamp(AS_OF)]

# %% [markdown]
# ## 第一步：谁多
#
# 先看各行业门类有多少户。

# %%
sections = customers["industry_code"].astype(str).str[0].value_counts()
figure, axes = plt.subplots(figsize=(7, 3))
axes.bar(sections.index, sections.to_numpy(), color="#0072B2")
axes.set(title=f"{sections.index[0]} 门类的客户最多", xlabel="行业门类", ylabel="户数")
show(figure, f"各行业门类户数的柱形图，{sections.index[0]} 门类最多。")

# %% [markdown]
# **银行因此改做什么**　客户多的门类先备好话术，但多不等于好。

# %% [markdown]
# ## 第二步：谁老
#
# 再看各门类的经营年限中位数。

# %%
years = (pd.Timestamp(AS_OF) - customers["established_date"]).dt.days / 365.25
median = years.groupby(customers["industry_code"].astype(str).str[0]).median().sort_values()
figure, axes = plt.subplots(figsize=(7, 3))
axes.barh(median.index, median.to_numpy(), color="#009E73")
axes.set(title=f"{median.index[-1]} 门类的企业最老", xlabel="经营年限中位数（年）", ylabel="行业门类")
show(figure, f"各行业门类经营年限中位数的条形图，{median.index[-1]} 门类最长。")

# %% [markdown]
# ## 自测

# %% tags=["hide-input"]
ask.single(
    "old_is_mature",
    "一家企业成立了十年，它就是成熟期的客户吗？",
    ["是，年限够了", "不一定，要看流入和开票"],
    key="不一定，要看流入和开票",
    why={
        "是，年限够了": "年限不等于阶段：有的企业十年没有长大。按年限给额度，会把钱给错人。",
        "不一定，要看流入和开票": "阶段看的是增速和波动，年限只是其中一个线索。",
    },
    hints=("十年里它长大了吗？", "哪些数据说得出它在长还是在缩？", "同龄的两个人，身体可以差很多。"),
)

# %% [markdown]
# ## 局限
#
# - 数据是合成的，各行业的占比是仿真参数，不是行业统计。

# %% [markdown]
# ## 要点
#
# 1. 先数清楚，再下结论；多不等于好，老不等于稳。
#
# ## 下一步
#
# 打开[配套练习](practice.ipynb)，自己做一遍。走之前花半分钟说说这一课，随作业一起交给老师，不计分。

# %% tags=["hide-input"]
ask.lesson_feedback()
