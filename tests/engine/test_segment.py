"""Where people are: how the network for parts is asked, and what becomes of its answers."""

import numpy as np
import pytest

from mien.engine.portrait.segment import (
    FRAMED,
    SIDE,
    SMALL,
    SMOOTHED,
    Segmenter,
    answered,
    around_body,
    around_head,
    looked_at_framed,
    middle_of,
)


class Bright:
    """Takes for hair what is bright, for clothes what is grey and for background what is dark; keeps what it saw."""

    def __init__(self):
        self.shown = []

    def __call__(self, pictures):
        self.shown.append(pictures)
        logits = np.full((*pictures.shape[:3], 6), -20, np.float32)
        logits[..., 0] = np.where(pictures[..., 0] < -0.5, 20, -20)
        logits[..., 1] = np.where(pictures[..., 0] > 0.8, 20, -20)
        logits[..., 4] = 0
        return {"logits": logits}


def thirds(height, width):
    """``(height, width, 3)`` black, grey and white, from left to right."""
    image = np.zeros((height, width, 3), np.uint8)
    image[:, width // 3 :], image[:, 2 * width // 3 :] = 128, 255
    return image


@pytest.fixture(scope="module")
def segmenter(models):
    return Segmenter(network=models.network("parts"))


def test_people_and_their_hair_are_found(segmenter, astronaut, astronaut_face):
    """
    The astronaut's face and suit are hers and no hair, the curls are; the wall above her is nobody.
    """
    people = segmenter.people(astronaut, [astronaut_face])

    assert astronaut.shape[:2] == people.likely.shape == people.hair.shape
    assert people.likely[80:150, 190:250].min() > 0.95
    assert people.likely[400:, 200:260].mean() > 0.9
    assert people.likely[20:60, 80:130].max() < 0.05
    assert people.hair[56:64, 256:264].min() > 0.9
    assert people.hair[90:140, 200:240].max() < 0.1
    assert people.hair[400:, 200:260].max() < 0.1


def test_what_the_network_tells_lies_where_it_is_in_the_picture():
    """
    All that is no background is person, hair is a part of it, and mirrored looks are turned back.
    """
    network = Bright()
    people = Segmenter(network=network).people(thirds(300, 450), [])

    assert 3 == len(network.shown)
    assert people.likely[:, :140].max() < 0.05
    assert people.likely[:, 160:].min() > 0.95
    assert people.hair[:, :280].max() < 0.05
    assert people.hair[:, 310:].min() > 0.95


def test_a_head_that_fills_a_picture_is_looked_at_from_farther_away():
    """
    Its picture is smaller and stands on the ground of a grey wall, or hangs at its top in a mirror.
    """
    network = Bright()
    for hangs in (False, True):
        told = looked_at_framed(thirds(300, 300), network, hangs=hangs)
        assert (FRAMED, FRAMED, 2) == told.shape
        assert told[90, 4, 0] < 0 < told[90, -4, 0]
    standing, hanging = (shown[0, :, :, 0] for shown in network.shown)
    left, right = (SIDE - FRAMED) // 2, (SIDE + FRAMED) // 2

    assert (SIDE, SIDE) == standing.shape == hanging.shape
    assert (standing[: SIDE - FRAMED] == 0).all()
    assert (hanging[FRAMED:] == 0).all()
    assert (standing[:, :left] == 0).all()
    assert standing[-1, left + 4] == pytest.approx(-1)
    assert hanging[0, left + 4] == pytest.approx(1)
    assert hanging[0, right - 4] == pytest.approx(-1)


def seen_at_all(parts, faces, side):
    """How likely the middle of a picture of ``side`` is a person, of which each look sees the next of ``parts`` only."""
    looks = iter(parts)

    def changing(tensor):
        logits = np.full((*tensor.shape[:3], 6), -20, np.float32)
        logits[..., next(looks)] = 20
        return {"logits": logits}

    people = Segmenter(network=changing).people(np.zeros((side, side, 3), np.uint8), faces)
    return people.likely[side // 2, side // 2]


def test_two_looks_of_three_at_a_head_that_fills_a_picture_outvote_one():
    """
    What the first alone takes for hair is none, and so is what one of the others does; both of them are believed.
    """
    assert seen_at_all([1, 0, 0], [], 60) < 0.25
    assert seen_at_all([0, 1, 0], [], 60) < 0.25
    assert seen_at_all([0, 1, 1], [], 60) > 0.75


def test_a_look_that_does_not_see_the_face_counts_little(astronaut_face):
    """
    One of three that does see it, as out of focus, is believed.
    """
    side = round(1.6 * astronaut_face.size)
    x0, y0, x1, y1 = astronaut_face.box
    face = astronaut_face.moved((side - x0 - x1) / 2, (side - y0 - y1) / 2)

    assert seen_at_all([0, 3, 0], [face], side) > 0.9
    assert middle_of(face, side, side)[0].start == pytest.approx(SIDE * (0.5 - 0.25 / 1.6), abs=1.5)
    assert middle_of(face.moved(9 * side, -9 * side), side, side)[0].stop > 0


def test_labels_that_were_smoothed_are_made_sharp_again():
    """
    The network is as sure as it was taught to be where it leaves each other part a sixth of a tenth.
    """
    shares = np.full(6, SMOOTHED / 6)
    shares[0] += 1 - SMOOTHED

    def sure(tensor):
        return {"logits": np.tile(np.log(shares).astype(np.float32), (*tensor.shape[:3], 1))}

    (told,) = answered(np.zeros((1, 1, 3), np.float32), sure)

    assert told[0, 0] == told[0, 1] < -3.5


def test_heads_are_looked_at_closer_where_that_shows_more(astronaut_face):
    """
    A head in a large picture is, with few pixels where it has few; one that fills the picture is not.
    """
    size = astronaut_face.size
    wide = around_head(astronaut_face, 3000, 3000)

    assert wide is not None
    assert wide[1].stop - wide[1].start == pytest.approx(2.4 * size, abs=2)
    assert around_head(astronaut_face, int(2.4 * size), int(1.5 * size)) is None
    assert around_head(astronaut_face.moved(-2900, 0), 3000, 3000) is None
    network = Bright()
    small = astronaut_face.size / 40
    tiny = type(astronaut_face)(landmarks=astronaut_face.landmarks / small, score=1.0)
    Segmenter(network=network).people(np.zeros((250, 600, 3), np.uint8), [tiny])
    assert (1, SMALL, SMALL, 3) == network.shown[1].shape


def test_looks_that_differ_leave_doubt(astronaut_face):
    """
    What closer looks alone see, in a small part of the picture, is more likely than not, but not sure, and
    nothing is seen beyond its square.
    """
    looks = iter([0, 5, 5])

    def changing(tensor):
        logits = np.full((*tensor.shape[:3], 6), -20, np.float32)
        logits[..., next(looks)] = 20
        return {"logits": logits}

    people = Segmenter(network=changing).people(np.zeros((900, 900, 3), np.uint8), [astronaut_face])
    x0, y0, x1, y1 = (round(value) for value in astronaut_face.box)

    assert 0.5 < people.likely[(y0 + y1) // 2, (x0 + x1) // 2] < 0.97
    assert people.likely[:, -20:].max() < 0.05


def test_small_people_are_looked_at_whole(astronaut_face):
    """
    Below a small face a body is looked for in a square of seven faces, which has more below the face than above; of
    a large one there is no such square.
    """
    size = astronaut_face.size
    middle = astronaut_face.moved(1000, 300)
    seen = around_body(middle, 2500, 1500)
    _, top, _, bottom = middle.box

    assert seen is not None
    rows, columns = seen
    assert columns.stop - columns.start == pytest.approx(7 * size, abs=2)
    assert rows.stop - (top + bottom) / 2 > 5 * size
    assert around_body(middle, 2500, int(6 * size)) is None
