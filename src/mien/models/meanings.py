"""How alike texts are in meaning: WordLlama (MIT), whose package carries its model. Optional."""

from collections.abc import Sequence
from pathlib import Path

from mien.commands.templates import Meanings


def meanings() -> Meanings | None:
    """What compares meanings; None where the extra ``mien[meanings]`` is not installed."""
    try:
        import wordllama  # noqa: PLC0415 - optional, and it loads 16 MB
    except ImportError:
        return None
    # Its own search does not look into its own package; nothing is ever downloaded.
    home = Path(wordllama.__file__).parent
    llama = wordllama.WordLlama.load(cache_dir=home, disable_download=True)

    def alike(text: str, others: Sequence[str]) -> Sequence[float]:
        vectors = llama.embed([text, *others], norm=True)
        return [float(value) for value in vectors[1:] @ vectors[0]]

    return alike
