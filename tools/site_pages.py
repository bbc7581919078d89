"""What the site needs beyond docs/: pages that live elsewhere, and links that leave the folder.

MkDocs calls the functions by their names (``hooks`` of mkdocs.yml). Documents link to files of the
repository as they lie there; on the site some of those are pages, and the others are named, not linked.
"""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
#: Documents outside docs/ that are pages: from the repository's root, and on the site.
BROUGHT = {
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "examples/README.md": "examples.md",
    "README.md": "index.md",
}
LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
#: Marks for the tests, which readers need not see.
MARK = re.compile(r"^ *<!-- not run: .*? -->\n", re.MULTILINE)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Bring the documents that lie outside docs/; the README is the overview's own."""
    for name, page in BROUGHT.items():
        if page not in {file.src_uri for file in files}:
            text = (ROOT / name).read_text(encoding="utf-8")
            files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links to files of the repository into links of the site, or into names."""
    del config, files
    page_file = page.file.src_uri
    home = next((ROOT / name for name, site in BROUGHT.items() if site == page_file), None)
    folder = (ROOT / "docs") if home is None or page_file == "index.md" else home.parent
    return MARK.sub("", LINK.sub(lambda found: _link(found, folder), markdown))


def _link(found: re.Match[str], folder: Path) -> str:
    name, sharp, anchor = found["target"].partition("#")
    if not name or "://" in name:
        return found[0]
    path = (folder / name).resolve()
    if path.is_relative_to(ROOT / "docs"):
        return f"[{found['text']}]({path.relative_to(ROOT / 'docs').as_posix()}{sharp}{anchor})"
    inside = path.relative_to(ROOT).as_posix()
    if inside in BROUGHT:
        return f"[{found['text']}]({BROUGHT[inside]}{sharp}{anchor})"
    return found["text"] if found["text"].startswith("`") else f"`{inside}`"
