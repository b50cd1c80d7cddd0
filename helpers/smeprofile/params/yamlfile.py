"""A YAML file that people write: read, or refused in Chinese."""

from pathlib import Path
from typing import Any

import yaml

from smeprofile.errors import UserError


class _Twice(yaml.YAMLError):
    pass


# In C where it is to be had: every process reads the facts, and Python takes a quarter second.
class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML's own takes the last of two equal keys without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        seen = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                line = key.start_mark.line + 1
                raise _Twice(f"第 {line} 行的 {key.value} 前面已经写过。请删去一处。")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path, what: str = "参数文件") -> Any:
    """Return what the file holds.

    Raises ``UserError`` naming file and line: no such file, not UTF-8, not YAML, a key twice.

    >>> read_yaml(Path("没有.yml"), "列名对照")
    Traceback (most recent call last):
    smeprofile.errors.UserError: 找不到列名对照 没有.yml。
    """
    try:
        text = path.read_text(encoding="utf-8")
        return yaml.load(text, _Loader)
    except FileNotFoundError:
        raise UserError(f"找不到{what} {path}。") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"读不了{what} {path}：{error}。请确认它是 UTF-8 文本。") from None
    except _Twice as error:
        raise UserError(f"{what} {path} {error}") from None
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", -1) + 1
        line = min(line, len(text.splitlines()))  # what isn't closed is missed after the last
        raise UserError(f"{what} {path} 第 {line} 行不是合法的 YAML。请检查缩进和冒号。") from None
    except ValueError as error:  # a day that there isn't, which YAML's own reader lets through
        raise UserError(f"{what} {path} 里有读不了的值：{error}。日期应是真有的一天。") from None
