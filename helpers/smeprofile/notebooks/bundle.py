"""The trainee's bundle: course, class data, package wheel, how-to — nothing that gives answers."""

import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from smeprofile.disk import in_words, write_file
from smeprofile.errors import UserError
from smeprofile.learner import LEARNER_PATTERN
from smeprofile.simulate import LARGE, manifest

CHECKOUT = Path(__file__).resolve().parents[3]  # an edition built with --out has no sources
# What else lies in datasets/ is somebody's own: a report of what changed, a bank with its truth.
_CLASS_DATA = ("ACCOUNTS.md", "CALIBRATION.md", "FACTS.md", "README.md", "TAGS.md", "calibration",
               "cohort.yml", "manifest.json", "papers", "sources", "tables")  # fmt: skip
_EPOCH = (2020, 1, 1, 0, 0, 0)
_HOW_TO = """小微企业客户画像实训 · 学员包

一、第一次使用（Windows）
  1. 装 Python 3.11 或更新版本（安装时勾选 Add Python to PATH）。
  2. 把这个压缩包解压到一个文件夹（不要直接在压缩包里双击）。
  3. 双击 start.bat，按提示输入工号（记在 learner.txt；输错了，删掉它再来）。
     第一次会安装所需软件，约需几分钟和 1 GB 空间；之后几秒就开。
二、第一次使用（macOS / Linux）
  在解压后的文件夹打开终端，运行：  sh start.sh
三、学习
  浏览器会打开课程首页。你的作业都在 workspace 文件夹里，关机也不会丢。
四、提交
  在课程首页点“交作业”；或双击 submit.bat（运行 sh submit.sh），按提示输入模块编号，如 02。
  把生成的 zip 交给老师。
五、看成绩和反馈
  老师批改后发还一个名字以 feedback.zip 结尾的压缩包。把它解压到 workspace 文件夹：
  右键选“全部解压缩”，目标就选 workspace 文件夹，后面不要多出一层文件夹名。
  再打开课程首页（已经开着的，刷新），成绩、待复盘和反馈就有了。
六、更新课程
  把新的学员包解压到同一个文件夹，选择“替换”。你改过的单元格不会被覆盖。
"""
# Whose work this is decides the own branch, the seat of a paper and the name on a hand-in: asked
# before anything is opened until it can be an id, and the same ever after.
_RULE = "工号（1–40 个英文字母、数字和 _ . -，不以 . 开头）："
_LOOSE = LEARNER_PATTERN.partition("{")[0] + "*"  # findstr can't count
# `set NAME` prints what was typed as it is: echo would run what follows an &.
_WHO_BAT = f"""set SMEPROFILE_LEARNER=\r
if exist learner.txt set /p SMEPROFILE_LEARNER=<learner.txt\r
:check\r
set SMEPROFILE_LEARNER 2>nul | findstr /r /x /c:"SMEPROFILE_LEARNER={_LOOSE}" >nul || goto ask\r
if "%SMEPROFILE_LEARNER:~40%"=="" goto known\r
:ask\r
set SMEPROFILE_LEARNER=\r
set /p SMEPROFILE_LEARNER={_RULE}\r
goto check\r
:known\r
>learner.txt echo(%SMEPROFILE_LEARNER%\r
"""
_WHO_SH = f"""fits() {{ printf '%s\\n' "$1" | LC_ALL=C grep -Eqx '{LEARNER_PATTERN}'; }}
SMEPROFILE_LEARNER=$(head -n 1 learner.txt 2>/dev/null | tr -d '\\r')
until fits "$SMEPROFILE_LEARNER"; do
  printf '{_RULE}'; read -r SMEPROFILE_LEARNER || exit 1
done
printf '%s\\n' "$SMEPROFILE_LEARNER" >learner.txt; export SMEPROFILE_LEARNER
"""
# pip takes a new bundle's wheel of the same version for the old one, unless forced.
_START_BAT = """@echo off\r
chcp 65001 >nul\r
cd /d "%~dp0"\r
{who}\
if not exist .venv\\Scripts\\smeprofile.exe (\r
  py -3 -m venv .venv || python -m venv .venv || goto failed\r
)\r
.venv\\Scripts\\python -m pip install --quiet -c requirements.lock {wheel} || goto failed\r
.venv\\Scripts\\python -m pip install --quiet --no-deps --force-reinstall {wheel} || goto failed\r
.venv\\Scripts\\smeprofile lab\r
goto end\r
:failed\r
echo 安装没有成功。请确认已装 Python 3.11 或更新版本并能上网，再双击 start.bat。\r
:end\r
pause\r
"""
_SUBMIT_BAT = """@echo off\r
chcp 65001 >nul\r
cd /d "%~dp0"\r
{who}\
set /p MODULE=模块编号（如 02）：\r
.venv\\Scripts\\smeprofile submit %MODULE% --zip .\r
pause\r
"""
_START_SH = """#!/bin/sh
set -e
cd "$(dirname "$0")"
{who}\
[ -x .venv/bin/pip ] || python3 -m venv --clear .venv
.venv/bin/python -m pip install --quiet -c requirements.lock {wheel}
.venv/bin/python -m pip install --quiet --no-deps --force-reinstall {wheel}
exec .venv/bin/smeprofile lab
"""
_SUBMIT_SH = """#!/bin/sh
cd "$(dirname "$0")"
{who}\
printf '模块编号（如 02）：'; read -r MODULE
exec .venv/bin/smeprofile submit "$MODULE" --zip .
"""


