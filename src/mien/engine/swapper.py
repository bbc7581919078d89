"""What puts a face in the place of another, as those see it who ask for it."""

from typing import Protocol

from mien.engine.mesh.source import Source
from mien.engine.options import SwapOptions
from mien.engine.sketch import NOTHING_AHEAD, Ahead, Sketch
from mien.engine.study import Laid, Sight, Study, Trace
from mien.engine.types import Face, Image


class Swapper(Protocol):
    """Puts one face in the place of another."""

    def prepare(self, image: Image, face: Face, *, occlusion: bool = True) -> Source:
        """``face`` of ``image`` made ready to be put on any number of targets."""
        ...

    def study(
        self, picture: Image, face: Face, source: Source, options: SwapOptions
    ) -> Study | None:
        """What ``face`` of ``picture`` is like for ``source``; None when it lies outside."""
        ...

    def paint(
        self,
        picture: Image,
        face: Face,
        source: Source,
        options: SwapOptions,
        study: Study | None = None,
    ) -> Trace | None:
        """Put ``source`` in the place of ``face``, into ``picture`` itself.

        Args:
            study: what is known of the face already.

        Returns:
            What there is to know of the face beyond that, once it is painted.
        """
        ...


class StillSwapper(Swapper, Protocol):
    """The same for stills: what need not wait for the rest of a swap can be made ready ahead of it."""

    def laid(self, picture: Image, face: Face) -> Laid | None:
        """``face`` of ``picture`` as it can be seen before anything tells what covers it; None when it lies outside."""
        ...

    def sight(self, laid: Laid, face: Face, options: SwapOptions) -> Sight:
        """What the ``face`` is like that was ``laid``, whoever takes its place."""
        ...

    def sketch(
        self, picture: Image, face: Face, source: Source, options: SwapOptions
    ) -> Sketch | None:
        """``source`` drawn where it goes in a picture of that size; None when ``face`` lies outside."""
        ...

    def paint(
        self,
        picture: Image,
        face: Face,
        source: Source,
        options: SwapOptions,
        study: Study | None = None,
        *,
        ahead: Ahead = NOTHING_AHEAD,
    ) -> Trace | None:
        """As `Swapper.paint`.

        Args:
            ahead: what has been made ready of this swap; it is used up.
        """
        ...
