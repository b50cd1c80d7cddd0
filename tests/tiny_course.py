"""A tiny course of one module, small enough to go the whole way in seconds."""

import shutil
from pathlib import Path

import nbformat
import yaml

from smeprofile.notebooks import as_trainee, master, read_source, solved_with
from smeprofile.packet import pack
from smeprofile.params import load_cohort
from smeprofile.paths import home

CHECKOUT = Path(__file__).resolve().parents[1]
OWN = {
    "cohort_id": "tiny",
    "cohort_name": "小班",
    "seed": 1,
    "n_customers": 200,
    "fx_rates_cny": {"USD": 7.0},
    "modules": [
        {"slug": "02_tiny", "title": "小练习", "lesson_minutes": 10, "practice_minutes": 10}
    ],
}
LESSON = '# %% [markdown]\n# # 课程\n\n# %%\nprint("学习")\n'
CANARY = "CANARY-7f3a91"
PRACTICE = f'''\
# %% [markdown]
# # 练习

# %% [markdown] task="double"
# ### 第 1 题　翻倍
# 写函数。

# %% answer="double"
# BEGIN SOLUTION
def double(x):
    return 2 * x
# END SOLUTION


# %% check="double" points=3
assert double(2) == 4, "翻倍：应返回两倍"
# BEGIN HIDDEN TESTS
assert double("{CANARY}") == "{CANARY}" * 2, "翻倍：文字也要能翻倍"
# END HIDDEN TESTS

# %% sample="double" mistake="加二" says="文字也要能翻倍"
def double(x):
    return x + x if isinstance(x, int) else x


# %% [markdown] task="stage" track="analyst"
# ### 第 2 题　阶段

# %% answer="stage"
# BEGIN SOLUTION
stage = "成长期"
# END SOLUTION

# %% check="stage" points=2
assert stage == "成长期", f"阶段：{{stage}} 不对"

# %% sample="stage" mistake="看错" says="衰退期 不对"
stage = "衰退期"
'''


def write_tiny_course(root: Path) -> None:
    """Write parameters and sources of the tiny course into ``root``."""
    (root / "datasets").mkdir()
    values = yaml.safe_load((CHECKOUT / "datasets" / "cohort.yml").read_text(encoding="utf-8"))
    text = yaml.safe_dump(values | OWN, allow_unicode=True, sort_keys=False)
    (root / "datasets" / "cohort.yml").write_text(text, encoding="utf-8")
    (root / "solutions" / "02_tiny").mkdir(parents=True)
    (root / "solutions" / "02_tiny" / "lesson.py").write_text(LESSON, encoding="utf-8")
    (root / "solutions" / "02_tiny" / "practice.py").write_text(PRACTICE, encoding="utf-8")


OWN_PRACTICE = """\
# %% tags=["parameters"]
VARIANT_KEY = "?"

# %%
import smeprofile as sp

customers = sp.load("customers")

# %%
BRANCH = sp.own_branch(VARIANT_KEY)

# %% [markdown] task="count"
# ### 第 1 题　数客户

# %% answer="count"
# BEGIN SOLUTION
count = int((customers["branch_id"] == BRANCH).sum())
# END SOLUTION

# %% check="count" points=4
assert count > 0, "没有客户"
# BEGIN HIDDEN TESTS
assert count == (customers["branch_id"] == BRANCH).sum(), "不是你的支行的数"
# END HIDDEN TESTS

# %% sample="count" mistake="用了全行的数据" says="不是你的支行"
count = len(customers)
"""


def write_own_course(root: Path) -> None:
    """Write the tiny course with a practice that is answered on a branch of one's own."""
    write_tiny_course(root)
    (root / "solutions" / "02_tiny" / "practice.py").write_text(OWN_PRACTICE, encoding="utf-8")
    (root / "datasets" / "tables").mkdir()
    for name in ("branches", "customers"):
        made = CHECKOUT / "datasets" / "tables" / f"{name}.parquet"
        shutil.copy(made, root / "datasets" / "tables")


WRITTEN_PRACTICE = """\
# %% [markdown] task="opinion"
# ### 第 1 题　写意见

# %% [markdown] rubric="opinion"
# | 看什么 | 做到 | 一部分 | 没有 |
# |---|---|---|---|
# | 依据 | 4 分：每个判断都有数字 | 2 分：有的判断没有数字 | 0 分：没有数字 |
# | 区分 | 2 分：事实与推断分开写 | 1 分：有的混在一起 | 0 分：没有分开 |

# %% [markdown] written="opinion"
# 事实：月均流入 30 万元。推断：够还每月 2 万元。

# %% [markdown] sample="opinion" mistake="只有结论" says="没有数字" marks=[0, 1]
# 这家不错，可以给。
"""


def write_written_course(root: Path) -> None:
    """Write the tiny course with a practice that is answered in words."""
    write_tiny_course(root)
    path = root / "solutions" / "02_tiny" / "practice.py"
    path.write_text(WRITTEN_PRACTICE, encoding="utf-8")


def put_master(course):
    """Write the master of the tiny practice where grading looks for it."""
    folder = course.folder("source", ".", "02_tiny")
    folder.mkdir(parents=True)
    nbformat.write(master_edition(), folder / "practice.ipynb")


def master_edition():
    """Return the master of the tiny practice."""
    cohort = load_cohort()
    return master(read_source(home() / "solutions" / "02_tiny" / "practice.py", cohort), cohort)


RIGHT = {"double": "def double(x):\n    return 2 * x", "stage": 'stage = "成长期"'}


def zip_of(folder, learner, at, answers=RIGHT, name=""):
    """Write a learner's hand-in zip of the tiny practice, made at the time ``at``."""
    folder.mkdir(exist_ok=True)
    files = {"practice.ipynb": nbformat.writes(solved_with(edition(), answers)).encode()}
    data = pack(files, load_cohort(), "02_tiny", learner, at)
    (folder / f"{name or learner}.zip").write_bytes(data)


def edition():
    """Return the trainee edition of the tiny practice."""
    source = read_source(home() / "solutions" / "02_tiny" / "practice.py")
    return as_trainee(master(source, load_cohort()))
