"""``datasets/README.md``: the data dictionary with what was made, from which seed, how dirty."""

from pathlib import Path

import pyarrow.parquet as pq

from smeprofile.params import Cohort
from smeprofile.schemas import SCHEMAS, dictionary_markdown
from smeprofile.simulate import DEFECTS

_HEAD = """# 数据说明

{bank}（虚构）的班级数据，**全部为合成数据**：由程序 `smeprofile.simulate` 按种子 `{seed}` 生成，观察点 {as_of}。
不对应任何真实企业或个人，所有比例都是仿真参数，不能当作行业统计引用。许可：CC BY 4.0。

本页由 `smeprofile build` 生成，请勿手改。参数在 `cohort.yml`。

- `sources/`　五份原始导出，带着下面列出的毛病，供模块 02 练习清洗。
- `tables/`　清洗好的表，`sp.load("表名")` 读取并逐列核对。

## 原始导出里放了哪些毛病

| 代号 | 说明 |
|---|---|
{defects}

## 各表行数

| 表 | 行数 |
|---|---|
{counts}
"""


def data_page(cohort: Cohort, tables: Path) -> str:
    """Return the page for the tables in folder ``tables``, as Markdown."""
    names = [name for name in SCHEMAS if (tables / f"{name}.parquet").is_file()]
    rows = {name: pq.read_metadata(tables / f"{name}.parquet").num_rows for name in names}
    head = _HEAD.format(
        bank=cohort.bank.name,
        seed=cohort.seed,
        as_of=cohort.as_of,
        defects="\n".join(f"| `{name}` | {text} |" for name, text in DEFECTS.items()),
        counts="\n".join(f"| [`{name}`](#{name}) | {n:,} |" for name, n in rows.items()),
    )
    return "\n".join([head, *(dictionary_markdown(name) for name in names)]).rstrip() + "\n"
