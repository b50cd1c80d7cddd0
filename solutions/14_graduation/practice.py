# %% [markdown]
# # 14 练习：后测
#
# **时长** 45 分钟 · **满分** 100 分 · **前置** 14 课程
#
# - 后测和前测同一张蓝图，题目和数字都换了。不会就空着：猜对的题会盖住你还缺的那一块。
# - 题里的数字人人不同。计算题可以用计算器。
# - 一题一屏，答了自动保存，关机也在；按「上一题」「下一题」走，交作业以前都可以改。

# %% [markdown]
# ## 试卷
#
# 先用菜单“运行 → 运行所有单元格”：试卷就会出现。下面这个单元导入要用的库，不用改。

# %%
from smeprofile import ask

# %% [markdown] task="post" track="all"
# ### 后测卷（100 分，全员必做）
#
# 答完按「交卷」，再运行下面的检查。看过而没有答的题记「未答」，没翻到的题记「未到达」，都不得分。

# %% answer="post" tags=["hide-input"]
post = ask.paper("post")
# BEGIN SOLUTION
post = {{ items.right("post") }}
# END SOLUTION

# %% [markdown]
# 检查：看看还有几题没有答。对错要交卷批改以后才知道。

# %% check="post" points=100
given = post["answers"]
assert given, "后测一题都没有答：没有后测，就说不出你学到了什么，银行也不知道这次培训值不值。"
print(f"已答 {len(given)} 题，翻到第 {post['reached']} 题。")
# BEGIN HIDDEN TESTS
from smeprofile.items import load_paper, mark, tell

marked = mark(post, load_paper("post"), {{ items.keys("post") }})
tell(marked)
round(100 * marked.points / len(marked.responses), 2)
# END HIDDEN TESTS

# %% [markdown] discussion="post"
# 先看全班前后的变化，再看个人。个人多对或少对两三题，多半在误差之内。

# %% sample="post" mistake="每题都按常见误解作答" says="答对 0 / 32 题" earns=0
post = {{ items.mistaken("post") }}

# %% sample="post" mistake="只做到一半" says="未知" earns=50
post = {{ items.half("post") }}

# %% [markdown]
# ## 这门课怎么样
#
# 不计分。回答随作业一起交给老师，用来改课。

# %% tags=["hide-input"]
ask.course_feedback()
