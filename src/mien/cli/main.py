"""``mien``: finds the command, runs it, and turns every failure into a sentence and an exit code."""

import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

import click

from mien import __version__
from mien.cli import failures

#: Where each command lives, in the order of the help.
COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "swap": "mien.cli.swap:swap",
        "batch": "mien.cli.batch:batch",
        "headshot": "mien.cli.headshot:headshot",
        "changebg": "mien.cli.changebg:changebg",
        "templates": "mien.cli.templates:templates",
        "check": "mien.cli.check:check",
        "compare": "mien.cli.compare:compare",
        "gallery": "mien.cli.gallery:gallery",
        "serve": "mien.cli.serve:serve",
        "tokens": "mien.cli.tokens:tokens",
        "users": "mien.cli.users:users",
        "channels": "mien.cli.channels:channels",
        "deliveries": "mien.cli.deliveries:deliveries",
        "doctor": "mien.cli.doctor:doctor",
        "completion": "mien.cli.completion:completion",
    }
)


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        # click looks for near names among the commands that are loaded, and none is.
        name = args[0]
        if not (name in COMMANDS or name.startswith("-") or ctx.resilient_parsing):
            raise click.exceptions.NoSuchCommand(name, possibilities=COMMANDS, ctx=ctx)
        return super().resolve_command(ctx, args)


class Presence(click.Option):
    """A flag whose variable counts when it holds anything at all, as no-color.org asks."""

    def value_from_envvar(self, ctx: click.Context) -> str | None:
        """Yes, or nothing."""
        return "yes" if self.resolve_envvar_value(ctx) else None


def _colourless(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001, FBT001 - click's signature
    # None leaves it to whether the output is a terminal.
    ctx.color = False if value else None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.option(
    "--no-color",
    cls=Presence,
    is_flag=True,
    envvar="NO_COLOR",
    expose_value=False,
    is_eager=True,
    callback=_colourless,
    help="No colours on a terminal either; a NO_COLOR in the environment says the same.",
)
def cli() -> None:
    """Swap faces in pictures, on your own machine.

    \b
    Examples:
      mien swap me.jpg portrait.jpg -o result.jpg
      mien batch pairs.csv -o results --jobs 2
      mien headshot "in a library" --identity me.jpg -o portraits
      mien check me.jpg
      mien compare portrait.jpg result.jpg -o both.png
      mien gallery results
      mien serve --port 8000

    \b
    Exit codes:
      0  done
      1  something else went wrong (a disk, a port, the installation)
      2  wrong usage
      3  no face found
      4  a file that cannot be read, or is refused
    """


def main() -> None:
    """The console script."""
    failures.prepare()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code; sentences go to stderr."""
    return failures.guarded(lambda: cli.main(arguments, prog_name="mien", standalone_mode=False))
