"""What covers a face: told by a network, kept on targets, left behind on sources."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.drawn import hand_on, mirrored
from mien.bootstrap.engine import build_engine, build_painter
from mien.engine.casting import Casting
from mien.engine.frames.cast import ClipCast
from mien.engine.frames.picture import ArrayPicture
from mien.engine.frames.render import Painter
from mien.engine.frames.steady import Steady
from mien.engine.geometry import moved_by
from mien.engine.mesh import masks
from mien.engine.mesh.layout import with_rings
from mien.engine.mesh.raster import Region
from mien.engine.mesh.regions import OVAL
from mien.engine.mesh.source import hidden_brows
from mien.engine.mesh.told import Told, believed
from mien.engine.options import SwapOptions
from mien.engine.parts import FACE, FINE_SIDE, HAIR, SIDE, THINGS, PartFinder, lies_well
from mien.engine.pipeline import Draft, run, swap_steps
from mien.engine.types import Face, Floats, Image, Parts
from mien.settings import Settings

#: Hands before the astronaut's cheeks: where the wrist is, how long the palm, turned how far. (One from below,
#: drawn over chin and throat in her own skin's colour, is none to the network; photographed ones are.)
HANDS = (((300, 250), 75, -0.6), ((140, 250), 75, 0.6))


def likeliest(face: Face, at: Floats) -> list[int]:
    """What the network sees at picture points ``(N, 2)``."""
    assert face.parts is not None
    x, y = np.rint(moved_by(face.parts.matrix, at)).astype(int).T
    return [int(part) for part in face.parts.likely[y, x].argmax(axis=-1)]


def unchanged(before: Image, after: Image, where: Floats) -> float:
    """The share of the pixels of ``where`` that differ by at most 8 levels."""
    chosen = where > 0.99
    return float((np.abs(before[chosen].astype(np.int16) - after[chosen]).max(axis=1) <= 8).mean())


@pytest.fixture(scope="module")
def large(astronaut):
    """The astronaut, three times as large: her face has 330 pixels."""
    return np.ascontiguousarray(
        cv2.resize(astronaut[:300, 80:380], None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    )


@pytest.fixture(scope="module")
def glasses(finder, large):
    """The same with mirrored glasses: picture, and where their lenses are."""
    return mirrored(large, finder.find(large)[0])


class TestFound:
    def test_a_close_look_finds_the_same_faces(self, finder, astronaut):
        """Landmarks are those of a plain look, which tells nothing of what covers a face."""
        (plain,), (close,) = finder.find(astronaut), finder.closely(astronaut)

        assert plain.landmarks.tobytes() == close.landmarks.tobytes()
        assert plain.parts is None
        assert close.parts is not None
        np.testing.assert_allclose(close.parts.likely.sum(axis=-1), 1, atol=1e-5)

    def test_parts_lie_where_the_picture_has_them(self, finder, astronaut):
        """Cheeks are the face's, hair beside them is hair, wherever the picture is cut."""
        (face,) = finder.closely(np.ascontiguousarray(astronaut[20:, 60:]))
        spots = np.array([[224, 130], [262, 62]], np.float32) - np.array([60, 20], np.float32)

        assert [FACE, HAIR] == likeliest(face, spots)

    def test_a_lying_picture_is_looked_at_upright(self, finder, astronaut):
        """The square of parts is laid around the mesh where the detector misjudged the head."""
        (face,) = finder.closely(np.ascontiguousarray(np.rot90(astronaut)))

        assert face.parts is not None
        assert lies_well(face, face.parts.matrix)

    def test_a_tiny_face_is_not_looked_at(self, finder, astronaut):
        """Below 48 pixels nothing is asked."""
        tiny = cv2.resize(astronaut, None, fx=0.35, fy=0.35, interpolation=cv2.INTER_AREA)

        assert [None] == [face.parts for face in finder.closely(tiny)]

    def test_parts_move_with_their_face(self, finder, astronaut):
        """A face of a part of a picture is one of the whole."""
        (face,) = finder.closely(astronaut)
        moved = face.moved(30, -12)

        assert moved.parts is not None
        expected = moved_by(face.parts.matrix, face.landmarks)
        np.testing.assert_allclose(
            expected, moved_by(moved.parts.matrix, moved.landmarks), atol=1e-3
        )

    def test_a_wrong_matrix_is_refused(self):
        """The matrix is one of the plane."""
        with pytest.raises(ValueError, match="matrix must have"):
            Parts(
                answer=lambda: np.zeros((1, 1, 6), np.float32), matrix=np.zeros((3, 3), np.float32)
            )


