"""Faces are found wherever they are, and nothing else is."""

import csv

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageOps
from skimage import data

from mien.engine.boxes import best_of_each
from mien.engine.detect import THRESHOLD, letterbox, starts, tiles
from mien.engine.faces import turned_back
from mien.engine.landmarks import MARGIN, SIDE, SQUEEZED, Landmarker, crop_around, squeezed
from mien.engine.mesh.regions import CHIN, LIPS_OUTER, NOSE_BASE
from mien.engine.pose import eye_distance, mouth_open
from mien.engine.types import Detection


def opened(path):
    """RGB pixels of a still file, upright."""
    with Pillow.open(path) as picture:
        return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))


def test_a_face_is_found_where_it_is(finder, astronaut):
    """
    The astronaut's face fills the upper middle of her portrait.
    """
    (face,) = finder.find(astronaut)
    x0, y0, x1, y1 = face.box

    assert 160 < x0 < x1 < 290
    assert 50 < y0 < y1 < 200
    assert face.score > 0.9


def test_landmarks_lie_on_eyes_and_lips(astronaut_face):
    """
    Eyes stand above the nose, the nose above the lips, the chin below; the left eye is left.
    """
    points = astronaut_face.landmarks[:, :2]
    left_eye, right_eye, nose, lip, chin = (points[i] for i in (468, 473, 1, 13, 152))

    assert left_eye[0] < nose[0] < right_eye[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < lip[1] < chin[1]


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_picture_on_its_side_or_head_is_read_all_the_same(
    finder, astronaut, astronaut_face, quarters
):
    """
    Turned by quarters, the mesh lies on the same spots of the face within two pixels.
    """
    turned = np.ascontiguousarray(np.rot90(astronaut, quarters))

    (face,) = finder.find(turned)

    back = turned_back(face.landmarks[:, :2], quarters, astronaut.shape[1], astronaut.shape[0])
    assert np.abs(back - astronaut_face.landmarks[:, :2]).mean() < 2


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_quarter_turns_are_undone_exactly(quarters):
    """
    A marked pixel of a turned picture is found again at its own place.
    """
    image = np.zeros((20, 31), np.uint8)
    image[4, 7] = 1
    y, x = np.argwhere(np.rot90(image, quarters))[0]

    back = turned_back(np.array([[x, y]], np.float32), quarters, 31, 20)

    assert [[7, 4]] == back.tolist()


def test_a_tight_crop_of_a_face_is_enough(finder, astronaut, astronaut_face):
    """
    A crop at the face's own edges still shows one face.
    """
    x0, y0, x1, y1 = (round(v) for v in astronaut_face.box)

    (face,) = finder.find(np.ascontiguousarray(astronaut[y0:y1, x0:x1]))

    assert face.size > 0.7 * astronaut_face.size


def test_small_faces_of_a_large_picture_are_found(finder, astronaut, astronaut_face):
    """
    Four faces of about 30 pixels in 1600 x 1200 are all found, and no face that is not there.
    """
    share = 0.29
    small = cv2.resize(astronaut, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    side = len(small)
    scene = np.full((1200, 1600, 3), 127, np.uint8)
    places = [(40, 60), (1300, 80), (700, 500), (1400, 1000)]
    for x, y in places:
        scene[y : y + side, x : x + side] = small

    found = finder.find(scene)

    x0, y0, x1, y1 = astronaut_face.box
    centre = np.array([(x0 + x1) / 2, (y0 + y1) / 2]) * share
    expected = np.array(places) + centre
    seen = np.array([[(f.box[0] + f.box[2]) / 2, (f.box[1] + f.box[3]) / 2] for f in found])
    distance = np.linalg.norm(expected[:, None] - seen[None], axis=2)
    assert len(found) == 4
    assert (distance.min(axis=1) < 8).all()


@pytest.mark.parametrize("picture", ["coffee", "cat", "rocket"])
def test_no_face_is_found_where_there_is_none(finder, picture):
    """
    A cup, a cat's face and a rocket are no faces.
    """
    assert [] == finder.find(
        np.ascontiguousarray(getattr(data, {"cat": "chelsea"}.get(picture, picture))())
    )


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (4000, 1), (3, 3)])
def test_pictures_without_room_for_a_face_are_survived(finder, shape):
    """
    One pixel, one line and one column hold no face, and do no harm.
    """
    assert [] == finder.find(np.full((*shape, 3), 90, np.uint8))


def test_the_largest_face_comes_first(finder, astronaut, hopper):
    """
    Order is by size, so that the first face of a source is its largest.
    """
    scene = np.zeros((600, 1024, 3), np.uint8)
    scene[:512, :512] = astronaut
    scene[:, 512:] = hopper

    sizes = [face.size for face in finder.find(scene)]

    assert len(sizes) == 2
    assert sorted(sizes, reverse=True) == sizes


def test_every_face_of_the_groups_is_found(finder, faces_dir):
    """
    In each group picture of the test set exactly the faces counted by eye are found.
    """
    with (faces_dir / "manifest.csv").open(encoding="utf-8") as file:
        groups = [row for row in csv.DictReader(file) if row["kind"] == "group"]

    found = {row["file"]: len(finder.find(opened(faces_dir / row["file"]))) for row in groups}

    assert {row["file"]: int(row["faces"]) for row in groups} == found


