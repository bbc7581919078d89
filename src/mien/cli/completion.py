"""``mien completion``: the script that lets a shell complete the command line."""

import json

import click

from mien.cli.common import json_option

#: What click writes scripts for.
SHELLS = ("bash", "zsh", "fish")
#: The variable by which the script asks ``mien`` what can stand next.
VARIABLE = "_MIEN_COMPLETE"


@click.command(short_help="Print the script that completes commands in a shell.")
@click.argument("shell", type=click.Choice(SHELLS))
@json_option
def completion(*, shell: str, as_json: bool) -> None:
    """Print the script that lets SHELL complete commands, options and files.

    bash 4.4 or newer, zsh and fish are served. Let the shell read it when it starts:

    \b
      bash, in ~/.bashrc                    eval "$(mien completion bash)"
      zsh, in ~/.zshrc, after compinit      eval "$(mien completion zsh)"
      fish                                  mien completion fish > ~/.config/fish/completions/mien.fish

    \b
    Examples:
      eval "$(mien completion bash)"
      mien completion zsh
    """
    from click.shell_completion import get_completion_class

    from mien.cli.main import cli

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"There is no script for {shell}")
    # Not `source`, which asks for a shell of the right version here: it is read elsewhere, perhaps.
    writer = kind(cli, {}, "mien", VARIABLE)
    script = writer.source_template % writer.source_vars()
    click.echo(json.dumps({"shell": shell, "script": script}, indent=2) if as_json else script)
