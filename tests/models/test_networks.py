"""The converted networks: they see what is in a picture, and the same on every thread."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from mien.engine.types import Floats, Image
from mien.models.store import ModelStore

STORE = ModelStore()
CARDS = {card.name: card for card in STORE.cards}
NAMES = sorted(CARDS)

#: A length for sides that may have any.
FREE_SIDE = 128

#: Where the face of the `astronaut` picture is: centre and size in pixels, read off the picture.
FACE_CENTRE = (224, 115)
FACE_SIZE = 105
#: A square of it that the mesh network likes: x and y of the corner, and the side.
MESH_CROP = (140, 30, 170)


def shape_of(name: str) -> tuple[int, ...]:
    """The shape of the input of network ``name``; a side that is free gets a length."""
    return tuple(side or FREE_SIDE for side in CARDS[name].shape)


def tensor_of(name: str, picture: Image) -> Floats:
    """``picture`` stretched to the input of network ``name`` and scaled as its card says."""
    card = CARDS[name]
    _, height, width, _ = shape_of(name)
    low, high = card.span
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    scaled: Floats = small.astype(np.float32) * np.float32((high - low) / 255) + np.float32(low)
    return scaled[np.newaxis]


def sigmoid(logit: Floats) -> Floats:
    probability: Floats = np.reciprocal(1 + np.exp(-np.clip(logit, -50, 50)))
    return probability


@pytest.fixture
def mesh(astronaut):
    """The outputs of the mesh network for the astronaut's face."""
    x, y, side = MESH_CROP
    crop = astronaut[y : y + side, x : x + side]
    return STORE.network("face_mesh")(tensor_of("face_mesh", crop))


@pytest.fixture
def regions(mesh):
    """By name the landmarks of lips, eyes and irises of the astronaut's face, as many as there are."""
    topology = STORE.topology()
    names = ["lips", "left_eye", "right_eye", "left_iris", "right_iris"]
    parts = zip(names, mesh["output_regions"], strict=True)
    return {name: rows[: len(getattr(topology, name))] for name, rows in parts}


class TestEveryNetwork:
    @pytest.mark.parametrize("name", NAMES)
    def test_returns_what_its_card_declares(self, name):
        """Names and shapes of the outputs are those of the manifest; all are float32."""
        outputs = STORE.network(name)(np.zeros(shape_of(name), np.float32))
        declared = CARDS[name].outputs

        assert list(declared) == list(outputs)
        for key, value in outputs.items():
            assert declared[key] == tuple(
                side if own else 0 for own, side in zip(declared[key], value.shape, strict=True)
            )
        assert {np.dtype(np.float32)} == {value.dtype for value in outputs.values()}

    @pytest.mark.parametrize("name", NAMES)
    def test_gives_the_same_on_two_threads(self, name, astronaut):
        """Calls that overlap do not disturb each other, and nothing is remembered."""
        network = STORE.network(name)
        tensors = [tensor_of(name, astronaut), tensor_of(name, astronaut[::-1])]
        alone = [network(tensor) for tensor in tensors]
        with ThreadPoolExecutor(2) as pool:
            together = list(pool.map(network, tensors * 10))

        for index, outputs in enumerate(together):
            for key, value in outputs.items():
                np.testing.assert_array_equal(alone[index % 2][key], value)

    @pytest.mark.parametrize("name", NAMES)
    def test_refuses_another_shape_or_type(self, name):
        """A wrong tensor is named with what was expected, before the runtime sees it."""
        shape = shape_of(name)

        with pytest.raises(ValueError, match=f"'{name}' takes float32"):
            STORE.network(name)(np.zeros((1, *shape[2:]), np.float32))
        with pytest.raises(ValueError, match="got float64"):
            STORE.network(name)(np.zeros(shape, np.float64))

    def test_reads_a_view_like_its_copy(self, astronaut):
        """A tensor need not lie in one piece of memory."""
        network = STORE.network("face_short_range")
        mirrored = tensor_of("face_short_range", astronaut)[:, :, ::-1]

        viewed, copied = network(mirrored), network(np.ascontiguousarray(mirrored))

        np.testing.assert_array_equal(copied["regressors"], viewed["regressors"])


