"""Hands before a face: found, told from none, and left where they are."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from engine.drawn import hand_on
from mien.engine.faces import FaceFinder
from mien.engine.hands import HandFinder, anchors, distinct, palm_length
from mien.engine.mesh.fingers import hands_before
from mien.engine.mesh.raster import Region, cut, region_of
from mien.engine.mesh.regions import OVAL
from mien.engine.options import SwapOptions
from mien.engine.protocols import Network
from mien.engine.sampling import averaged
from mien.engine.types import Face, Floats, Hand, Image

#: Hands before the astronaut: where the wrist is, how long the palm, turned how far.
FROM_THE_RIGHT = ((300, 250), 75, -0.6)
FROM_THE_LEFT = ((140, 250), 75, 0.6)
FROM_BELOW = ((235, 235), 70, 0.05)
PLACES = (FROM_THE_RIGHT, FROM_THE_LEFT, FROM_BELOW)

Place = tuple[tuple[float, float], float, float]


def counted(network: Network) -> tuple[Network, list[int]]:
    """``network``, and the sides of the pictures that it was given."""
    sides: list[int] = []

    def call(tensor: Floats) -> dict[str, Floats]:
        sides.append(tensor.shape[1])
        return network(tensor)

    return call, sides


def whole(image: Image) -> Region:
    """All of ``image``, a cell a pixel."""
    return Region(x0=0, y0=0, step=1, columns=image.shape[1], rows=image.shape[0])


def gridded(values: Floats, region: Region) -> Floats:
    """``(rows, columns)`` of ``(H, W)`` values in 0..1, averaged over the cells of ``region``."""
    levels = np.dstack([values * 255] * 3).astype(np.uint8)
    return np.asarray(averaged(cut(levels, region), region.grid)[..., 0] / 255, np.float32)


def inside(face: Face, image: Image) -> Floats:
    """``(H, W)`` 1 within the face's outline."""
    mask = np.zeros(image.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.rint(face.landmarks[OVAL, :2]).astype(np.int32)], 1)
    return mask.astype(np.float32)


def unchanged(before: Image, after: Image, where: Floats) -> float:
    """The share of the pixels of ``where`` that differ by at most 8 levels."""
    chosen = where > 0.99
    levels = np.abs(before[chosen].astype(np.int16) - after[chosen]).max(axis=1)
    return float((levels <= 8).mean())


@pytest.fixture
def drawn(
    finder: FaceFinder, astronaut: Image
) -> Callable[[Place], tuple[Image, Face, Floats, Floats]]:
    """The astronaut with a hand: picture, face with hands, landmarks and where the hand is."""

    def draw(place: Place) -> tuple[Image, Face, Floats, Floats]:
        image, points, covered = hand_on(astronaut, *place)
        return image, finder.with_hands(image, finder.find(image)[0]), points, covered

    return draw


