"""Write the parts of the documents that come from the code: ``make docs``.

``<!-- help: mien swap -->`` … ``<!-- end -->`` holds what ``mien swap --help`` prints, and
``<!-- errors -->`` … ``<!-- end -->`` the table of errors, ``<!-- commands -->`` … ``<!-- end -->`` the
commands of the contract, ``<!-- vocabulary -->`` … the words that the studio knows. `tests/unit/test_documents.py` compares them with the code, so they cannot
drift apart.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from inspect import getdoc
from pathlib import Path

import click

from mien.api.errors import STATUS
from mien.api.operations import refusals
from mien.cli.failures import exit_code
from mien.cli.main import cli
from mien.commands.vocabulary import BLURS, FILMS, MOODS, MORE_COLOURS, SCENES, TIMES
from mien.contract import OPERATIONS, Operation, Text
from mien.contract.operation import COMMON
from mien.contract.own import FACES, IDENTITY
from mien.errors import MienError

BAD = HTTPStatus.BAD_REQUEST
DOCS = Path(__file__).resolve().parent.parent / "docs"
#: Columns of a help text in the document; no terminal decides.
WIDTH = 100
BLOCK = re.compile(
    r"(<!-- (?P<kind>help|errors|commands|vocabulary)(?:: (?P<name>[^>]+))? -->\n).*?(<!-- end -->)",
    re.DOTALL,
)


def helps(
    command: click.Command = cli, name: str = "mien", parent: click.Context | None = None
) -> dict[str, str]:
    """The help of ``command`` and of every command under it, by full name."""
    context = command.make_context(
        name, [], parent=parent, resilient_parsing=True, terminal_width=WIDTH
    )
    found = {context.command_path: command.get_help(context)}
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            inner = command.get_command(context, child)
            found |= helps(inner, child, context) if inner else {}
    return found


def error_classes(base: type[MienError] = MienError) -> Iterator[tuple[int, type[MienError]]]:
    """Every class of the tree under ``base`` with its depth, parents first."""
    yield len(base.__mro__) - len(MienError.__mro__), base
    for child in base.__subclasses__():
        yield from error_classes(child)


def errors_table() -> str:
    """A row for each class of `mien.errors`."""
    rows = [
        f"| {'&nbsp;&nbsp;' * depth}`{kind.__name__}` | `{kind.code}` | {_status(kind)} "
        f"| {exit_code(kind)} | {_meaning(kind)} |"
        for depth, kind in error_classes()
    ]
    return "\n".join(["| class | code | HTTP | exit | when |", "|---|---|---|---|---|", *rows])


def commands() -> str:
    """A section for each command of the contract, and for those of our own."""
    everything = (*OPERATIONS.values(), IDENTITY, FACES)
    return "\n".join(_command(operation) for operation in everything)


def vocabulary() -> str:
    """The words that the studio knows: a table of scenes, and a list of everything else."""
    rows = [
        f"| **{name}** | {scene.about} | {', '.join(scene.words)} | {', '.join(scene.hints)} |"
        for name, scene in SCENES.items()
    ]
    head = ["| scene | what it is | also named by | suggested by |", "|---|---|---|---|"]
    kinds: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("Times of day", TIMES),
        ("Moods", MOODS),
        ("Depth of field", BLURS),
        ("Films", FILMS),
    )
    lists = [f"**{kind}**: {', '.join(words)}.\n" for kind, words in kinds]
    more = ", ".join(MORE_COLOURS)
    lists.append(f"**Colours**: all 148 names of CSS, their words together or apart, and {more}.\n")
    return "\n".join([*head, *rows, "", *lists])


def _command(operation: Operation) -> str:
    fields = [
        *((text.name, _text_kind(text), text.about) for text in operation.texts),
        *((file.name, "required file", file.about) for file in operation.files),
        *((text.name, _text_kind(text), text.about) for text in COMMON),
    ]
    kinds = ["`multipart/form-data`", *(["`application/json`"] if operation.json else [])]
    kinds += ["query"] if operation.method == "DELETE" else []
    wrong = [refusal.sentence for refusal in refusals(operation) if refusal.status == BAD]
    return "\n".join(
        [
            f"## `{operation.method} {operation.path}`\n",
            f"{operation.summary}. {' '.join(operation.about.split())}\n",
            f"{'Blocks. ' if operation.blocking else ''}Fields ({' or '.join(kinds)}):\n",
            "| field | | |",
            "|---|---|---|",
            *(f"| `{name}` | {kind} | {about} |" for name, kind, about in fields),
            "",
            "What is wrong with a request (400), in the order in which it is looked for:\n",
            *(f"- `{sentence}`" for sentence in dict.fromkeys(wrong)),
            "",
        ]
    )


def _text_kind(text: Text) -> str:
    return "required text" if text.required else "text"


def rendered(text: str) -> str:
    """``text`` with every block as the code has it today."""
    known = helps()

    def block(match: re.Match[str]) -> str:
        bodies = {"errors": errors_table, "commands": commands, "vocabulary": vocabulary}
        make = bodies.get(match["kind"], lambda: f"```\n{known[match['name']]}\n```")
        body = make()
        return f"{match[1]}{body}\n{match[4]}"

    return BLOCK.sub(block, text)


def main() -> None:
    """Rewrite the documents in place."""
    for name in ("cli.md", "commands.md", "errors.md", "portraits.md"):
        document = DOCS / name
        document.write_text(rendered(document.read_text(encoding="utf-8")), encoding="utf-8")
        sys.stdout.write(f"{document}\n")


def _status(kind: type[MienError]) -> int:
    matching = (status for known, status in STATUS if issubclass(kind, known))
    return int(next(matching, HTTPStatus.INTERNAL_SERVER_ERROR))


def _meaning(kind: type[MienError]) -> str:
    return " ".join((getdoc(kind) or "").split("\n\n")[0].split())


if __name__ == "__main__":
    main()
