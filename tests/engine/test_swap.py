"""What a swap may change, what it may not, and that nothing else than its arguments decides."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import cv2
import numpy as np
import pytest

from mien.engine.geometry import similarity_3d
from mien.engine.mesh.regions import CHIN, LEFT_LIDS, LIPS_OUTER, LOWER_LIP, NOSE_BASE, RIGHT_LIDS
from mien.engine.mesh.shape import reshaped
from mien.engine.mesh.topology import SURFACE_POINTS
from mien.engine.options import Blend, SwapOptions
from mien.engine.pose import eye_distance, mouth_open
from mien.engine.types import Face

PLAIN = SwapOptions()


@pytest.fixture(scope="module")
def hopper_source(swapper, hopper, hopper_face):
    return swapper.prepare(hopper, hopper_face)


@pytest.fixture(scope="module")
def swapped(swapper, astronaut, astronaut_face, hopper_source):
    return swapper.swap(astronaut, astronaut_face, hopper_source, PLAIN)


def around(face, factor, shape):
    """``(H, W)`` bool: the face's box enlarged by ``factor`` from its middle."""
    x0, y0, x1, y1 = face.box
    cx, cy, rx, ry = (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2 * factor, (y1 - y0) / 2 * factor
    y, x = np.mgrid[: shape[0], : shape[1]]
    return (np.abs(x - cx) <= rx) & (np.abs(y - cy) <= ry)


def test_a_face_swapped_with_itself_changes_nothing_visible(swapper, astronaut, astronaut_face):
    """
    The same face in the same place in the same light is the same picture, to rounding and sampling;
    where hair thins out over it, its other side lends a few levels.
    """
    own = swapper.prepare(astronaut, astronaut_face)

    result = swapper.swap(astronaut, astronaut_face, own, PLAIN)

    difference = np.abs(result.astype(int) - astronaut)
    assert difference.mean() < 0.05
    assert np.percentile(difference[around(astronaut_face, 1, astronaut.shape)], 99) <= 5


def test_the_face_changes_and_nothing_far_from_it(astronaut, astronaut_face, swapped):
    """
    Inside the face the picture is another one; beyond one and a half times its box it is the same
    byte for byte.
    """
    differs = (swapped != astronaut).any(axis=2)

    assert differs[around(astronaut_face, 0.6, astronaut.shape)].mean() > 0.9
    assert not differs[~around(astronaut_face, 1.55, astronaut.shape)].any()


def test_the_target_and_the_source_are_left_as_they_were(
    swapper, astronaut, astronaut_face, hopper_source
):
    """
    A swap returns a new array and writes to no other.
    """
    target = astronaut.copy()
    levels = [level.copy() for level in hopper_source.levels]

    swapper.swap(target, astronaut_face, hopper_source, PLAIN)

    assert (target == astronaut).all()
    assert all((a == b).all() for a, b in zip(levels, hopper_source.levels, strict=True))


def test_the_same_input_gives_the_same_bytes_in_two_threads(
    finder, swapper, astronaut, hopper, hopper_source, swapped
):
    """
    Eight swaps on two threads, found and swapped anew, all equal the one made alone.
    """

    def once(_):
        (face,) = finder.find(astronaut)
        return swapper.swap(astronaut, face, hopper_source, PLAIN)

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(once, range(8)))

    assert all((result == swapped).all() for result in results)


def test_the_result_is_closer_to_the_source_than_the_target_was(
    finder, swapped, hopper_source, astronaut
):
    """
    Shape goes part of the way: the mesh of the result lies between those of target and source.
    """
    (before,), (after,) = finder.find(astronaut), finder.find(swapped)

    def apart(face):
        goal, points = hopper_source.landmarks[:SURFACE_POINTS], face.landmarks[:SURFACE_POINTS]
        linear, shift = similarity_3d(points, goal, np.ones(SURFACE_POINTS, np.float32))
        return np.linalg.norm((points @ linear.T + shift - goal)[:, :2], axis=1).mean()

    assert apart(after) < apart(before)