def write_bundle(path: Path, edition: Path) -> Path:
    """Write the bundle of the edition in folder ``edition`` to ``path`` and return it.

    Raises ``UserError`` when the wheel can't be built or ``path`` can't be written.
    """
    path = path.resolve()
    if not path.parent.is_dir():
        raise UserError(f"写不了学员包 {path}：没有文件夹 {path.parent}。请换一个位置。")
    with TemporaryDirectory() as folder:
        entries = _entries(edition, wheel(Path(folder)))
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(entries):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 3  # so that start.sh may be run, wherever the zip was made
            info.external_attr = (0o755 if name.endswith(".sh") else 0o644) << 16
            archive.writestr(info, entries[name], compress_type=zipfile.ZIP_DEFLATED)
    try:
        write_file(path, packed.getvalue())
    except OSError as error:
        raise UserError(f"写不了学员包：{in_words(error)}。请换一个位置。") from None
    return path


def files_of(edition: Path) -> list[Path]:
    """Return the files of course and class data that trainees get; none of them tells an answer.

    >>> from smeprofile.paths import home
    >>> sorted({path.relative_to(home()).parts[0] for path in files_of(home())})
    ['course', 'datasets']
    """
    made = [edition / "course", *(edition / "datasets" / name for name in _CLASS_DATA)]
    return [
        p
        for top in made
        for p in ([top] if top.is_file() else sorted(top.rglob("*")))
        if p.is_file() and not any(part.startswith(".") for part in p.relative_to(edition).parts)
    ]


def _entries(edition: Path, packed: tuple[str, bytes]) -> dict[str, bytes]:
    files = files_of(edition) + _large_tables(edition / "datasets")
    entries = {p.relative_to(edition).as_posix(): p.read_bytes() for p in files}
    entries[packed[0]] = packed[1]
    entries["requirements.lock"] = (CHECKOUT / "requirements.lock").read_bytes()
    texts = {
        "使用说明.txt": "\ufeff" + _HOW_TO.replace("\n", "\r\n"),
        "start.bat": _START_BAT.format(who=_WHO_BAT, wheel=packed[0]),
        "submit.bat": _SUBMIT_BAT.format(who=_WHO_BAT),
        "start.sh": _START_SH.format(who=_WHO_SH, wheel=packed[0]),
        "submit.sh": _SUBMIT_SH.format(who=_WHO_SH),
    }
    return entries | {name: text.encode() for name, text in texts.items()}


def _large_tables(datasets: Path) -> list[Path]:
    """Return the large tables the trainees need: those they can't make from the public seed."""
    made = manifest.read(datasets)
    if not made.is_secret:
        return []
    paths = [datasets / made.tables[name]["file"] for name in LARGE]
    if missing := [p for p in paths if not p.is_file()]:
        raise UserError(
            f"缺少大表 {missing[0]}，学员没有密钥不能自己生成。请重新运行 smeprofile build。"
        )
    return paths


def wheel(folder: Path) -> tuple[str, bytes]:
    """Build the package's wheel in ``folder``; return its name and content.

    Raises ``UserError`` when it can't be built.
    """
    build = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    try:
        done = subprocess.run(
            [sys.executable, "-c", build, str(folder)],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip().splitlines() or ["原因不明"])[-1]
        raise UserError(
            f"打不出程序包（{reason}）。请先运行 pip install -c requirements.lock -e .。"
        ) from None
    name = done.stdout.strip().splitlines()[-1]
    return name, (folder / name).read_bytes()
