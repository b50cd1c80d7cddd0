# %% [markdown]
# # 00 前测与学习路径
#
# **时长** 45 分钟 · **满分** 100 分 · **前置** 00 课程里的问卷
#
# - 前测每个模块两三道题，用来找出你该从哪里学起。**分数不影响结业**，不会就空着：猜对的题会让你漏学。
# - 同一题有多套，数字和选项的次序可能不同，照抄同桌的没有用。计算题可以用计算器。
# - 一题一屏，答了自动保存，关机也在；按「上一题」「下一题」走，随时可以改。

# %% [markdown]
# ## 试卷
#
# 先用菜单“运行 → 运行所有单元格”：试卷就会出现。下面这个单元导入要用的库，不用改。

# %%
from smeprofile import ask

# %% [markdown] task="pre" track="all"
# ### 前测卷（100 分，全员必做）
#
# 按自己现在会的答。答完按「交卷」，再运行下面的检查。看过而没有答的题记「未答」，没翻到的题记「未到达」，都不得分，也都不当作「不会」。

# %% answer="pre" tags=["hide-input"]
pre = ask.paper("pre")
# BEGIN SOLUTION
pre = {{ items.right("pre") }}
# END SOLUTION

# %% [markdown]
# 检查：看看还有几题没有答。对错要交卷批改以后才知道。

# %% check="pre" points=100
given = pre["answers"]
assert given, "前测一题都没有答：能力图只能全记「未知」，路径只好按问卷猜。请至少把会的答了。"
print(f"已答 {len(given)} 题，翻到第 {pre['reached']} 题。")
# BEGIN HIDDEN TESTS
from smeprofile.items import load_paper, mark, tell

marked = mark(pre, load_paper("pre"), {{ items.keys("pre") }})
tell(marked)
round(100 * marked.points / len(marked.responses), 2)
# END HIDDEN TESTS

# %% [markdown] discussion="pre"
# 先看全班的缺口图（`smeprofile needs`），再决定课堂时间怎么分。个人的两三道题不作结论；同一个误解有三成以上的人犯，才值得在课上讲。

# %% sample="pre" mistake="每题都按常见误解作答" says="答对 0 / 32 题" earns=0
pre = {{ items.mistaken("pre") }}

# %% sample="pre" mistake="只做到一半" says="未知" earns=50
pre = {{ items.half("pre") }}

# %% [markdown]
# ## 我的学习路径
#
# 运行下面的单元。自学时当场批改；在班里学，交卷、取回反馈以后再运行一次，就会按成绩重排。每个模块后面都写着它为什么在上面。

# %%
ask.path()
