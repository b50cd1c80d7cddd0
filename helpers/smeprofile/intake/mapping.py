"""The mapping file: what a bank calls its files, columns and values."""

from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, RootModel, ValidationError

from smeprofile.dictionary import SCHEMAS, Column, TableSchema
from smeprofile.errors import UserError
from smeprofile.params import in_words


def _code(value: Any) -> Any:
    """YAML reads 1 as a number and true as a flag; in files both are text."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value


Ours = Annotated[str, BeforeValidator(_code)]
# A key yes or on is a flag to YAML and its spelling lost: it isn't taken, it has to be quoted.
Theirs = Annotated[str, BeforeValidator(lambda v: v if isinstance(v, bool) else _code(v))]


class TableMapping(BaseModel):
    """One table: its file, our column → theirs, their value → ours, factors that make yuan.

    ``signed`` (flows only): amounts carry their direction as a sign, minus is out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    file: str | None = None
    columns: dict[str, str] = {}
    values: dict[str, dict[Theirs, Ours]] = {}
    units: dict[str, float] = {}
    signed: bool = False


class _Mapping(RootModel[dict[str, TableMapping]]):
    pass


def read_mapping(path: Path | None) -> dict[str, TableMapping]:
    """Return the mapping of each table named in the YAML file ``path``; empty without one.

    ``UserError`` names the key that is wrong: an unknown table or column, or a wrong kind of value.
    """
    if path is None:
        return {}
    try:
        values = yaml.safe_load(Path(path).read_text(encoding="utf-8-sig")) or {}
        mapping = _Mapping.model_validate(values).root
    except ValidationError as error:
        raise UserError(in_words(error, path, "映射文件")) from None
    except FileNotFoundError:
        raise UserError(f"找不到映射文件 {path}。请检查路径。") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行" if mark else "（应为 UTF-8 文本）"
        raise UserError(f"映射文件 {path} 读不懂：{where}。请对照 README 的例子改。") from None
    for name, table in mapping.items():
        _check(path, name, table)
    return mapping


def _check(path: Path, name: str, mapping: TableMapping) -> None:
    if name not in SCHEMAS:
        raise UserError(f"映射文件 {path}：没有名为 {name} 的表。现有：{'、'.join(SCHEMAS)}。")
    known = {column.name: column for column in SCHEMAS[name].columns}
    for part in ("columns", "values", "units"):
        for column in getattr(mapping, part):
            if column not in known:
                raise UserError(
                    f"映射文件 {path} 的 {name}.{part}.{column}：表 {name} 没有这一列。"
                    f"现有：{'、'.join(known)}。"
                )
    for column, factor in mapping.units.items():
        if known[column].kind != "数字" or not 0 < factor < float("inf"):
            raise UserError(
                f"映射文件 {path} 的 {name}.units.{column}：只能给数字列写大于 0 的倍数，"
                "如 10000 表示文件里的 1 是 1 万元。"
            )
    for column, values in mapping.values.items():
        _check_values(f"映射文件 {path} 的 {name}.values.{column}", known[column], values)
    if mapping.signed and name != "flows":
        raise UserError(f"映射文件 {path} 的 {name}.signed：只有 flows 能用正负号表示收付。")


def _check_values(where: str, column: Column, values: dict[str, str]) -> None:
    for theirs, ours in values.items():
        if column.allowed and ours not in column.allowed:
            raise UserError(
                f"{where}.{theirs}（现为 {ours!r}）：应为 {'、'.join(column.allowed)}。"
            )


def columns_of(
    table: TableSchema, mapping: TableMapping, headers: list[str], where: str
) -> tuple[dict[str, str], list[str]]:
    """Return our column → header, and the headers that are nobody's.

    A header is known by the mapping, by our name, or by the dictionary's 中文.
    """
    titles = [column.title for column in table.columns]
    found = {}
    for column in table.columns:
        wanted = mapping.columns.get(column.name)
        if wanted is not None:
            if wanted not in headers:
                raise UserError(
                    f"{where} 没有映射文件里写的列“{wanted}”（{column.name}）。"
                    f"文件里有：{'、'.join(headers)}。"
                )
            found[column.name] = wanted
        elif column.name in headers:
            found[column.name] = column.name
        elif column.title in headers and titles.count(column.title) == 1:
            found[column.name] = column.title
    used = list(found.values())
    twice = [header for header in used if used.count(header) > 1 or headers.count(header) > 1]
    if twice:
        raise UserError(f"{where} 的列“{twice[0]}”出现了不止一次。请改名，或在映射文件里写明。")
    return found, [header for header in headers if header and header not in used]
