"""Code blocks of documents: found, and checked for what they say of themselves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Languages that are run, and what is shown to be read.
RUN = frozenset({"sh", "python", "js"})
SHOWN = frozenset({"text", "json", "nginx", "ini", "yaml"})
FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>[^\n]*)\n(?P<body>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
#: Says, right before a block, why it is not run.
MARK = re.compile(r"<!-- not run: (?P<reason>[^>]+?) -->\n*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of code in a document."""

    document: str
    line: int
    language: str
    body: str
    #: Why it is not run; "" when it is.
    reason: str

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"

    @property
    def is_run(self) -> bool:
        """Whether the tests run it."""
        return self.language in RUN and not self.reason


def documents() -> list[Path]:
    """Every document of the repository that users read."""
    outside = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "examples" / "README.md")
    return [*outside, *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(document: Path) -> Iterator[Block]:
    """The blocks of ``document``, in order."""
    text = document.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        mark = MARK.search(text[: found.start()])
        indent = found["indent"]
        yield Block(
            document=str(document.relative_to(ROOT)),
            line=text[: found.start()].count("\n") + 1,
            language=found["language"],
            body=re.sub(rf"^{indent}", "", found["body"], flags=re.MULTILINE),
            reason=mark["reason"] if mark else "",
        )
