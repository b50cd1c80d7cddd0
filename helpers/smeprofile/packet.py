"""The files of one hand-in, and the zip that carries them where there is no exchange."""

import hashlib
import zipfile
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from stat import S_IFREG, S_ISLNK
from typing import Annotated, Literal

from nbformat import NotebookNode
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from smeprofile.answers import FILE as ANSWERS
from smeprofile.cells import parse_notebook
from smeprofile.disk import in_words
from smeprofile.errors import UserError
from smeprofile.learner import LEARNER_PATTERN
from smeprofile.params import Cohort, Slug

PRACTICE = "practice.ipynb"
FILES = (PRACTICE, "lesson.ipynb", ANSWERS)  # an assignment is these, no more
MANIFEST = "submission.json"
LIMIT_BYTES = 20 * 2**20
_PACKED_LIMIT_BYTES = LIMIT_BYTES + 2**16  # the manifest and the zip's own headers
LIMIT_TEXT = f"{LIMIT_BYTES // 2**20} MB"

_Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Manifest(BaseModel):
    """``submission.json``: whose work a zip holds, when it was packed, and the files' hashes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    cohort_id: str
    module: Slug
    learner_id: Annotated[str, Field(pattern=f"^{LEARNER_PATTERN}$")]
    submitted_at: AwareDatetime
    files: dict[Literal[FILES], _Sha256]


@dataclass(frozen=True)
class Submission:
    """One zip that passed every check: its manifest, and its files by name."""

    manifest: Manifest
    files: dict[str, bytes]


def gather(folder: Path) -> dict[str, bytes]:
    """Return the files to hand in from a module's folder, by name.

    Raises ``UserError`` if the folder is missing, too large, or holds a link for a file.

    >>> gather(Path("02_data_cleaning"))
    Traceback (most recent call last):
    ...
    smeprofile.errors.UserError: 工作区里没有 02_data_cleaning。请先运行 smeprofile lab；...
    """
    if not folder.is_dir():
        raise UserError(
            f"工作区里没有 {folder.name}。请先运行 smeprofile lab；"
            "老师已发布的模块，请先在首页领取。"
        )
    paths = [path for name in FILES if (path := folder / name).exists() or path.is_symlink()]
    for path in (folder, *paths):
        if path.is_symlink():
            raise UserError(f"{path} 是链接，不能提交。请换成真正的文件。")
    try:
        if sum(path.stat().st_size for path in paths) > LIMIT_BYTES:
            raise UserError(
                f"{folder} 超过 {LIMIT_TEXT}，不能提交。请清除笔记本里过大的输出，保存后再交。"
            )
        return {path.name: path.read_bytes() for path in paths}
    except OSError as error:
        raise UserError(f"读不了要提交的文件：{in_words(error)}。请检查后重试。") from None


def practice(files: dict[str, bytes], module: str) -> NotebookNode:
    """Return the practice notebook among ``files``; ``ValueError`` says why it can't be graded.

    >>> practice({}, "02_data_cleaning")
    Traceback (most recent call last):
    ...
    ValueError: 没有 practice.ipynb
    """
    if PRACTICE not in files:
        raise ValueError(f"没有 {PRACTICE}")
    try:
        notebook = parse_notebook(files[PRACTICE].decode())
    except ValueError as error:
        reason = "不是 UTF-8 文本" if isinstance(error, UnicodeDecodeError) else error
        raise ValueError(f"{PRACTICE} 读不出来（{reason}）") from None
    about = notebook.metadata.get("smeprofile")
    of = about.get("module") if isinstance(about, dict) else None
    if of != module:
        raise ValueError(f"{PRACTICE} 属于 {of or '别的课程'}，不是 {module}")
    return notebook


def pack(
    files: dict[str, bytes], cohort: Cohort, module: str, learner_id: str, at: datetime
) -> bytes:
    """Return the zip of ``files``: same arguments, same bytes.

    >>> from smeprofile.params import load_cohort
    >>> at = datetime.fromisoformat("2025-12-31T10:00:00Z")
    >>> zipfile.ZipFile(BytesIO(pack({}, load_cohort(), "02_data_cleaning", "a", at))).namelist()
    ['submission.json']
    """
    manifest = Manifest(
        cohort_id=cohort.cohort_id,
        module=module,
        learner_id=learner_id,
        submitted_at=at,
        files={name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    )
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in {**files, MANIFEST: manifest.model_dump_json(indent=1)}.items():
            entry = zipfile.ZipInfo(name)  # dated 1980, so equal work packs to equal bytes
            entry.create_system, entry.external_attr = 3, (S_IFREG | 0o644) << 16
            archive.writestr(entry, data, compress_type=zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def read_submission(path: Path, cohort: Cohort) -> Submission:
    """Return the work in the zip ``path``, packed by `smeprofile submit --zip`, wholly verified.

    Raises ``UserError`` naming the file and the first thing wrong with it: not a zip, other
    entries than those listed, hashes or sizes that don't fit, links, another cohort, an unknown
    module, or a practice notebook that can't be read. Nothing is written. Whose work it is rests
    on the learner's word.

    >>> from smeprofile.params import load_cohort
    >>> read_submission(Path("没有.zip"), load_cohort())
    Traceback (most recent call last):
    ...
    smeprofile.errors.UserError: 不能收 没有.zip：找不到。请学员用 ...
    """
    try:
        return _verified(path, cohort)
    except OSError as error:
        reason = in_words(error).removeprefix(f"{path} ")
    except ValueError as error:
        reason = str(error)
    raise UserError(f"不能收 {path}：{reason}。请学员用 smeprofile submit --zip 重新打包。")


def _verified(path: Path, cohort: Cohort) -> Submission:
    files = _entries(path)
    try:
        manifest = Manifest.model_validate_json(files.pop(MANIFEST, b""))
    except ValidationError:
        raise ValueError(f"{MANIFEST} 缺失或不合规定") from None
    if manifest.cohort_id != cohort.cohort_id:
        raise ValueError(f"它属于班次 {manifest.cohort_id}，现在是 {cohort.cohort_id}")
    if manifest.module not in {module.slug for module in cohort.modules}:
        raise ValueError(f"没有名为 {manifest.module} 的模块")
    if not 2000 <= manifest.submitted_at.year <= 9998:  # others have no time in UTC
        raise ValueError(f"{MANIFEST} 写的提交时间在 {manifest.submitted_at.year} 年")
    if files.keys() != manifest.files.keys():
        raise ValueError(f"里面的文件和 {MANIFEST} 列出的不一致")
    for name, data in files.items():
        if hashlib.sha256(data).hexdigest() != manifest.files[name]:
            raise ValueError(f"{name} 在打包后被改过")
    practice(files, manifest.module)
    return Submission(manifest, files)


def _entries(path: Path) -> dict[str, bytes]:
    """Return the zip's entries by name, after looking at all that the directory claims."""
    if path.stat().st_size > _PACKED_LIMIT_BYTES:
        raise ValueError(f"超过 {LIMIT_TEXT}")
    packed = BytesIO(path.read_bytes())
    try:
        with zipfile.ZipFile(packed) as archive:
            refusal = _refusal(archive.infolist())
            if refusal is None:
                return {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # whatever a damaged zip makes the library raise
        refusal = "不是完整的 zip 文件"
    raise ValueError(refusal)


def _refusal(infos: list[zipfile.ZipInfo]) -> str | None:
    """Return why the entries may not be read. Only known names pass, so none can lead elsewhere."""
    names = [info.filename for info in infos]
    if len(set(names)) < len(names) or not set(names) <= {*FILES, MANIFEST}:
        return f"里面只应有 {'、'.join((*FILES, MANIFEST))}，各一份"
    if any(S_ISLNK(info.external_attr >> 16) for info in infos):
        return "里面有链接"
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos):
        return "里面的压缩方法不是 zip 常用的那种"  # others unpack everything before they stop
    if sum(info.file_size for info in infos) > _PACKED_LIMIT_BYTES:  # zipfile reads no further
        return f"解开后超过 {LIMIT_TEXT}"
    return None
