"""What the command line says of a command written wrongly."""

import re

_USAGE = (
    (r"No such command '(.+?)'", "没有命令 {0}。运行 smeprofile --help 看全部命令。"),
    (r"No such option: (\S+)", "没有选项 {0}。加 --help 看可用选项。"),
    (r"Missing argument '(.+?)'", "缺少参数 {0}。加 --help 看用法。"),
    (r"Missing option '(.+?)'", "缺少选项 {0}。加 --help 看用法。"),
    (r"Option '(.+?)' requires an argument", "选项 {0} 后面要跟一个值。"),
    (r"Invalid value for '(.+?)': .*integer", "{0} 应为整数。"),
    (r"Invalid value for '(.+?)': .*greater than or equal to (\S+)", "{0} 须 ≥ {1}。"),
    (r"Option '(.+?)' does not take a value", "选项 {0} 后面不跟值。"),
    (r"Got unexpected extra argument", "参数多了。加 --help 看用法。"),
    (r"Missing command", "要写一个命令。运行 smeprofile --help 看全部命令。"),
)

_HELP = {
    "Usage: ": "用法：", "[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]…",
    "\nArguments:": "\n参数：", "\nOptions:": "\n选项：", "\nCommands:": "\n命令：",
    "[required]": "[必填]", "[default: ": "[默认：", "Show this message and exit.": "显示这段说明。",
}  # fmt: skip


def help_in_chinese(text: str) -> str:
    """Return the help that typer writes, with its own words in Chinese.

    >>> help_in_chinese("Usage: smeprofile lab [OPTIONS]")
    '用法：smeprofile lab [选项]'
    """
    for words, own in _HELP.items():
        text = text.replace(words, own)
    return text


def in_chinese(message: str) -> str:
    """Return what typer says of a command written wrongly, in Chinese.

    >>> in_chinese("Missing argument 'MODULE'.")
    '缺少参数 MODULE。加 --help 看用法。'
    """
    for pattern, text in _USAGE:
        if found := re.search(pattern, message):
            return text.format(*found.groups())
    return f"命令写法不对（{message}）。加 --help 看用法。"
