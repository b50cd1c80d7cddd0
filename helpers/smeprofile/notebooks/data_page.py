"""``datasets/README.md``: the data dictionary with what was made, from which seed, how dirty."""

from smeprofile.params import Cohort
from smeprofile.schemas import SCHEMAS, dictionary_markdown
from smeprofile.simulate import DEFECTS
from smeprofile.simulate.manifest import Manifest

_HEAD = """# 数据说明

{bank}（虚构的{kind}）的班级数据，**全部为合成数据**：由程序 `smeprofile.simulate` 按种子 `{seed}` 生成，
{customers:,} 户，观察点 {as_of}，往前 {months} 个月。不对应任何真实企业或个人。

各项分布的来源写在每张表的“生成依据”里：引自公开资料的注明出处和年份，其余标为仿真参数。
这些数只为教学，**不是行业统计，不能引用**。许可：CC BY 4.0。

本页由 `smeprofile build` 生成，请勿手改。参数在 `cohort.yml`。

- `sources/`　一个支行的五份原始导出（{n_export:,} 户以内），带着下面列出的毛病，供模块 02 练习清洗。清洗得当，就等于各表里这些客户的行。
- `tables/`　随课程发放的表，`sp.load("表名")` 读取并逐列核对。
- `large/`　大表，不随课程发放：第一次 `sp.load` 时由种子生成，约需半分钟，以后直接读。
- `manifest.json`　每张表的行数与 SHA-256；大表生成后按它核对。

## 原始导出里放了哪些毛病

| 代号 | 说明 |
|---|---|
{defects}

## 随课程发放的表

| 表 | 中文 | 行数 |
|---|---|---|
{committed}

## 第一次使用时生成的表

逐笔的 `flows`、`invoices` 只有抽签选出的 {txn_customers:,} 户、最近 {txn_months} 个月；其余客户看按月合计。

| 表 | 中文 | 行数 |
|---|---|---|
{large}
"""


def data_page(cohort: Cohort, made: Manifest) -> str:
    """Return the page for the tables ``made``, as Markdown."""
    head = _HEAD.format(
        bank=cohort.bank.name,
        kind=cohort.bank.kind,
        seed=cohort.seed,
        customers=cohort.n_customers,
        as_of=cohort.as_of,
        months=cohort.months,
        n_export=cohort.n_export,
        txn_customers=min(cohort.txn_customers, cohort.n_customers),
        txn_months=min(cohort.txn_months, cohort.months),
        defects="\n".join(f"| `{name}` | {text} |" for name, text in DEFECTS.items()),
        committed=_rows(made, "tables"),
        large=_rows(made, "large"),
    )
    names = [name for name in SCHEMAS if name in made.tables]
    return "\n".join([head, *(dictionary_markdown(name) for name in names)]).rstrip() + "\n"


def _rows(made: Manifest, folder: str) -> str:
    return "\n".join(
        f"| [`{name}`](#{name}) | {table.title} | {made.tables[name]['rows']:,} |"
        for name, table in SCHEMAS.items()
        if made.tables[name]["file"].startswith(f"{folder}/")
    )