class Asked:
    """Looks closely, and counts how often."""

    def __init__(self, finder):
        self.finder = finder
        self.asked = 0

    def with_parts(self, image, face):
        self.asked += 1
        return self.finder.with_parts(image, face)


class TestSwapped:
    def test_mirrored_glasses_stay_before_a_target(self, finder, swapper, hopper, glasses):
        """No colour tells bright lenses from a face; without the network eyes are painted on them."""
        picture, lenses = glasses
        (face,) = finder.closely(picture)
        source = swapper.prepare(hopper, finder.closely(hopper)[0])

        kept = unchanged(picture, swapper.swap(picture, face, source, SwapOptions()), lenses)
        off = SwapOptions(occlusion=False)
        painted = unchanged(picture, swapper.swap(picture, face, source, off), lenses)

        assert kept > 0.95
        assert painted < 0.5

    @pytest.mark.parametrize(("occlusion", "looks"), [(True, 3), (False, 0)])
    def test_mirrored_glasses_stay_in_every_frame_of_a_film(
        self, finder, swapper, hopper, glasses, occlusion, looks
    ):
        """The network is asked as often as the face is studied, and tells of the frames between; or not at all."""
        picture, lenses = glasses
        (face,) = finder.find(picture)
        source = swapper.prepare(hopper, finder.closely(hopper)[0])
        closer = Asked(finder)
        painter = Painter(
            cast=ClipCast(casting=Casting(people=(source,)), row=(0,)),
            options=SwapOptions(occlusion=occlusion),
            swapper=swapper,
            closer=closer,
            rate=30,
        )
        steady = Steady(person=0, run=0, face=face, share=1.0)

        shots = [(ArrayPicture(picture.copy()), [steady]) for _ in range(8)]
        kept = [unchanged(picture, sheet.pixels, lenses) for sheet, _ in painter.paint(shots)]

        assert looks == closer.asked
        assert min(kept) > 0.95 if occlusion else max(kept) < 0.5

    def test_mirrored_glasses_of_a_source_do_not_come_along(self, finder, swapper, glasses):
        """The chart holds no lens for free."""
        picture, lenses = glasses
        (face,) = finder.closely(picture)
        where = swapper.chart.laid(lenses, whole(picture), with_rings(face.landmarks)) > 0.99

        assert swapper.prepare(picture, face).free[where].mean() < 0.05
        assert swapper.prepare(picture, replace(face, parts=None)).free[where].mean() > 0.3

    @pytest.mark.parametrize("place", HANDS)
    def test_a_hand_stays_before_a_target_and_with_a_source(
        self, finder, swapper, astronaut, hopper, place
    ):
        """Nine tenths of its pixels within the face are the target's, and none of a source's are free."""
        picture, _, hand = hand_on(astronaut, *place)
        (face,) = finder.closely(picture)
        oval = np.zeros(picture.shape[:2], np.uint8)
        cv2.fillPoly(oval, [np.rint(face.landmarks[OVAL, :2]).astype(np.int32)], 1)
        source = swapper.prepare(hopper, finder.closely(hopper)[0])

        result = swapper.swap(picture, face, source, SwapOptions())
        where = swapper.chart.laid(hand, whole(picture), with_rings(face.landmarks)) > 0.99
        where &= swapper.chart.core > 0.5

        assert unchanged(picture, result, hand * oval) > 0.9
        assert swapper.prepare(picture, face).free[where].mean() < 0.1


class TestBrows:
    def test_a_brow_that_a_frame_hides_is_left_to_the_target(self, swapper):
        """The other brow, and one that a frame only touches, are the source's."""
        chart = swapper.chart
        left, right = (brow > 0.9 for brow in chart.features[masks.BROWS])
        touched = np.zeros_like(chart.core)
        touched[np.flatnonzero(right.any(axis=1))[-1]] = 1

        hidden = hidden_brows(np.maximum(left.astype(np.float32), touched * right), chart)

        assert hidden[left].min() > 0.9
        assert hidden[right].max() < 0.1


