"""Pictures from a diffusion model on this machine, through ``diffusers``: the extra ``mien[diffusion]``.

Whatever its configuration names is loaded: Stable Diffusion 1.5, XL, 3, FLUX and their kin, with
the safety checker where a pipeline has one.
"""

import io
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Final

from mien.commands.generated import Brief
from mien.errors import RemoteError, SetupError

MISSING: Final = "The generator 'diffusers' needs an extra: pip install 'mien[diffusion]'."
REFUSED: Final = "The safety checker of the diffusion model refused the picture."
#: Sides are multiples of this, pixels.
MULTIPLE: Final = 8
#: Side of the pictures that a model was trained on, where it does not say.
USUAL_SIDE: Final = 1024


@dataclass(kw_only=True)
class DiffusionPictures:
    """A `mien.commands.generated.Painter`; the model is loaded when the first picture is wanted."""

    #: A folder, or an id on the Hugging Face hub, which is then downloaded.
    model: str
    #: Steps; None leaves it to the pipeline.
    steps: int | None = None
    _pipeline: Any = field(default=None, init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def __call__(self, brief: Brief, *, check: Callable[[], None]) -> bytes:
        """A PNG.

        Raises:
            SetupError: the extra or the model is missing.
            RemoteError: the model refused.
        """
        # One picture at a time: a pipeline keeps its state in itself.
        with self._lock:
            pipeline = self._loaded()
            check()
            made = self._made(pipeline, brief, check)
        if any(getattr(made, "nsfw_content_detected", None) or ()):
            raise RemoteError(REFUSED, status=200)
        buffer = io.BytesIO()
        made.images[0].convert("RGB").save(buffer, "PNG")
        return buffer.getvalue()

    def _made(self, pipeline: Any, brief: Brief, check: Callable[[], None]) -> Any:
        import inspect  # noqa: PLC0415 - what a pipeline takes differs

        import torch  # noqa: PLC0415

        def stop(pipe: Any, step: int, when: Any, values: Any) -> Any:
            del pipe, step, when
            check()
            return values

        width, height = sized(brief, side_of(pipeline))
        wanted: dict[str, Any] = {
            "prompt": brief.text,
            "negative_prompt": brief.negative or None,
            "width": width,
            "height": height,
            "num_inference_steps": self.steps,
            "generator": torch.Generator("cpu").manual_seed(brief.seed),
            "callback_on_step_end": stop,
        }
        takes = inspect.signature(pipeline.__call__).parameters
        given = {
            name: value for name, value in wanted.items() if name in takes and value is not None
        }
        return pipeline(**given)

    def _loaded(self) -> Any:
        if self._pipeline is None:
            self._pipeline = load(self.model)
        return self._pipeline


def load(model: str) -> Any:
    """The pipeline of ``model`` on the best device that there is.

    Raises:
        SetupError: the extra is not installed, or the model cannot be loaded.
    """
    try:
        import torch  # noqa: PLC0415 - optional, and it loads for seconds
        from diffusers import DiffusionPipeline  # noqa: PLC0415
    except ImportError as error:
        raise SetupError(MISSING) from error
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu" and torch.backends.mps.is_available():
        device = "mps"
    local = Path(model).is_dir()
    try:
        parts = DiffusionPipeline.load_config(model, local_files_only=local)
        precision = getattr(torch, precision_of(parts, device))
        pipeline = DiffusionPipeline.from_pretrained(
            model, torch_dtype=precision, local_files_only=local
        )
        pipeline.to(device)
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        first = str(error).strip().splitlines()[:1]
        raise SetupError(
            f"The diffusion model {model} cannot be loaded: {''.join(first)}"
        ) from error
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def precision_of(parts: Collection[str], device: str) -> str:
    """The name of torch's number type for a pipeline of ``parts``.

    Transformers (FLUX, Stable Diffusion 3) and their text encoder T5 are trained in bfloat16 and leave the
    range of float16; the older networks are at home in float16. Processors are fastest in float32.
    """
    if device == "cpu":
        return "float32"
    return "bfloat16" if "transformer" in parts else "float16"


def side_of(pipeline: Any) -> int:
    """Side of the square pictures that the model was trained on, pixels."""
    network = getattr(pipeline, "unet", None) or getattr(pipeline, "transformer", None)
    cells = getattr(getattr(network, "config", None), "sample_size", None)
    cells = cells or getattr(pipeline, "default_sample_size", None)
    scale = getattr(pipeline, "vae_scale_factor", MULTIPLE)
    return int(cells * scale) if isinstance(cells, int) else USUAL_SIDE


def sized(brief: Brief, side: int) -> tuple[int, int]:
    """Width and height in the ratio of ``brief`` with about as many pixels as a square of ``side``."""
    width = (side * side * brief.width / brief.height) ** 0.5
    rounded = (
        max(MULTIPLE, round(length / MULTIPLE) * MULTIPLE)
        for length in (width, side * side / width)
    )
    across, down = rounded
    return across, down
