"""The network that knows bodies: where it looks, and how what it sees comes back into the picture."""

import numpy as np
import pytest

from mien.engine.portrait.bodies import MOST, Square, bodies, looked_at, seen


class Bright:
    """Takes for a body what is bright, and keeps the pictures it was shown."""

    def __init__(self):
        self.shown = []

    def __call__(self, pictures):
        self.shown.append(pictures)
        return {"mask": (pictures[..., :1] - 0.5) * 100}


def halved(height, width, edge):
    """``(height, width, 3)`` white to the left of ``edge``, black to the right."""
    image = np.zeros((height, width, 3), np.uint8)
    image[:, :edge] = 255
    return image


def test_a_person_is_a_body_and_what_is_behind_is_none(models, astronaut, astronaut_face):
    """
    The astronaut's face and suit are hers, the corner above her and the flag's far end are not.
    """
    likely = bodies(astronaut, [astronaut_face], models.network("body"))

    assert astronaut.shape[:2] == likely.shape
    assert likely[80:150, 190:250].min() > 0.95
    assert likely[400:, 200:260].mean() > 0.9
    assert likely[20:60, 20:60].max() < 0.05


def test_what_it_sees_lies_where_it_is_in_the_picture(astronaut_face):
    """
    Of two looks, one mirrored, both give the edge back where it is, to a cell of the larger square.
    """
    x0, _, x1, _ = astronaut_face.box
    edge = round((x0 + x1) / 2) + 30
    likely = bodies(halved(512, 512, edge), [astronaut_face], Bright())
    cell = 7 * astronaut_face.size / 256

    assert likely[:, : int(edge - 2 * cell)].min() > 0.95
    assert likely[:, int(edge + 2 * cell) :].max() < 0.05


def test_it_is_shown_the_picture_with_its_edges_repeated(astronaut_face):
    """
    A whole body would go on below: there is more of the square below the face than above it.
    """
    network = Bright()
    image = np.full((512, 512, 3), 80, np.uint8)
    image[-1] = 255
    bodies(image, [astronaut_face], network)

    assert [(1, 256, 256, 3)] * 2 == [each.shape for each in network.shown]
    for shown in network.shown:
        assert shown[0, :128].max() == pytest.approx(80 / 255, abs=0.01)
        assert (np.ptp(shown[0, -10:], axis=0) == 0).all()
        assert shown[0, -1].min() > 100 / 255


def test_what_no_look_reaches_is_even(astronaut_face):
    """
    In a wide picture nobody knows what is far from the face; it is neither body nor none.
    """
    small = astronaut_face.size * 4
    likely = bodies(halved(300, int(3 * small), int(3 * small)), [astronaut_face], Bright())

    assert (likely[:, -int(small / 4) :] == 0.5).all()
    assert likely[100, 150] > 0.9


def test_a_body_of_any_face_is_one(astronaut_face):
    """
    What the network takes for a body around one face is one, whatever it says around the next.
    """
    answers = iter([5.0, 5.0, -5.0, -5.0])

    def changing(_):
        return {"mask": np.full((1, 256, 256, 1), next(answers), np.float32)}

    likely = bodies(halved(512, 512, 0), [astronaut_face, astronaut_face.moved(20, 0)], changing)

    assert likely[:400, 150:300].min() > 0.95


def test_crowds_are_not_asked_about(astronaut_face):
    """
    So many looks would take longer than all else together.
    """
    network = Bright()
    likely = bodies(halved(512, 512, 256), [astronaut_face] * (MOST + 1), network)

    assert [] == network.shown
    assert (likely == 0.5).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (400, 2)])
@pytest.mark.parametrize("side", [3.0, 40.0, 5000.0])
def test_squares_of_any_size_are_seen(shape, side):
    """
    Squares far larger and smaller than the picture, too: there is always a pixel and a cell.
    """
    square = Square(left=-side / 3, top=-side / 2, side=side)
    rows, columns, told = looked_at(np.zeros((*shape, 3), np.uint8), square, Bright(), 1)

    assert (rows.stop - rows.start, columns.stop - columns.start) == told.shape
    assert np.isfinite(told).all()


def test_a_side_is_seen_as_far_as_the_picture_goes():
    """
    Half of a square that begins 64 pixels before the picture shows what comes after those.
    """
    pixels, cells = seen(-64, 128, 1000)

    assert (slice(0, 64), slice(128, 256)) == (pixels, cells)