class TestTold:
    def test_glasses_are_told_by_their_bridge(self, finder, swapper, astronaut, hopper):
        """She wears some, the astronaut does not."""
        worn = []
        for picture in (hopper, astronaut):
            (face,) = finder.closely(picture)
            told = Told.of(face.parts, with_rings(face.landmarks), swapper.chart)
            worn.append(told.glasses(swapper.seat))

        assert [True, False] == worn

    @pytest.mark.parametrize(("hidden", "expected"), [(0.0, False), (1.0, True)])
    def test_a_covered_face_is_believed_if_colours_agree(
        self, swapper, astronaut_face, hidden, expected
    ):
        """A network that sees no face at all, as in a drawing, is not heard where skin is all there is."""
        likely = np.zeros((SIDE, SIDE, 6), np.float32)
        likely[..., THINGS] = 1
        matrix = np.array([[1, 0, -160], [0, 1, -50]], np.float32)
        parts = Parts(answer=lambda: likely, matrix=matrix)
        free = np.full_like(swapper.chart.core, 1 - hidden)

        told = believed(parts, with_rings(astronaut_face.landmarks), swapper.chart, lambda: free)

        assert expected == (told is not None)


def whole(image: Image) -> Region:
    """All of ``image``, a cell a pixel."""
    return Region(x0=0, y0=0, step=1, columns=image.shape[1], rows=image.shape[0])


def test_an_eye_beside_hair_stays_the_sources(swapper):
    """What may be hair takes skin away, but no eye: with only one of both a face would have eyes of two colours."""
    chart = swapper.chart
    nothing = np.zeros_like(chart.lids)
    told = Told(grown=nothing + np.float32(0.25), things=nothing, before=nothing)

    before = told.before_source(chart, swapper.seat)

    assert before[chart.lids > 0.99].max() < 0.05
    assert before[chart.ridge > 0.5].min() > 0.5


@pytest.mark.parametrize(("hair", "thing", "seen"), [(2, 0, True), (2, 1, False), (12, 0, False)])
def test_a_brow_beside_hair_stays_the_sources(swapper, hair, thing, seen):
    """
    Hair up to a brow takes nothing of it, though it takes the skin above; over a third of it, or with a rim upon it,
    the brow is the target's: half of one would go on as another's.
    """
    chart = swapper.chart
    brow = chart.features[masks.BROWS][0] * chart.brows > 0.99
    first = int(np.flatnonzero(brow.any(axis=0))[0])
    grown, things = np.zeros((2, *brow.shape), np.float32)
    grown[:, : first + hair] = 1
    things[brow] = thing * 0.25

    before = Told(grown=grown, things=things, before=np.zeros_like(grown)).before_source(
        chart, swapper.seat
    )

    beside = brow.copy()
    beside[:, : first + hair + 1] = False
    assert seen == (before[beside].max() < 0.05)


@pytest.mark.parametrize("wanted", [True, False])
def test_an_operator_can_do_without(wanted, astronaut):
    """With the setting off no network is asked, and colours alone tell."""
    finder, _ = build_engine(Settings.load(data_dir=Path("/nonexistent"), look_closely=wanted))
    _, closer = build_painter(closely=wanted)
    (face,) = finder.closely(astronaut)
    found = replace(face, parts=None)

    for looked in (face, finder.with_parts(astronaut, found), closer.with_parts(astronaut, found)):
        assert wanted == (looked.parts is not None)


@pytest.mark.parametrize("occlusion", [True, False])
def test_nobody_asks_what_covers_a_face_where_it_is_of_no_interest(
    finder, swapper, astronaut, hopper, occlusion
):
    """With occlusion off the network is not run, on the target or on the source, whose glasses are looked at twice."""
    asked = []

    def network(tensor):
        asked.append(tensor.shape)
        return finder.parts.network(tensor)

    watched = replace(finder, parts=PartFinder(network=network))
    options = SwapOptions(occlusion=occlusion)
    draft = Draft(target_image=astronaut, source_image=hopper)

    run(swap_steps(watched, swapper, options, max_faces=1), draft)

    sides = [SIDE, SIDE, FINE_SIDE] if occlusion else []
    assert sides == sorted(side for _, side, _, _ in asked)
