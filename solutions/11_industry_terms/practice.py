# %% [markdown]
# # 11 练习：案例二 行业精准营销
#
# **时长** 60 分钟 · **满分** 100 分 · **前置** 11 课程
#
# - 标着「全员必做」的题用鼠标选；标着「分析岗」的题写几行代码，对客户经理是选做。
# - 打开后先用菜单“运行 → 运行所有单元格”：题目就会出现。没做的题会有红字，不用管它。
# - 选过的会自动保存。每题下面有一个检查单元：红字会说可能错在哪。检查只看形式和最常见的错，批改时还有更多测试。

# %% [markdown]
# 先运行下面两个单元。第一个是本班的参数，不用改，批改时会按老师的版本重置。

# %% tags=["parameters"]
AS_OF = "2025-12-31"  # 观察点

# %%
import pandas as pd
import smeprofile as sp
from smeprofile import ask

CHOICES = ["可以", "不可以"]  # 第 1 题的选项

# %% [markdown] task="first_look" track="all"
# ### 第 1 题　能不能这样下结论（40 分，全员必做）
#
# 对每种说法选 `可以` 或 `不可以`。

# %% answer="first_look" tags=["hide-input"]
first_look = ask.choices(
    "first_look",
    {
        "a1": "批发业的客户最多，所以批发业的客户最好。",
        "a2": "观察点以后才开户的企业，不算进今天的名单。",
    },
    CHOICES,
)
# BEGIN SOLUTION
first_look = {"a1": "不可以", "a2": "可以"}
# END SOLUTION

# %% [markdown]
# 检查第 1 题：是不是每条都选了。

# %% check="first_look" points=40
todo = [key for key, choice in first_look.items() if choice not in CHOICES]
assert not todo, f"还没有选：{'、'.join(todo)}。"
assert set(first_look) == {"a1", "a2"}, "应有 a1、a2 两条，请不要增删。"
# BEGIN HIDDEN TESTS
assert first_look["a1"] == "不可以", "a1：多不等于好。按户数排名去放款，坏账也会排在第一。"
assert first_look["a2"] == "可以", "a2：观察点以后的事今天还不知道。算进来，名单就偷看了未来。"
# END HIDDEN TESTS

# %% [markdown] discussion="first_look"
# a1 问的是户数与质量的分别，a2 问的是观察点。

# %% sample="first_look" mistake="把多当成好" says="多不等于好"
first_look = {"a1": "可以", "a2": "可以"}

# %% sample="first_look" mistake="偷看未来" says="偷看了未来"
first_look = {"a1": "不可以", "a2": "不可以"}

# %% [markdown] task="age_years" track="analyst"
# ### 第 2 题　经营年限（60 分，分析岗）
#
# 写函数 `age_years(established_date, as_of)`：两个都是 `pd.Timestamp`，返回到观察点的年数（观察点减成立日期的天数，除以 365.25）。
# 成立日期在观察点之后的，返回 `None`。

# %% answer="age_years"
def age_years(established_date, as_of):
    # BEGIN SOLUTION
    if established_date > as_of:
        return None
    return (as_of - established_date).days / 365.25
    # END SOLUTION

# %% [markdown]
# 检查第 2 题。

# %% check="age_years" points=60
_day = pd.Timestamp(AS_OF)
_ten = age_years(_day - pd.Timedelta(days=3652), _day)
assert isinstance(_ten, float), "应返回一个数（年）。"
assert 9.9 < _ten < 10.1, f"十年前成立的企业应约为 10 年，现为 {_ten}：单位是年，不是天。"
# BEGIN HIDDEN TESTS
assert age_years(_day + pd.Timedelta(days=1), _day) is None, "观察点以后成立的应返回 None：那一天它还不存在，贷前不能算它的年限。"
assert abs(age_years(_day - pd.Timedelta(days=365), _day) - 365 / 365.25) < 1e-9, "应除以 365.25：差一点，刚满三年的企业就会被分错阶段。"
# END HIDDEN TESTS

# %% [markdown] discussion="age_years"
# 年限是画像里最简单的标签，也最容易在闰年和单位上出错。

# %% sample="age_years" mistake="返回天数" says="单位是年"
def age_years(established_date, as_of):
    return float((as_of - established_date).days)

# %% sample="age_years" mistake="没有处理未来的日期" says="应返回 None"
def age_years(established_date, as_of):
    return (as_of - established_date).days / 365.25

# %% sample="age_years" mistake="除以 365" says="应除以 365.25"
def age_years(established_date, as_of):
    return None if established_date > as_of else (as_of - established_date).days / 365
