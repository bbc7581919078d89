"""``swapid``: people that were saved on the faces of a target."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from mien.commands.givers import People
from mien.commands.options import ParsedOptions
from mien.commands.picsi import Picsi, PicsiRequest, PicsiResult
from mien.commands.stopwatch import unheard
from mien.commands.wanted import Mix
from mien.engine.mesh.source import Source
from mien.engine.pipeline import go_on


class Mixer(Protocol):
    """Makes one person of several."""

    def mix(self, people: Sequence[Source]) -> Source:
        """Who ``people`` (one to three, repeats weigh more) are together; the first gives the frame."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SwapidRequest:
    """Whom to put where."""

    #: For each face of the target, from left to right, who is mixed for it; an empty mix leaves it
    #: alone, and a single entry is for every face.
    people: tuple[Mix, ...]
    #: Everybody who is named, by name.
    known: Mapping[str, Source]
    #: The file that gets them.
    target: bytes
    options: ParsedOptions = field(default_factory=ParsedOptions)


@dataclass(frozen=True, kw_only=True)
class Swapid:
    """Put saved people on the faces of a target. Keeps nothing between calls."""

    picsi: Picsi
    mixer: Mixer

    def __call__(
        self,
        request: SwapidRequest,
        *,
        check: Callable[[], None] = go_on,
        tell: Callable[[str, float], None] = unheard,
    ) -> PicsiResult:
        """Carry ``request`` out; ``check`` and ``tell`` are those of `Picsi`.

        Raises:
            Unreadable, Unsupported, TooLarge, Damaged, NoFaceFound: as `Picsi` does.
        """
        mixes = {mix: self._mixed(mix, request.known) for mix in dict.fromkeys(request.people)}
        people = People(people=tuple(mixes[mix] for mix in request.people))
        swap = PicsiRequest(source=people, target=request.target, options=request.options)
        return self.picsi(swap, check=check, tell=tell)

    def _mixed(self, mix: Mix, known: Mapping[str, Source]) -> Source | None:
        people = [known[name] for name in mix]
        return self.mixer.mix(people) if len(people) > 1 else next(iter(people), None)