def test_small_faces_in_crowds_are_found_and_gables_are_not(finder, faces_dir):
    """
    All 29 of a photograph of 1927, all 12 of 24 to 58 pixels before a row of houses.
    """
    found = {
        name: len(finder.find(opened(faces_dir / "hard" / name)))
        for name in ("solvay_1927_29.jpg", "tiny_faces_12.jpg")
    }

    assert {"solvay_1927_29.jpg": 29, "tiny_faces_12.jpg": 12} == found


def test_every_portrait_has_one_face_and_no_landscape_any(finder, faces_dir):
    """
    The test set's portraits, paintings and pictures without a face.
    """
    with (faces_dir / "manifest.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["kind"] in ("portrait", "painting", "noface")]

    found = {row["file"]: len(finder.find(opened(faces_dir / row["file"]))) for row in rows}

    assert {row["file"]: int(row["faces"]) for row in rows} == found


def test_a_letterbox_says_where_everything_went():
    """
    A bright dot of a wide picture lies where scale and offset say.
    """
    image = np.zeros((300, 900, 3), np.uint8)
    image[200:206, 600:606] = 255

    tensor, scale, offset = letterbox(image, 192)

    y, x = np.argwhere(tensor[0, ..., 0] > 0).mean(axis=0)
    assert np.allclose([x, y], [602.5 * scale + offset[0], 202.5 * scale + offset[1]], atol=1)
    assert tensor.min() == -1


@pytest.mark.parametrize(("length", "side"), [(100, 192), (1000, 500), (2560, 640), (501, 500)])
def test_tiles_cover_everything_and_overlap(length, side):
    """
    No pixel is left out, and neighbours share at least a fifth of a tile.
    """
    first = starts(length, side)

    assert first[0] == 0
    assert first[-1] + side >= length
    assert (np.diff(first) <= side * 0.8).all()
    assert all(x1 <= length and y1 <= length for _, _, x1, y1 in tiles(length, length, side))


def test_of_two_boxes_on_one_face_the_better_stays():
    """
    Overlap or containment make two detections one; a face beside it is its own.
    """

    def at(x, size, score):
        box = np.array([x, 0, x + size, size], np.float32)
        return Detection(box=box, key_points=np.zeros((6, 2), np.float32), score=score)

    kept = best_of_each([at(0, 100, 0.7), at(5, 100, 0.9), at(30, 40, 0.6), at(200, 100, 0.8)])

    assert [0.9, 0.8] == [d.score for d in kept]
    assert THRESHOLD == 0.5


def test_a_squeezed_crop_shows_the_same_face(finder, astronaut, astronaut_face):
    """
    Read in a crop of three quarters of its height, a mesh lies within a sixteenth of the eye distance of itself.
    """
    landmarker = Landmarker(network=finder.mesh, topology=finder.topology)
    crop = squeezed(crop_around(astronaut_face.landmarks, MARGIN, SIDE), SQUEEZED)

    face = landmarker.in_crop(astronaut, crop)

    away = (face.landmarks - astronaut_face.landmarks)[:, :2]
    assert np.linalg.norm(away, axis=1).mean() < eye_distance(astronaut_face.landmarks) / 16


@pytest.mark.parametrize(("apart", "goes_along"), [(0, False), (12, True)])
def test_only_a_doubted_mouth_is_looked_at_once_more(
    finder, astronaut, astronaut_face, apart, goes_along
):
    """
    Where coarse mesh and fine lips are apart, and the second look finds the mouth open, what lies below the nose goes
    along; else the network is asked once.
    """
    asked = []

    def doubting(crops):
        asked.append(crops)
        outputs = dict(finder.mesh(crops))
        coarse = outputs["output_mesh_identity"].reshape(468, 3).copy()
        coarse[LIPS_OUTER, 1] += apart
        return outputs | {"output_mesh_identity": coarse}

    landmarker = Landmarker(network=doubting, topology=finder.topology)
    plain = landmarker.in_crop(astronaut, crop_around(astronaut_face.landmarks, MARGIN, SIDE))
    asked.clear()
    face = landmarker.again(astronaut, astronaut_face)

    moved = np.linalg.norm((face.landmarks - plain.landmarks)[:, :2], axis=1)
    assert len(asked) == 1 + goes_along
    assert (moved[CHIN] > 0) == goes_along
    assert moved[[33, 263, 1, NOSE_BASE, 468, 473]].max() == 0


def test_a_mouth_torn_wide_open_is_followed(finder, faces_dir):
    """
    A shout shows as an open mouth, and the chin stands below the lower lip by a tenth of the way from the nose.
    """
    names = ["t2i_sch_0005775.jpg", "t2i_sch_0054292.jpg"]
    faces = [finder.find(opened(faces_dir / "portraits" / name))[0] for name in names]
    points = [face.landmarks for face in faces]

    below = [(one[CHIN, 1] - one[17, 1]) / (one[CHIN, 1] - one[NOSE_BASE, 1]) for one in points]
    assert min(mouth_open(one) for one in points) > 0.1
    assert min(below) > 0.1
