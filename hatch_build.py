"""Compiles the engine's inner loops when mien is installed, or its wheel is built.

Where there is no C compiler, or Python's headers are missing, mien does without: the same loops are there in
NumPy, and `mien doctor` says so.
"""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from Cython.Build import cythonize
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from setuptools import Distribution, Extension
from setuptools.errors import BaseError, CCompilerError

MODULE = "mien.engine.mesh.compiled"
SOURCE = Path("src", *MODULE.split(".")).with_suffix(".pyx")
#: Floats are rounded after each step, as NumPy rounds them: both make the same picture.
FLAGS = ["-O3", "-g0", "-ffp-contract=off"]


class CompiledLoops(BuildHookInterface[Any]):
    """Puts the compiled module beside its source, from where wheels and editable installs take it."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """See "Build hook plugins" in hatchling's documentation."""
        if self.target_name != "wheel":
            return
        try:
            compile_beside(Path(self.root, SOURCE))
        except (BaseError, CCompilerError, OSError) as error:
            # What an earlier install left may be of an earlier source.
            for old in Path(self.root, SOURCE).parent.glob(f"{SOURCE.stem}.*.so"):
                old.unlink()
            self.app.display_warning(f"mien will draw without its compiled loops: {error}")
            return
        build_data["artifacts"].append("*.so")
        build_data["pure_python"] = False
        build_data["infer_tag"] = True


def compile_beside(source: Path) -> None:
    """Make the module of ``source``; whole or not at all, for others may load it meanwhile."""
    with TemporaryDirectory() as folder:
        extension = Extension(MODULE, [os.fspath(source)], extra_compile_args=FLAGS)
        modules = cythonize([extension], build_dir=folder, quiet=True)
        command = Distribution({"name": "mien", "ext_modules": modules}).get_command_obj(
            "build_ext"
        )
        command.build_lib, command.build_temp = folder, folder
        command.ensure_finalized()
        command.run()
        (made,) = map(Path, command.get_outputs())
        beside = source.with_name(made.name)
        shutil.copy(made, beside.with_suffix(".new"))
        beside.with_suffix(".new").replace(beside)