class TestFound:
    @pytest.mark.parametrize("place", PLACES)
    def test_landmarks_lie_where_the_hand_was_drawn(self, drawn, place):
        """Knuckles and wrist to a fifth of a palm, whatever the turn."""
        _, face, points, _ = drawn(place)
        (hand,) = face.hands
        apart = np.linalg.norm(
            hand.landmarks[[0, 5, 9, 13, 17], :2] - points[[0, 5, 9, 13, 17]], axis=1
        )

        assert apart.mean() < 0.2 * place[1]
        assert palm_length(hand.landmarks) == pytest.approx(place[1], rel=0.3)

    def test_a_picture_on_its_side_shows_the_same_hand(self, finder, drawn):
        """The view around a face is upright, and so the hand is found in a turned picture, too."""
        image, face, points, _ = drawn(FROM_BELOW)
        turned = np.ascontiguousarray(np.rot90(image))
        x, y = face.landmarks[:, 0], face.landmarks[:, 1]
        lying = np.stack([y, image.shape[1] - 1 - x, face.landmarks[:, 2]], axis=1)

        (hand,) = finder.with_hands(turned, Face(landmarks=lying, score=1.0)).hands

        middle = hand.landmarks[9, :2]
        assert np.linalg.norm(middle - (points[9, 1], 511 - points[9, 0])) < 20

    @pytest.mark.parametrize("name", ["astronaut", "hopper"])
    def test_no_hand_is_seen_before_a_bare_face(self, finder, request, name):
        """Chin, ears and collar are no hands."""
        image = request.getfixturevalue(name)

        assert () == finder.with_hands(image, finder.find(image)[0]).hands

    def test_most_faces_cost_one_glance(self, models, astronaut, astronaut_face):
        """Where nothing looks like a palm, the detector ran once on few pixels and nothing else did."""
        palm, glances = counted(models.network("palm"))
        hand, looks = counted(models.network("hand"))

        HandFinder(palm=palm, hand=hand).before(astronaut, astronaut_face)

        assert [96] == glances
        assert [] == looks

    def test_a_tiny_face_costs_nothing(self, models, astronaut, astronaut_face):
        """Below 32 pixels a finger is two pixels wide."""
        palm, glances = counted(models.network("palm"))
        tiny = replace(astronaut_face, landmarks=astronaut_face.landmarks * np.float32(0.2))

        HandFinder(palm=palm, hand=palm).before(astronaut, tiny)

        assert [] == glances

    def test_black_and_noise_hold_no_hands(self, finder, astronaut_face):
        """Whatever the face, where there is no picture there is no hand."""
        noise = np.random.default_rng(0).integers(0, 256, (512, 512, 3), np.uint8)

        for image in (np.zeros((512, 512, 3), np.uint8), noise):
            assert () == finder.with_hands(image, astronaut_face).hands

    def test_two_looks_at_one_hand_are_one_hand(self, drawn):
        """The surer one is kept; a hand elsewhere is another."""
        _, face, _, _ = drawn(FROM_BELOW)
        (hand,) = face.hands
        again = replace(hand, landmarks=hand.landmarks + np.float32(3), score=0.85)
        other = replace(hand, landmarks=hand.landmarks + np.float32(200), score=0.9)

        assert [hand, other] == distinct([again, other, hand])

    @pytest.mark.parametrize("side", [96, 128, 192])
    def test_there_is_an_anchor_for_each_row_of_the_detector(self, models, side):
        """Two a cell of 8 pixels, six a cell of 16."""
        outputs = models.network("palm")(np.zeros((1, side, side, 3), np.float32))

        assert outputs["Identity"].shape == (1, len(anchors(side)), 18)


class TestCovered:
    @pytest.mark.parametrize("place", PLACES)
    def test_the_mask_is_the_hand(self, drawn, place):
        """Nineteen twentieths of the hand are covered, and a tenth of the face beside it."""
        image, face, _, covered = drawn(place)
        region = region_of(face.landmarks, image.shape[1], image.shape[0]) or whole(image)
        scene = averaged(cut(image, region), region.grid)
        mask = hands_before(face.hands, scene, region)
        truth, oval = gridded(covered, region), gridded(inside(face, image), region)

        assert (mask * truth * oval).sum() > 0.95 * (truth * oval).sum()
        assert (mask * (1 - truth) * oval).sum() < 0.12 * oval.sum()


class TestSwapped:
    @pytest.mark.parametrize("place", PLACES)
    def test_a_hand_before_the_target_stays(self, swapper, hopper, hopper_face, drawn, place):
        """Of the hand's pixels before the face 95 of 100 are those of the target."""
        image, face, _, covered = drawn(place)
        source = swapper.prepare(hopper, hopper_face)
        hand = covered * inside(face, image)

        kept = unchanged(image, swapper.swap(image, face, source, SwapOptions()), hand)
        without = SwapOptions(occlusion=False)
        painted = unchanged(image, swapper.swap(image, face, source, without), hand)

        assert kept > 0.95
        assert painted < 0.5

    def test_the_face_beside_the_hand_is_swapped(self, swapper, hopper, hopper_face, drawn):
        """A hand at the chin keeps nobody's forehead."""
        image, face, _, covered = drawn(FROM_THE_LEFT)
        source = swapper.prepare(hopper, hopper_face)
        free = inside(face, image) * (1 - np.ceil(covered))
        bare = np.asarray(cv2.erode(free, np.ones((15, 15), np.uint8)), np.float32)

        result = swapper.swap(image, face, source, SwapOptions())

        assert unchanged(image, result, bare) < 0.5

    def test_without_hands_nothing_changes(
        self, swapper, astronaut, astronaut_face, hopper, hopper_face
    ):
        """A face that was looked at and one that was not give the same bytes."""
        source = swapper.prepare(hopper, hopper_face)
        looked_at = replace(astronaut_face, hands=())

        expected = swapper.swap(astronaut, astronaut_face, source, SwapOptions())

        assert (
            expected.tobytes()
            == swapper.swap(astronaut, looked_at, source, SwapOptions()).tobytes()
        )


class TestValues:
    @pytest.mark.parametrize("landmarks", [np.zeros((20, 3)), np.full((21, 3), np.nan)])
    def test_a_hand_has_21_landmarks(self, landmarks):
        """Another shape, or a number that is none, is refused."""
        with pytest.raises(ValueError, match="landmarks must"):
            Hand(landmarks=landmarks.astype(np.float32), score=1.0)