class TestDetectors:
    def test_full_range_finds_the_astronaut(self, astronaut):
        """One cell of the 48x48 grid stands out, and its box is the face's."""
        outputs = STORE.network("face_full_range")(tensor_of("face_full_range", astronaut))
        scores = sigmoid(outputs["Identity_1"][0, :, 0])
        best = int(scores.argmax())
        cell = np.array([best % 48 + 0.5, best // 48 + 0.5]) * 4
        scale = 512 / 192

        assert scores[best] == pytest.approx(0.906, abs=0.01)
        assert (cell + outputs["Identity"][0, best, :2]) * scale == pytest.approx(
            FACE_CENTRE, abs=6
        )
        assert outputs["Identity"][0, best, 2:4] * scale == pytest.approx(FACE_SIZE, abs=6)

    def test_full_range_finds_nothing_in_black(self):
        """No cell of an empty picture passes the threshold."""
        empty = np.full(CARDS["face_full_range"].shape, -1, np.float32)

        outputs = STORE.network("face_full_range")(empty)

        assert sigmoid(outputs["Identity_1"]).max() < 0.3

    def test_short_range_finds_the_face_in_a_crop(self, astronaut):
        """Rows from 512 on belong to the 8x8 grid with six anchors a cell."""
        crop = astronaut[40:200, 145:305]
        outputs = STORE.network("face_short_range")(tensor_of("face_short_range", crop))
        scores = sigmoid(outputs["classificators"][0, :, 0])
        best = int(scores.argmax())
        cell = (best - 512) // 6
        anchor = np.array([cell % 8 + 0.5, cell // 8 + 0.5]) * 16
        eyes = outputs["regressors"][0, best, 4:8].reshape(2, 2) + anchor

        assert best >= 512
        assert scores[best] == pytest.approx(0.942, abs=0.01)
        assert eyes == pytest.approx(np.array([[48.5, 50.1], [82.5, 52.5]]), abs=0.5)


class TestMesh:
    def test_landmarks_stay_where_they_were(self, mesh):
        """Stored positions (crop pixels): nose tip, eye corners, mouth corners, forehead, chin."""
        points = mesh["output_mesh_identity"].reshape(468, 3)
        stored = [
            [94.19, 112.84, -25.48],
            [62.02, 79.78, 5.62],
            [130.04, 83.79, 3.58],
            [68.37, 122.64, 8.83],
            [118.74, 124.84, 7.74],
            [98.40, 43.10, -12.21],
            [91.76, 167.44, 8.75],
        ]

        assert points[[1, 33, 263, 61, 291, 10, 152]] == pytest.approx(np.array(stored), abs=0.1)

    def test_flag_tells_a_face_from_noise(self, mesh):
        """The flag is a logit."""
        noise = np.random.default_rng(0).random(CARDS["face_mesh"].shape, np.float32)

        assert mesh["conv_faceflag"].item() > 10
        assert STORE.network("face_mesh")(noise)["conv_faceflag"].item() < -10

    @pytest.mark.parametrize("part", ["lips", "left_eye", "right_eye"])
    def test_refined_points_land_on_the_coarse_ones(self, mesh, regions, part):
        """Each row belongs to the vertex that the topology names: any other order is far off."""
        vertices = getattr(STORE.topology(), part)
        coarse = mesh["output_mesh_identity"].reshape(468, 3)[vertices, :2]
        refined = regions[part]
        apart = np.linalg.norm(refined - coarse, axis=1)
        shifted = np.linalg.norm(np.roll(refined, 1, axis=0) - coarse, axis=1)

        assert apart.max() < 2.5
        assert apart.mean() < 1.5
        assert shifted.max() > 30

    @pytest.mark.parametrize("side", ["left", "right"])
    def test_each_iris_lies_within_its_eye(self, regions, side):
        """The first 16 rows of an eye are its lids; centre first, then four points on the rim."""
        lids = regions[f"{side}_eye"][:16]
        centre, *rim = regions[f"{side}_iris"]

        assert (lids.min(axis=0) < centre).all()
        assert (centre < lids.max(axis=0)).all()
        assert np.linalg.norm(rim - centre, axis=1) == pytest.approx(4.5, abs=1)

    def test_left_is_left_in_the_picture(self, regions):
        """The person's right eye is on the left and is called left."""
        left, right = (regions[f"{side}_iris"][0, 0] for side in ("left", "right"))

        assert left == pytest.approx(71.8, abs=0.5)
        assert right == pytest.approx(120.4, abs=0.5)


class TestParts:
    """Spots of the astronaut's picture, read off it: (x, y) and the part that each shows."""

    SPOTS = (
        ((224, 90), "face"),
        ((260, 60), "hair"),
        ((180, 300), "clothes"),
        ((20, 100), "background"),
    )
    PARTS = ("background", "hair", "body", "face", "clothes", "things")

    @pytest.mark.parametrize("side", [128, 192, 256])
    def test_parts_are_told_at_any_size(self, side, astronaut):
        """The head and shoulders, looked at with few pixels and with many."""
        square = cv2.resize(astronaut[:400, 20:420], (side, side), interpolation=cv2.INTER_AREA)
        tensor = square.astype(np.float32)[np.newaxis] / np.float32(127.5) - np.float32(1)
        (logits,) = STORE.network("parts")(tensor).values()
        likeliest = logits[0].argmax(axis=-1)
        scale = side / 400

        found = [
            self.PARTS[likeliest[round(y * scale), round(max(0, x - 20) * scale)]]
            for (x, y), _ in self.SPOTS
        ]

        assert [part for _, part in self.SPOTS] == found


@pytest.mark.parametrize("side", [32, 96, 160, 224])
def test_parts_tells_of_any_multiple_of_32(side, astronaut):
    """
    The middle of a face is skin of a face in the sizes that are no whole number of patches, too, from 96 pixels on.
    """
    x, y = FACE_CENTRE
    around = astronaut[: y + 105, x - 110 : x + 110]
    low, high = CARDS["parts"].span
    small = cv2.resize(around, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    (logits,) = STORE.network("parts")(small[None] * np.float32((high - low) / 255) + low).values()

    assert (1, side, side, 6) == logits.shape
    if side >= 96:
        row, column = side // 2, side // 2
        assert 3 == logits[0, row, column].argmax()