def test_light_follows_the_target(swapper, astronaut, astronaut_face, hopper, finder):
    """
    A source half as bright (60 levels darker) gives nearly the same result: the target's light
    decides.
    """
    (face,) = finder.find(hopper)
    bright = swapper.swap(astronaut, astronaut_face, swapper.prepare(hopper, face), PLAIN)
    dim = (hopper // 2).astype(np.uint8)
    dark = swapper.swap(astronaut, astronaut_face, swapper.prepare(dim, face), PLAIN)

    inside = around(astronaut_face, 0.5, astronaut.shape)
    assert abs(bright[inside].mean() - dark[inside].mean()) < 10


@pytest.mark.parametrize("light", [(0.8, 0.1, 0.06), (0.05, 0.08, 0.4), (0.08, 0.07, 0.06)])
def test_a_face_in_the_dark_or_in_one_colour_does_not_glow(
    swapper, astronaut, astronaut_face, hopper_source, light
):
    """
    Where a channel has a tenth of the source's light, so has the result: no grey, no blue.
    """
    lit = np.rint(astronaut * np.array(light)).astype(np.uint8)
    result = swapper.swap(lit, astronaut_face, hopper_source, PLAIN)

    face = around(astronaut_face, 0.6, astronaut.shape)
    np.testing.assert_allclose(result[face].mean(axis=0), lit[face].mean(axis=0), rtol=0.25, atol=3)


def test_a_kept_mouth_is_the_targets(swapper, astronaut, astronaut_face, hopper_source, swapped):
    """
    With keep_mouth the lips show the target's pixels, moved by the new shape at most; without, not.
    """
    kept = swapper.swap(astronaut, astronaut_face, hopper_source, SwapOptions(keep_mouth=True))

    x, y = astronaut_face.landmarks[[13, 14], :2].mean(axis=0).round().astype(int)
    spot = slice(y - 3, y + 4), slice(x - 8, x + 9)
    near = cv2.matchTemplate(
        astronaut[y - 8 : y + 9, x - 14 : x + 15], kept[spot], cv2.TM_SQDIFF_NORMED
    )
    far = cv2.matchTemplate(
        astronaut[y - 8 : y + 9, x - 14 : x + 15], swapped[spot], cv2.TM_SQDIFF_NORMED
    )
    assert near.min() < 0.006
    assert near.min() < 0.7 * far.min()


def test_both_blends_agree_inside_and_keep_the_outside(
    swapper, astronaut, astronaut_face, hopper_source, swapped
):
    """
    Multiband mixes the seam differently, but face and background are the same.
    """
    options = SwapOptions(blend=Blend.MULTIBAND)

    wide = swapper.swap(astronaut, astronaut_face, hopper_source, options)

    outside = ~around(astronaut_face, 1.55, astronaut.shape)
    core = around(astronaut_face, 0.4, astronaut.shape)
    assert (wide[outside] == astronaut[outside]).all()
    assert np.abs(wide[core].astype(int) - swapped[core]).mean() < 8


@pytest.mark.parametrize(("dx", "dy"), [(-225, -60), (60, -130), (-225, -150)])
def test_a_face_cut_by_the_edge_is_swapped_where_it_shows(
    swapper, astronaut, astronaut_face, hopper_source, dx, dy
):
    """
    Half a face at the border gives half a swapped face, and a picture of the same size.
    """
    cut = np.ascontiguousarray(astronaut[max(0, -dy) :, max(0, -dx) :])
    shift = np.array([min(dx, 0), min(dy, 0), 0], np.float32)
    face = Face(landmarks=astronaut_face.landmarks + shift, score=1.0)

    result = swapper.swap(cut, face, hopper_source, PLAIN)

    assert result.shape == cut.shape
    assert (result != cut).any()


def test_a_face_outside_the_picture_changes_nothing(
    swapper, astronaut, astronaut_face, hopper_source
):
    """
    Landmarks far off the picture are no reason to fail.
    """
    away = Face(landmarks=astronaut_face.landmarks + np.float32(5000), score=1.0)

    result = swapper.swap(astronaut, away, hopper_source, PLAIN)

    assert (result == astronaut).all()


@pytest.mark.parametrize("share", [0.12, 0.3, 3.0])
def test_any_size_of_face_is_swapped(
    finder, swapper, astronaut, astronaut_face, hopper_source, share
):
    """
    Faces of 13, 33 and 330 pixels take the source, sampled at the right size.
    """
    target = cv2.resize(astronaut, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    face = Face(landmarks=astronaut_face.landmarks * np.float32(share), score=1.0)

    result = swapper.swap(target, face, hopper_source, PLAIN)

    inside = around(face, 0.5, target.shape)
    assert (result != target).any(axis=2)[inside].mean() > 0.8


@pytest.mark.parametrize("share", [0.25, 0.35, 0.5])
def test_a_small_face_is_as_crisp_as_its_picture(swapper, astronaut, astronaut_face, share):
    """
    The same face in the place of itself, 27 to 55 pixels large, keeps four fifths of its picture's finest detail.
    """
    target = cv2.resize(astronaut, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    face = Face(landmarks=astronaut_face.landmarks * np.float32(share), score=1.0)

    result = swapper.swap(target, face, swapper.prepare(astronaut, astronaut_face), PLAIN)

    inside = around(face, 0.6, target.shape)
    before, after = (finest(picture)[inside].std() for picture in (target, result))
    assert after > 0.81 * before


def finest(picture):
    """What a small blur takes from ``picture``."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return grey - cv2.GaussianBlur(grey, (0, 0), 1.0)


def test_something_dark_before_the_target_stays_in_front(swapper, finder, astronaut, hopper_source):
    """
    A black bar across the cheek is still there after the swap; without the search it is not.
    """
    (face,) = finder.find(astronaut)
    cheek = face.landmarks[[50, 205, 187], :2].mean(axis=0).round().astype(int)
    bar = slice(cheek[1] - 25, cheek[1] + 26), slice(cheek[0] - 7, cheek[0] + 8)
    target = astronaut.copy()
    target[bar] = (12, 14, 20)

    kept = swapper.swap(target, face, hopper_source, PLAIN)
    covered = swapper.swap(target, face, hopper_source, SwapOptions(occlusion=False))

    middle = slice(cheek[1] - 8, cheek[1] + 9), slice(cheek[0] - 3, cheek[0] + 4)
    assert kept[middle].mean() < 40
    assert covered[middle].mean() > kept[middle].mean() + 10


def with_glasses(picture, face, *, bridge):
    """``picture`` with dark round frames drawn around the eyes of ``face``, joined or not."""
    out = picture.copy()
    left, right = face.landmarks[468, :2], face.landmarks[473, :2]
    across = right - left
    radius = round(0.36 * float(np.linalg.norm(across)))
    width = max(3, round(face.size * 0.02))
    for eye in (left, right):
        cv2.circle(out, np.rint(eye).astype(int).tolist(), radius, (20, 15, 15), width, cv2.LINE_AA)
    if bridge:
        ends = (
            left + across * radius / np.linalg.norm(across),
            right - across * radius / np.linalg.norm(across),
        )
        first, last = (np.rint(end).astype(int).tolist() for end in ends)
        cv2.line(out, first, last, (20, 15, 15), width, cv2.LINE_AA)
    return out


def test_glasses_of_the_target_stay(swapper, finder, astronaut, hopper, hopper_face):
    """
    Frames joined by a bridge are kept below the eyes, where skin is swapped without them.
    """
    large = cv2.resize(hopper, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    source = swapper.prepare(large, finder.find(large)[0])
    target = cv2.resize(astronaut[:256, 96:352], None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    (face,) = finder.find(target)
    options = SwapOptions()

    worn = swapper.swap(with_glasses(target, face, bridge=True), face, source, options)

    eye = face.landmarks[468, :2]
    radius = 0.36 * float(np.linalg.norm(face.landmarks[473, :2] - eye))
    x, y = np.rint(eye + np.array([0, radius])).astype(int)
    below = worn[y - 6 : y + 7, x - 2 : x + 3].astype(int).sum(axis=2)
    assert below.min() < 3 * 70


def test_without_glasses_no_frame_is_kept(swapper, finder, astronaut):
    """
    Where neither face wears any, the search changes nothing around the eyes.
    """
    mirrored = np.ascontiguousarray(astronaut[:, ::-1])
    (face,), source = finder.find(astronaut), finder.find(mirrored)[0]
    prepared = swapper.prepare(mirrored, source)

    with_search = swapper.swap(astronaut, face, prepared, SwapOptions())
    without = swapper.swap(astronaut, face, prepared, SwapOptions(occlusion=False))

    x, y = np.rint(face.landmarks[[117, 346], :2].mean(axis=0)).astype(int)
    spot = slice(y - 4, y + 5), slice(x - 20, x + 21)
    assert np.abs(with_search[spot].astype(int) - without[spot]).mean() < 3


def test_glasses_of_the_source_do_not_come_along(swapper, finder, astronaut, hopper):
    """
    Dark rims drawn on a source are not drawn on the target: it is no darker where they would be.
    """
    large = cv2.resize(astronaut[:256, 96:352], None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    (face,) = finder.find(large)
    worn = with_glasses(large, face, bridge=True)
    target = np.ascontiguousarray(large[:, ::-1])
    (goal,) = finder.find(target)

    bare = swapper.swap(target, goal, swapper.prepare(large, face), PLAIN)
    result = swapper.swap(target, goal, swapper.prepare(worn, face), PLAIN)
    with_them = swapper.swap(
        target, goal, swapper.prepare(worn, face, occlusion=False), SwapOptions(occlusion=False)
    )

    eye = goal.landmarks[468, :2]
    radius = 0.36 * float(np.linalg.norm(goal.landmarks[473, :2] - eye))
    x, y = np.rint(eye + np.array([0, radius])).astype(int)
    below = slice(y - 8, y + 9), slice(x - 6, x + 7)
    assert with_them[below].min() < 80
    assert result[below].min() > bare[below].min() - 30


def test_a_source_keeps_its_lids_when_its_glasses_go(swapper, finder, hopper, hopper_face):
    """
    The frame is painted over; pupils, lashes and the lids themselves stay as they are, or nearly.
    """
    worn, bare = (swapper.prepare(hopper, hopper_face, occlusion=on) for on in (False, True))
    change = cv2.absdiff(worn.levels[0], bare.levels[0]).max(axis=2)

    assert 100 < change.max()
    for lid in (LEFT_LIDS, RIGHT_LIDS):
        points = bare.landmarks[lid, :2]
        middle = points.mean(axis=0)
        inner = np.zeros_like(change)
        cv2.fillPoly(inner, [np.rint(middle + 0.6 * (points - middle)).astype(np.int32)], 1)
        assert 8 > change[inner > 0].mean()


def test_a_mask_over_the_mouth_hides_the_sources_lips(swapper, finder, astronaut, hopper_source):
    """
    Lips are protected from the search for occluders only while skin surrounds them.
    """
    (face,) = finder.find(astronaut)
    masked = astronaut.copy()
    points = face.landmarks[[117, 346, 288, 152, 58], :2]
    cv2.fillConvexPoly(masked, cv2.convexHull(np.rint(points).astype(np.int32)), (18, 22, 26))

    result = swapper.swap(masked, face, hopper_source, PLAIN)

    x, y = np.rint(face.landmarks[[13, 14], :2].mean(axis=0)).astype(int)
    assert result[y - 2 : y + 3, x - 6 : x + 7].mean() < 45


def with_closed_eyes(face):
    """``face`` with lids that touch."""
    points = face.landmarks.copy()
    for upper, lower in (
        ([161, 160, 159, 158, 157], [163, 144, 145, 153, 154]),
        ([388, 387, 386, 385, 384], [390, 373, 374, 380, 381]),
    ):
        points[upper, :2] = points[lower, :2]
    return Face(landmarks=points, score=1.0)


def test_eyes_that_a_source_has_closed_are_the_targets(
    swapper, astronaut, astronaut_face, hopper, hopper_face
):
    """
    There is nothing of an eye between closed lids to be stretched over an open one.
    """
    asleep = swapper.prepare(hopper, with_closed_eyes(hopper_face))

    result = swapper.swap(astronaut, astronaut_face, asleep, PLAIN)

    for iris in (468, 473):
        x, y = np.rint(astronaut_face.landmarks[iris, :2]).astype(int)
        eye, around = (
            astronaut[y - 2 : y + 3, x - 5 : x + 6],
            result[y - 8 : y + 9, x - 11 : x + 12],
        )
        assert cv2.matchTemplate(around, eye, cv2.TM_CCOEFF_NORMED).max() > 0.9


def test_closed_lips_meet_in_the_targets_line_where_the_source_shows_its_teeth(
    swapper, hopper, hopper_face, astronaut, astronaut_face
):
    """
    A row of teeth squeezed between closed lips would be a white line.
    """
    laughing = swapper.prepare(astronaut, astronaut_face)

    result = swapper.swap(hopper, hopper_face, laughing, PLAIN)

    x, y = np.rint(hopper_face.landmarks[[13, 14], :2].mean(axis=0)).astype(int)
    lips = hopper[y - 3 : y + 4, x - 9 : x + 10]
    around = result[y - 14 : y + 15, x - 18 : x + 19]
    assert cv2.matchTemplate(around, lips, cv2.TM_CCOEFF_NORMED).max() > 0.8


def test_closed_lips_stay_where_the_source_screams(
    swapper, hopper, hopper_face, astronaut, astronaut_face
):
    """
    Lips that are torn open by half the eye distance are not pressed into closed ones: those stay.
    """
    points = astronaut_face.landmarks.copy()
    points[LOWER_LIP, 1] += 0.6 * eye_distance(points)
    torn = swapper.prepare(astronaut, replace(astronaut_face, landmarks=points))
    calm = swapper.prepare(astronaut, astronaut_face)

    x, y = np.rint(hopper_face.landmarks[[13, 14], :2].mean(axis=0)).astype(int)
    lips = np.s_[y - 5 : y + 6, x - 12 : x + 13]

    def kept(source):
        plain, asked = (
            swapper.swap(hopper, hopper_face, source, replace(PLAIN, keep_mouth=mouth))[lips]
            for mouth in (False, True)
        )
        return np.abs(plain.astype(int) - asked).mean()

    assert kept(torn) < 1
    assert kept(calm) > 5


def test_closed_eyes_stay_closed(swapper, astronaut, astronaut_face, hopper_source):
    """
    Lids that touch show the target's own pixels; open eyes are the source's.
    """
    shut = with_closed_eyes(astronaut_face)
    points = shut.landmarks

    closed = swapper.swap(astronaut, shut, hopper_source, PLAIN)
    opened = swapper.swap(astronaut, astronaut_face, hopper_source, PLAIN)

    def changed(result):
        x, y = np.rint(points[145, :2]).astype(int)
        spot = slice(y - 1, y + 2), slice(x - 3, x + 4)
        return np.abs(result[spot].astype(int) - astronaut[spot]).mean()

    assert changed(closed) < 12
    assert changed(opened) > 2 * changed(closed)


def test_a_black_and_white_target_stays_so(swapper, astronaut, astronaut_face, hopper_source):
    """
    A target without colour takes no colour from its source; one in sepia stays sepia.
    """
    grey = np.repeat(cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    sepia = np.rint(grey * np.array([1, 0.85, 0.65])).astype(np.uint8)

    result = swapper.swap(grey, astronaut_face, hopper_source, PLAIN).astype(int)
    toned = swapper.swap(sepia, astronaut_face, hopper_source, PLAIN).astype(int)

    assert np.abs(result[..., 0] - result[..., 2]).max() <= 1
    inside = around(astronaut_face, 0.5, astronaut.shape)
    assert np.abs(toned[inside, 2] - 0.65 * toned[inside, 0]).mean() < 4


def test_a_closed_source_leaves_an_open_mouth_to_the_target(hopper_face, swapper):
    """
    An expression is not shape: however far the target's jaw drops, the source does not close it.
    """
    points = hopper_face.landmarks.copy()
    lower = swapper.layout.jaw > 0.5
    points[:SURFACE_POINTS][lower, 1] += 30
    opened = Face(landmarks=points, score=1.0)

    out = reshaped(opened.landmarks, hopper_face.landmarks, swapper.layout, 0.0)

    before = mouth_open(points)
    assert mouth_open(out) > 0.85 * before


def test_a_mouth_goes_half_of_the_way_that_the_rest_of_a_face_does(hopper_face, swapper):
    """
    Lips and chin of the source lie lower: the target's go down, too, the lips by half of what the chin does.
    """
    points = hopper_face.landmarks.copy()
    down = 0.08 * eye_distance(points)
    below = points[:SURFACE_POINTS, 1] > points[NOSE_BASE, 1] + 2
    points[:SURFACE_POINTS, 1] += np.where(below, down, 0)

    out = reshaped(hopper_face.landmarks, points, swapper.layout, 0.0)

    moved = (out - hopper_face.landmarks[:SURFACE_POINTS])[:, 1]
    lips, chin = moved[LIPS_OUTER].mean(), moved[CHIN]
    assert chin > 0.5 * down
    assert 0.4 * chin < lips < 0.6 * chin
