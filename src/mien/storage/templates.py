"""The operator's gallery of templates: a folder of pictures, and their tags in a CSV."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mien.commands.templates import Template
from mien.errors import BadRequest, Conflict, NotFound, SetupError
from mien.storage.whole import write_whole

#: The file beside the pictures: a row a picture, its name and its tags.
TABLE: Final = "templates.csv"
COLUMNS: Final = ("file", "tags")
#: Longest name and tags, characters.
LONGEST_NAME, LONGEST_TAGS = 200, 1000


@dataclass(frozen=True, kw_only=True)
class FolderTemplates:
    """`mien.commands.templates.Templates` in a folder, which need not exist yet."""

    folder: Path

    def all(self) -> Sequence[Template]:
        """Every template of the table whose file is there, by name.

        Raises:
            SetupError: the table cannot be read.
        """
        return sorted(
            (one for one in self._rows() if (self.folder / one.name).is_file()),
            key=lambda one: one.name,
        )

    def read(self, name: str) -> bytes:
        """The file of a template.

        Raises:
            NotFound: there is none of that name.
        """
        if name not in {one.name for one in self.all()}:
            raise NotFound(f"There is no template called {name}.")
        return (self.folder / name).read_bytes()

    def add(self, name: str, data: bytes, tags: str) -> None:
        """Keep a picture under a name.

        Raises:
            BadRequest: the name or the tags cannot be used.
            Conflict: there is a template of that name already.
        """
        require_name(name)
        if not tags.strip() or len(tags) > LONGEST_TAGS:
            raise BadRequest(f"A template has tags, up to {LONGEST_TAGS} characters.", field="tags")
        rows = list(self._rows())
        if name in {one.name for one in rows} or (self.folder / name).exists():
            raise Conflict(f"There is a template called {name} already.")
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.folder / name, data)
        self._save([*rows, Template(name=name, tags=" ".join(tags.split()))])

    def remove(self, name: str) -> None:
        """Delete a template, its row and its file.

        Raises:
            NotFound: there is none of that name.
        """
        rows = list(self._rows())
        if name not in {one.name for one in rows}:
            raise NotFound(f"There is no template called {name}.")
        self._save([one for one in rows if one.name != name])
        with suppress(FileNotFoundError):
            (self.folder / name).unlink()

    def _rows(self) -> Iterator[Template]:
        try:
            text = (self.folder / TABLE).read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError) as error:
            raise SetupError(
                f"The table of templates {self.folder / TABLE} cannot be read."
            ) from error
        table = csv.DictReader(text.splitlines())
        if not set(COLUMNS) <= set(table.fieldnames or ()):
            raise SetupError(f"The first line of {self.folder / TABLE} must be: file,tags")
        for row in table:
            name, tags = (row["file"] or "").strip(), (row["tags"] or "").strip()
            # A path that leads elsewhere is nobody's template.
            if name and tags and name == Path(name).name:
                yield Template(name=name, tags=tags)

    def _save(self, rows: Sequence[Template]) -> None:
        lines = [",".join(COLUMNS), *(f"{_quoted(one.name)},{_quoted(one.tags)}" for one in rows)]
        write_whole(self.folder / TABLE, ("\n".join(lines) + "\n").encode())


def require_name(name: str) -> None:
    """Refuse what is no plain name of a file.

    Raises:
        BadRequest: with the field "name".
    """
    plain = name == Path(name).name and name.isprintable() and not name.startswith(".")
    if not plain or not name or len(name) > LONGEST_NAME or name == TABLE:
        raise BadRequest("The name of a template is a plain file name.", field="name")


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
