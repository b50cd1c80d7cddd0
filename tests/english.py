"""Which words on a page are English that should not be there."""

import re

# Names of programs, formats, languages and keys; what the course itself calls things.
NAMES = (
    "JupyterLab Jupyter JUPYTER jupyter Python Markdown HTML LaTeX PDF Qtpdf Qtpng Reveal "
    "Webpdf Asciidoc ReStructured CodeMirror codemirror Ctrl Shift Alt Enter Tab Backspace "
    "Esc Up Down Left Right URL English Chinese Simplified China CSV TSV JSON UTC ipykernel "
    "lesson practice answers json data cleaning needs survey shell smeprofile lab submit restore root self "
    "study tmp zip "
)
SEEN = """() => {
  const found = [];
  const skip = e => e.closest(
    '.cm-editor, pre, code, script, style, .jp-DirListing-item, .jp-BreadCrumbs, [title^="/"], ' +
    '.jp-RenderedHTMLCommon, .jp-OutputArea, .jp-PlaceholderText');  // the course's own words
  const shows = e => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0; };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = texts.nextNode(); n; n = texts.nextNode())
    if (n.parentElement && !skip(n.parentElement) && shows(n.parentElement)) found.push(n.data);
  for (const e of document.querySelectorAll('[title], [aria-label], [placeholder]'))
    if (!skip(e) && shows(e))
      for (const a of ['title', 'aria-label', 'placeholder']) found.push(e.getAttribute(a) || '');
  return found;
}"""


def english(*texts: str) -> list[str]:
    """Return the texts that hold an English word."""
    files = r"/\S+|[\w-]+\.(ipynb|bat)|\([0-9a-f]{8}\)"  # paths, names, sessions
    words = {t.strip(): re.findall(r"[A-Za-z]{3,}", re.sub(files, "", t)) for t in texts}
    return sorted(t for t, found in words.items() if set(found) - set(NAMES.split()))
