"""Where people and their hair are in a picture: MediaPipe's selfie multiclass segmentation (Apache-2.0).

The network tells hair, skin, clothes and things worn apart; all of them are person. It looks at the whole
picture and closer at each head; where a head fills the picture, it steps back and looks twice more, at a picture
that hangs on a grey wall. Where it sees something else each time it is in doubt, and colours decide.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from mien.engine.beside import ALONE, Beside
from mien.engine.portrait.verdict import likely_of, log_odds
from mien.engine.protocols import Network
from mien.engine.sampling import averaged, each_interpolated, interpolated
from mien.engine.types import Face, Floats, Image, Mask

#: Sides of the network's input, pixels: for a good look, and for one that takes little time.
SIDE, SMALL = 256, 128
#: Side of a picture that is looked at from farther away, with nothing on three sides: the network has learnt people who
#: stand free, and takes lamps and walls beside a head that fills its input for hair. Nothing is grey, 0 to the network;
#: before black, white, blue or the picture's own rim it is not told from the picture.
FRAMED, GREY = 184, 0.5
#: The head is looked at once more in a square of so many faces, if that is a smaller part of the
#: picture than this share.
AROUND_HEAD, CLOSER = 2.4, 0.6
#: The square's middle lies above the face's by this share of it: hair is part of a head.
UPWARDS = 0.1
#: A small person is looked at in a square of so many faces with its middle so many faces below that of the face; so
#: many people at most.
AROUND_BODY, BELOW, MOST = 7.0, 2.24, 4
#: A closer look counts half at most where its square is this share of the picture or more; a smaller one counts more.
HALF = 0.3
#: The network's parts, and two of them.
PARTS, BACKGROUND, HAIR = 6, 0, 1
#: So much of every label was shared out among all parts when the network was taught.
SMOOTHED = 0.1
#: Squares narrower than this (pixels) show nothing more.
LEAST = 32
#: So far (faces) a face surely reaches from its middle. A look that sees nobody in it counts this much.
MIDDLE, FAINT = 0.25, 0.01
#: Share of the square over which its mask runs into the picture's.
SEAM = 0.15


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """Where people are in a picture, as a network sees it: coarse at edges."""

    #: ``(H, W)`` how likely each pixel shows a person, and a person's hair.
    likely: Mask
    hair: Mask


@dataclass(frozen=True, kw_only=True)
class Segmenter:
    """Tells people from what is behind them. Threads may share it if they may share the network."""

    network: Network
    #: How several looks are done.
    side: Beside = ALONE

    def people(self, image: Image, faces: list[Face]) -> People:
        """Who is in ``image`` ``(H, W, 3)``.

        Args:
            faces: whose heads are looked at closely.
        """
        height, width = image.shape[:2]
        squares = [seen for face in faces if (seen := around_head(face, width, height))]
        squares += [seen for face in faces[:MOST] if (seen := around_body(face, width, height))]
        closer = [partial(self._seen_closer, image, square) for square in squares]
        told, *more = self.side.each(
            call, [partial(looked_at, image, self.network, SIDE), *(closer or self._farther(image))]
        )
        if not squares:
            told = agreed([told, *more], [middle_of(face, width, height) for face in faces])
        person, hair = each_interpolated(told, (width, height))
        for square, look in zip(squares, more, strict=False):
            put_closer(look, square, (person, hair))
        return People(likely=likely_of(person), hair=likely_of(hair))

    def _farther(self, image: Image) -> list[Callable[[], Floats]]:
        """Two more looks at a head that fills the picture, from farther away."""
        # Each takes a strip along the frame for person now and then: above a hat where the picture stands, below
        # a sleeve where it hangs, so the other one does not.
        return [
            partial(looked_at_framed, image, self.network, hangs=hangs) for hangs in (False, True)
        ]

    def _seen_closer(self, image: Image, square: tuple[slice, slice]) -> Floats:
        part = image[square]
        large = max(part.shape[:2]) > (SMALL + SIDE) / 2
        return looked_at(part, self.network, SIDE if large else SMALL)


def call(look: Callable[[], Floats]) -> Floats:
    """What ``look`` sees."""
    return look()


def agreed(looks: list[Floats], faces: list[tuple[slice, slice]]) -> Floats:
    """``(SIDE, SIDE, 2)`` what several looks at the whole picture tell, taken together.

    Args:
        faces: rows and columns of such a look that a person's face fills: one that sees none there, as in a picture
            out of focus, counts the less.
    """
    told = [interpolated(each, (SIDE, SIDE)) for each in looks]
    seen = [[likely_of(each[face][..., 0]).mean() for face in faces] or [1.0] for each in told]
    trust = np.mean(seen, axis=1) + FAINT
    return np.asarray(np.average(told, axis=0, weights=trust), np.float32)


def middle_of(face: Face, width: int, height: int) -> tuple[slice, slice]:
    """Rows and columns, of ``SIDE``, of the middle of ``face`` in a picture of ``width`` x ``height``."""
    x0, y0, x1, y1 = face.box
    down, across = (
        min(SIDE - 1, max(0, round((first + last) / 2 * SIDE / length)))
        for first, last, length in ((y0, y1, height), (x0, x1, width))
    )
    reach = max(1, round(face.size * MIDDLE * SIDE / max(width, height)))
    rows, columns = (slice(max(0, each - reach), each + reach) for each in (down, across))
    return rows, columns


def put_closer(seen: Floats, square: tuple[slice, slice], under: tuple[Mask, Mask]) -> None:
    """Mix what was ``seen`` in a ``square`` into what is known of the whole picture, ``under`` it."""
    shape = under[0].shape
    rows, columns = square
    height, width = rows.stop - rows.start, columns.stop - columns.start
    share = min(1.0, height * width / (HALF * shape[0] * shape[1]))
    weight = seam_of(square, shape) * np.float32(1 - share / 2)
    for whole, own in zip(under, each_interpolated(seen, (width, height)), strict=True):
        whole[square] += (own - whole[square]) * weight


def around_head(face: Face, width: int, height: int) -> tuple[slice, slice] | None:
    """Rows and columns of a square around a head; None where it is too small, or nearly the whole picture."""
    return square(face, AROUND_HEAD, -UPWARDS, (width, height))


def around_body(face: Face, width: int, height: int) -> tuple[slice, slice] | None:
    """As `around_head`, of a square that would hold the whole person; None but for small people."""
    if AROUND_BODY * face.size > min(width, height):
        return None
    return square(face, AROUND_BODY, BELOW, (width, height))


def square(
    face: Face, side: float, below: float, size: tuple[int, int]
) -> tuple[slice, slice] | None:
    """Rows and columns of a square of ``side`` faces, its middle so many faces ``below`` that of ``face``.

    Args:
        size: of the picture, (width, height).
    """
    (width, height), (x0, y0, x1, y1) = size, face.box
    half = face.size * side / 2
    across, down = (x0 + x1) / 2, (y0 + y1) / 2 + below * face.size
    left, right = max(0, int(across - half)), min(width, int(across + half))
    top, bottom = max(0, int(down - half)), min(height, int(down + half))
    if min(right - left, bottom - top) < LEAST:
        return None
    if (right - left) * (bottom - top) > CLOSER * width * height:
        return None
    return slice(top, bottom), slice(left, right)


def looked_at(image: Image, network: Network, side: int) -> Floats:
    """``(side, side, 2)`` logarithms of odds that each part of ``image`` is person, and hair."""
    return answered(unit(averaged(image, (side, side))), network)


def looked_at_framed(image: Image, network: Network, *, hangs: bool) -> Floats:
    """``(FRAMED, FRAMED, 2)`` the same of ``image`` on a grey wall.

    Args:
        hangs: from the top of the wall, seen in a mirror; or else stands on the ground.
    """
    across = slice((SIDE - FRAMED) // 2, (SIDE + FRAMED) // 2)
    there = slice(0, FRAMED) if hangs else slice(SIDE - FRAMED, SIDE), across
    turn = -1 if hangs else 1
    wall = np.full((SIDE, SIDE, 3), GREY, np.float32)
    wall[there] = unit(averaged(image, (FRAMED, FRAMED)))[:, ::turn]
    return np.ascontiguousarray(answered(wall, network)[there][:, ::turn])


def unit(image: Image) -> Floats:
    """``image`` with values of 0..1."""
    return np.asarray(image, np.float32) / np.float32(255)


def answered(tensor: Floats, network: Network) -> Floats:
    """``(h, w, 2)`` logarithms of odds that each cell of ``tensor`` ``(h, w, 3)``, 0..1, is person, and hair."""
    (logits,) = network(tensor[None] * 2 - 1).values()
    # Part by part: sums over six neighbours take NumPy several times as long.
    odds = np.exp(np.ascontiguousarray(np.moveaxis(logits[0], -1, 0)))
    said = odds[[BACKGROUND, HAIR]] / odds.sum(axis=0)
    likely = np.clip((said - SMOOTHED / PARTS) / (1 - SMOOTHED), 0, 1)
    likely[0] = 1 - likely[0]
    return np.ascontiguousarray(np.moveaxis(log_odds(likely), 0, -1))


def seam_of(square: tuple[slice, slice], shape: tuple[int, ...]) -> Mask:
    """``(h, w)`` 1 in ``square``, rising from 0 at its edges inside a picture of ``shape``."""
    down, across = (
        ramp(each.stop - each.start, begins=each.start > 0, ends=each.stop < length)
        for each, length in zip(square, shape[:2], strict=True)
    )
    return np.minimum(down[:, None], across)


def ramp(length: int, *, begins: bool, ends: bool) -> Floats:
    """``(length,)`` 1, rising from 0 at edges inside the picture."""
    weights = np.ones(length, np.float32)
    rise = np.linspace(0, 1, max(1, int(length * SEAM)), dtype=np.float32)
    if begins:
        weights[: len(rise)] *= rise
    if ends:
        weights[-len(rise) :] *= rise[::-1]
    return weights
