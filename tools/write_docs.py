"""Write the parts of the documents that come from the code: ``make docs``.

``<!-- help: mien swap -->`` … ``<!-- end -->`` holds what ``mien swap --help`` prints, and
``<!-- errors -->`` … ``<!-- end -->`` the table of errors, ``<!-- commands -->`` … ``<!-- end -->`` the
commands of the contract, ``<!-- openapi -->`` all operations and their answers, ``<!-- client -->`` the
methods of the Python client, ``<!-- vocabulary -->`` the words that the studio knows. `tests/unit/test_documents.py` compares them with the code, so they cannot
drift apart.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from inspect import getdoc, signature
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import Any, get_type_hints

import click

from mien.api.app import create_app
from mien.api.describe import describe
from mien.api.errors import STATUS
from mien.api.operations import refusals
from mien.bootstrap.service import build_service
from mien.cli.failures import exit_code
from mien.cli.main import cli
from mien.client import Client, Common, received
from mien.commands.scenes import SCENES
from mien.commands.vocabulary import BLURS, FILMS, MOODS, MORE_COLOURS, TIMES
from mien.contract import OPERATIONS, Operation, Text
from mien.contract.operation import COMMON
from mien.contract.own import FACES, IDENTITY
from mien.errors import MienError
from mien.settings import Settings
from mien.worker.factory import WorkerFactory

#: A part of the description.
Json = dict[str, Any]

BAD = HTTPStatus.BAD_REQUEST
DOCS = Path(__file__).resolve().parent.parent / "docs"
#: The documents that have such parts.
WRITTEN = (
    "cli.md",
    "commands.md",
    "errors.md",
    "portraits.md",
    "reference-client.md",
    "reference-http.md",
)
#: Columns of a help text in the document; no terminal decides.
WIDTH = 100
BLOCK = re.compile(
    r"(<!-- (?P<kind>help|errors|commands|openapi|client|vocabulary)(?:: (?P<name>[^>]+))? -->\n)"
    r".*?(<!-- end -->)",
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


def described() -> Json:
    """What ``/openapi.json`` of a service with the default settings says."""
    with TemporaryDirectory() as folder:
        settings = Settings.load(data_dir=Path(folder), workers=1)
        factory = WorkerFactory(settings=settings)
        service = build_service(settings, factory, url="http://127.0.0.1:8000")
        document: Json = describe(create_app(service))
    return document


def operations() -> str:
    """A section for each operation of the service, and for each kind of answer."""
    document = described()
    parts = [
        _operation(f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    answers = document["components"]["schemas"]
    named = [_schema(name, schema) for name, schema in answers.items() if "properties" in schema]
    return "\n".join(["## Operations\n", *parts, "## Answers\n", *named])


def _operation(title: str, operation: Json) -> str:
    rows = [
        f"| `{one['name']}` | {one['in']} | {_cell(one.get('description', ''))} |"
        for one in operation.get("parameters", ())
    ]
    for kind, media in operation.get("requestBody", {}).get("content", {}).items():
        fields = media["schema"].get("properties", {})
        rows += [
            f"| `{name}` | `{kind}` | {_cell(field.get('description', ''))} |"
            for name, field in fields.items()
        ]
    given = ["| takes | in | |", "|---|---|---|", *rows, ""] if rows else []
    told = [
        f"| {status} | {_cell(answer['description'])} | {_answer(answer)} |"
        for status, answer in operation["responses"].items()
    ]
    return "\n".join(
        [
            f"### `{title}`\n",
            f"{_cell(operation.get('summary', ''))}. {_first(operation.get('description', ''))}\n",
            *given,
            "| status | when | answer |",
            "|---|---|---|",
            *told,
            "",
        ]
    )


def _answer(answer: Json) -> str:
    """What an answer holds: a link to its section, or its media type."""
    kinds = answer.get("content", {})
    for kind, media in kinds.items():
        name = media.get("schema", {}).get("$ref", "").rpartition("/")[2]
        return f"[{name}](#{name.lower()})" if name else f"`{kind}`"
    return ""


def _schema(name: str, schema: Json) -> str:
    wanted = schema.get("required", ())
    rows = [
        f"| `{field}` | {_type(kind)} | {'always' if field in wanted else ''} |"
        for field, kind in schema["properties"].items()
    ]
    about = _first(schema.get("description", ""))
    return "\n".join([f"### {name}\n", f"{about}\n", "| field | | |", "|---|---|---|", *rows, ""])


def _type(kind: Json) -> str:
    """A type in a word or two."""
    if "$ref" in kind:
        name = kind["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if kind.get("type") == "array":
        return f"array of {_type(kind.get('items', {}))}"
    return str(kind.get("type", "any"))


def client_methods() -> str:
    """A section for each method of the client."""
    public = [
        (name, method)
        for name, method in vars(Client).items()
        if callable(method) and not name.startswith("_")
    ]
    sections = [_method(name, method) for name, method in public]
    made = _method("Client", Client.__init__)
    common = [f"- `{name}`: `{kind}`" for name, kind in get_type_hints(Common).items()]
    taken = ["## What every command takes\n", "As keywords (`**common`):\n", *common, ""]
    heard = ["## In a receiver of callbacks\n", _method("received", received)]
    return "\n".join(["## Methods\n", made, *sections, *taken, *heard])


def _method(name: str, method: Callable[..., object]) -> str:
    parameters = [
        str(one).split(":")[0].split("=")[0].strip() + ("=" if one.kind is one.KEYWORD_ONLY else "")
        for one in signature(method).parameters.values()
        if one.name != "self"
    ]
    said = dedent(getdoc(method) or "").replace("``", "`")
    # "Args:" and its kind head a list, one to a line that is indented by four.
    said = re.sub(r"^Returns:\n((?: {4}.*\n?)+)", _returns, said, flags=re.MULTILINE)
    said = re.sub(r"^(Args|Raises):\n", r"*\1:*\n\n", said, flags=re.MULTILINE)
    said = re.sub(r"^ {4}(\S)", r"- \1", said, flags=re.MULTILINE)
    return f"### `{name}({', '.join(parameters)})`\n\n{said}\n"


def _returns(found: re.Match[str]) -> str:
    return f"*Returns:* {' '.join(found[1].split())}\n"


def _cell(text: str) -> str:
    """``text`` in a cell of a table, without a full stop at its end."""
    return " ".join(text.split()).replace("|", "\\|").removesuffix(".")


def _first(text: str) -> str:
    """The first paragraph of ``text``."""
    return " ".join(text.split("\n\n", maxsplit=1)[0].split()).replace("``", "`")


def rendered(text: str) -> str:
    """``text`` with every block as the code has it today."""
    known = helps()

    def block(match: re.Match[str]) -> str:
        bodies = {
            "errors": errors_table,
            "commands": commands,
            "openapi": operations,
            "client": client_methods,
            "vocabulary": vocabulary,
        }
        make = bodies.get(match["kind"], lambda: f"```text\n{known[match['name']]}\n```")
        body = make()
        return f"{match[1]}{body}\n{match[4]}"

    return BLOCK.sub(block, text)


def main() -> None:
    """Rewrite the documents in place."""
    for name in WRITTEN:
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
