"""What is learnt of a face on the chart: where its features are, what is foreign to it, what covers it."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from mien.engine.mesh import lamps, light, masks
from mien.engine.mesh.beard import bearded
from mien.engine.mesh.chart import brought, flipped
from mien.engine.mesh.glasses import Seat
from mien.engine.mesh.layout import with_rings
from mien.engine.mesh.look import look
from mien.engine.mesh.occlusion import (
    ends_free,
    source_free,
    target_free,
    touching,
    without_gaps,
)
from mien.engine.mesh.raster import cut, draw, polygon, region_of
from mien.engine.mesh.regions import LEFT_EYE, LIPS_OUTER, RIGHT_EYE
from mien.engine.mesh.source import seen_cells, with_rims
from mien.engine.mesh.strands import strands
from mien.engine.mesh.unframed import unframed
from mien.engine.mesh.view import as_is, mirrored, share, trusted
from mien.engine.sampling import averaged

SKIN = np.array([205, 150, 125], np.float32)


@pytest.fixture(scope="module")
def chart(swapper):
    return swapper.chart


@pytest.fixture(scope="module")
def rows_and_columns(chart):
    return chart.region.rows, chart.region.columns


@pytest.fixture(scope="module")
def skin(rows_and_columns):
    """A chart of bare skin with a little noise."""
    noise = np.random.default_rng(3).normal(0, 2, (*rows_and_columns, 3))
    return np.clip(SKIN + noise, 0, 255).astype(np.uint8)


def looked(face, chart):
    return look(face, np.ones(face.shape[:2], np.float32), chart)


def no_lenses(chart):
    return np.zeros_like(chart.own)


def covered(free, where):
    """Mean of what is covered ``where``."""
    return float((1 - free)[where].mean())


def test_the_chart_is_the_same_on_both_sides(chart):
    """
    Every mask is its own mirror image, so that one side can stand for the other.
    """
    for mask in (chart.outline, chart.own, chart.forehead, chart.beside, chart.bare):
        assert np.abs(mask - flipped(mask)).mean() < 0.01


def test_a_face_lies_where_its_features_are(chart, astronaut, astronaut_face):
    """
    Lips are redder than the cheeks above them and eyes darker, exactly where the chart says they are.
    """
    points = with_rings(astronaut_face.landmarks)
    region = region_of(points, 512, 512)
    assert region is not None
    scene = averaged(cut(astronaut, region), region.grid)
    face = chart.unrolled(scene, region, points).astype(int)

    lips, eye = (
        face[polygon(chart.points[ring], chart.region) > 0].mean(axis=0)
        for ring in (LIPS_OUTER, LEFT_EYE)
    )
    cheeks = face[(chart.core * (1 - chart.own)) > 0.9].mean(axis=0)
    assert lips[0] - lips[1] > cheeks[0] - cheeks[1]
    assert eye.sum() < cheeks.sum() - 60


def test_what_is_brought_from_the_chart_comes_to_its_place(chart, swapper, astronaut_face):
    """
    The lips of the chart, brought to a picture's grid, are the lips drawn there.
    """
    points = with_rings(astronaut_face.landmarks)
    region = region_of(points, 512, 512)
    assert region is not None
    raster = draw(points, swapper.layout, region)

    there = brought(polygon(chart.points[LIPS_OUTER], chart.region), chart.seen_from(raster))
    drawn = polygon(points[LIPS_OUTER], region)

    assert (np.minimum(there, drawn)).sum() > 0.85 * np.maximum(there, drawn).sum()


def test_light_from_one_side_is_not_foreign_and_a_patch_is(chart, skin, rows_and_columns):
    """
    A lamp that halves the brightness across the face covers nothing; a grey patch in its light does.
    """
    columns = rows_and_columns[1]
    lamp = np.linspace(1.15, 0.5, columns, dtype=np.float32)[None, :, None]
    lit = np.clip(skin * lamp, 0, 255).astype(np.uint8)
    patched = lit.copy()
    patch = np.broadcast_to(
        np.arange(lit.shape[0])[:, None] < chart.points[10, 1] + 20, lit.shape[:2]
    )
    patched[patch] = (90, 90, 95)

    free = source_free(looked(lit, chart), chart)
    free_of_patch = source_free(looked(patched, chart), chart)

    assert covered(free, chart.core > 0.9) < 0.02
    assert covered(free_of_patch, patch & (chart.core > 0.5) & (chart.own < 0.1)) > 0.9


def test_hair_comes_from_outside_and_a_shadow_does_not(chart, skin):
    """
    The same dark colour is hair where it reaches the outline, and a shadow in the middle of a cheek.
    """
    dark = (60, 40, 30)
    middle = chart.points[50, :2].round().astype(int)  # a cheek
    shaded = cv2.circle(skin.copy(), tuple(middle.tolist()), 5, dark, -1)
    fringe = skin.copy()
    hair = chart.forehead > 0
    fringe[hair | (chart.inside < 1)] = dark

    assert covered(source_free(looked(shaded, chart), chart), chart.core > 0.9) < 0.02
    assert covered(source_free(looked(fringe, chart), chart), hair & (chart.own < 0.1)) > 0.9
    assert (
        covered(
            target_free(looked(fringe, chart), chart, no_lenses(chart)), hair & (chart.own < 0.1)
        )
        > 0.9
    )


def test_hair_that_is_known_goes_on_in_its_ends_and_nowhere_else(chart, skin):
    """
    A line of half the skin's colour that hangs from hair is hair; the same line alone on the forehead is none.
    """
    rows, columns = np.indices(chart.own.shape)
    middle = int(np.flatnonzero(chart.forehead.any(axis=0)).mean())
    high = int(np.flatnonzero(chart.forehead[:, middle] > 0)[0])
    known = (rows < high + 4) & (chart.inside > 0)
    line = (abs(columns - middle) < 5) & (rows >= high + 4) & (rows < high + 12)
    alone = line & (rows >= high + 8)
    half = skin.copy()
    half[line] = half[line] * 0.6
    gone = half.copy()
    gone[line & ~alone] = skin[line & ~alone]

    hanging = ends_free(looked(half, chart), known, chart)
    lonely = ends_free(looked(gone, chart), np.zeros_like(known), chart)

    assert covered(hanging, alone & (chart.own < 0.1)) > 0.9
    assert covered(lonely, alone & (chart.own < 0.1)) < 0.1


@pytest.mark.parametrize(("angle", "found"), [(75, True), (110, True), (5, False)])
def test_a_strand_hangs_upright_from_hair(chart, skin, angle, found):
    """
    A thin dark line from the hairline down is a strand; a wrinkle that begins there lies across.
    """
    x, y = (int(v) for v in chart.points[109, :2].round())
    turn = np.deg2rad(angle)
    end = round(x + 12 * np.cos(turn)), round(y + 12 * np.sin(turn))
    lined = cv2.line(skin.copy(), (x, y), end, (120, 85, 65), 2)
    drawn = (lined != skin).any(axis=2) & (chart.depth > 0.02)

    strand = strands(lined, np.ones_like(chart.own), chart)

    assert found == (strand[drawn].mean() > 0.9)
    assert found == strand.any()
    assert not strands(skin, np.ones_like(chart.own), chart).any()


def test_a_frown_hangs_from_nothing(chart, skin):
    """
    Upright lines between the brows are the face's own.
    """
    x, y = (int(v) for v in chart.points[9, :2].round())
    frowning = cv2.line(skin.copy(), (x, y - 8), (x, y + 4), (120, 85, 65), 2)

    assert not strands(frowning, np.ones_like(chart.own), chart).any()


def test_a_sources_microphone_goes_with_the_lips_that_it_hides(chart, skin):
    """
    What comes before a cheek and goes on over the lips is no part of the face.
    """
    lips = polygon(chart.points[LIPS_OUTER], chart.region) > 0
    speaking = skin.copy()
    speaking[lips] = (165, 95, 90)
    x, y = (int(v) for v in chart.points[291, :2].round())
    held = cv2.circle(speaking.copy(), (x + 3, y), 11, (45, 45, 48), -1)
    cv2.line(held, (x + 3, y), (x + 20, skin.shape[0]), (45, 45, 48), 9)
    thing = np.abs(held.astype(int) - speaking).max(axis=2) > 40

    assert covered(source_free(looked(held, chart), chart), thing & (chart.depth > 0)) > 0.98
    assert covered(source_free(looked(speaking, chart), chart), lips) < 0.05


def test_a_mask_is_not_taken_for_the_skins_light(chart, skin):
    """
    Blue cloth over mouth and cheeks is no skin in another light, and hides the lips.
    """
    rows = np.arange(skin.shape[0])[:, None] > chart.points[4, 1]
    cloth = np.broadcast_to(rows, skin.shape[:2]) & (chart.inside > 0)
    masked = skin.copy()
    masked[cloth] = (70, 90, 150)

    free = target_free(looked(masked, chart), chart, no_lenses(chart))

    assert covered(free, cloth & (chart.depth > 0.05)) > 0.9
    assert covered(free, (chart.features[masks.LIPS] > 0.9)) > 0.9
    assert covered(free, ~cloth & (chart.core > 0.9) & (chart.own < 0.1)) < 0.15


@pytest.mark.parametrize(("soft", "hidden"), [(9.0, False), (0.8, True)])
def test_bright_light_fades_into_skin_and_a_hat_does_not(chart, skin, soft, hidden):
    """
    The same pale spot from the hairline down is shine where its edge is soft, and a thing where it is sharp.
    """
    x, y = chart.points[10, :2].round().astype(int)
    spot = np.zeros(skin.shape[:2], np.float32)
    cv2.ellipse(spot, (int(x), int(y)), (26, 22), 0, 0, 360, 1, -1)
    weight = cv2.GaussianBlur(spot, (0, 0), soft)[..., None]
    pale = skin + weight * (np.array([245, 240, 250], np.float32) - skin)
    middle = (weight[..., 0] > 0.7) & (chart.depth > 0.05) & (chart.own < 0.1)

    free = target_free(looked(pale.astype(np.uint8), chart), chart, no_lenses(chart))

    assert middle.any()
    assert hidden == (covered(free, middle) > 0.5)


def test_light_follows_closely_beside_the_targets_own_skin():
    """
    There all that changes comes from the target, within a factor of four; elsewhere hard light alone does.
    """
    there, here = np.full((1, 3, 3), 0.2, np.float32), np.zeros((1, 3, 3), np.float32)
    there[0, 2] = 5
    close = np.array([[0, 1, 1]], np.float32)

    out = light.followed(there, here, close)

    np.testing.assert_allclose(out[0, 0], light.hard_light(there)[0, 0], rtol=1e-5)
    assert out[0, 0].max() < 0.1
    np.testing.assert_allclose(out[0, 1:], [[0.2] * 3, [light.MOST_CLOSELY] * 3], rtol=1e-5)


def test_spots_that_touch_are_kept():
    """
    Of two spots the one that holds a seed stays, and a seed alone adds nothing.
    """
    cells = np.zeros((6, 12), bool)
    cells[1:3, 1:5] = cells[4:, 7:11] = True
    seeds = np.zeros_like(cells)
    seeds[2, 4] = seeds[0, 11] = True

    kept = touching(cells, seeds)

    assert (kept[1:3, 1:5] == 1).all()
    assert 8 == kept.sum()


def framed(chart, skin, *, bridge):
    """Skin with dark rims drawn around both eyes."""
    face = skin.copy()
    centres = [chart.points[ring, :2].mean(axis=0) for ring in (LEFT_EYE, RIGHT_EYE)]
    radius = round(0.11 * chart.cells)
    for x, y in centres:
        cv2.circle(face, (round(x), round(y)), radius, (30, 30, 35), 3)
    if bridge:
        (x0, y0), (x1, _) = sorted(map(tuple, centres))
        cv2.line(
            face, (round(x0) + radius, round(y0)), (round(x1) - radius, round(y0)), (30, 30, 35), 3
        )
    return face


def test_glasses_need_a_bridge_and_rims(chart, skin):
    """
    Rims with a bridge are a frame, and taken where they are; rings without one are no glasses.
    """
    seat, seen = Seat.of(chart), np.ones(skin.shape[:2], np.float32)
    drawn = (framed(chart, skin, bridge=True) != skin).any(axis=2)

    frame = seat.frame(framed(chart, skin, bridge=True), seen)

    assert frame[drawn & (chart.own < 0.1)].mean() > 0.9
    assert frame[~drawn].mean() < 0.05
    assert seat.frame(framed(chart, skin, bridge=False), seen).max() == 0
    assert seat.frame(skin, seen).max() == 0


def test_a_clear_frame_may_lack_a_part_of_a_rim(chart, skin):
    """
    Half of one rim has the skin's colour, all the rest stands out: glasses; rims without a bridge are none.
    """
    seat, seen = Seat.of(chart), np.ones(skin.shape[:2], np.float32)
    rows, columns = seat.rims[0]
    missing = np.s_[
        rows.start + seat.rows.start : rows.stop + seat.rows.start,
        columns.start : (columns.start + columns.stop) // 2,
    ]
    worn, bare = (framed(chart, skin, bridge=bridge) for bridge in (True, False))
    for face in (worn, bare):
        face[missing] = skin[missing]

    assert seat.frame(worn, seen)[(worn != skin).any(axis=2) & (chart.own < 0.1)].mean() > 0.9
    assert seat.frame(bare, seen).max() == 0


def test_dark_lenses_are_dark_around_both_eyes(chart, skin):
    """
    Two dark discs are lenses, and taken where they are; one eye in the shade wears none.
    """
    seat = Seat.of(chart)
    centres = [chart.points[ring, :2].mean(axis=0) for ring in (LEFT_EYE, RIGHT_EYE)]
    shaded, worn = skin.copy(), skin.copy()
    size = round(0.2 * chart.cells), round(0.14 * chart.cells)
    for picture, some in ((worn, centres), (shaded, centres[:1])):
        for x, y in some:
            cv2.ellipse(picture, (round(x), round(y)), size, 0, 0, 360, (30, 25, 35), -1)
    discs = (worn != skin).any(axis=2)

    lenses = seat.lenses(worn)

    assert lenses[discs].mean() > 0.9
    assert lenses[~discs].mean() < 0.02
    assert seat.lenses(shaded).max() == 0


def test_the_rims_of_dark_glasses_go_with_their_lenses(chart, skin):
    """
    A rim of two cells around each lens is no skin, though it may have its colour.
    """
    worn, rims = skin.copy(), np.zeros(skin.shape[:2], np.uint8)
    size = round(0.2 * chart.cells), round(0.14 * chart.cells)
    for ring in (LEFT_EYE, RIGHT_EYE):
        x, y = chart.points[ring, :2].mean(axis=0).round().astype(int).tolist()
        cv2.ellipse(worn, (x, y), size, 0, 0, 360, (30, 25, 35), -1)
        cv2.ellipse(rims, (x, y), (size[0] + 1, size[1] + 1), 0, 0, 360, 1, 2)
    lenses = Seat.of(chart).lenses(worn)

    assert with_rims(lenses, chart.cells)[rims > 0].min() > 0.5
    assert lenses[rims > 0].min() < 0.1
    assert not with_rims(np.zeros_like(lenses), chart.cells).any()


def test_half_a_face_in_the_dark_is_no_thing_before_it(chart, skin, astronaut, astronaut_face):
    """
    Features show through a shadow and through coloured light; cloth of the same colour hides them.
    """
    points = with_rings(astronaut_face.landmarks)
    region = region_of(points, 512, 512)
    assert region is not None
    face = chart.unrolled(averaged(cut(astronaut, region), region.grid), region, points)
    middle = chart.points[4, 0]
    side = np.broadcast_to(np.arange(face.shape[1]) < middle + 12, face.shape[:2])
    cloth = np.broadcast_to(np.arange(face.shape[0])[:, None] > chart.points[4, 1] - 8, side.shape)
    tint = np.array([0.06, 0.1, 0.22], np.float32)
    shaded, masked = face.copy(), face.copy()
    shaded[side] = face[side] * tint
    masked[cloth] = skin[cloth] * tint
    where = (chart.core > 0.9) & (chart.own < 0.1)

    in_shadow = target_free(looked(shaded, chart), chart, no_lenses(chart))
    under_cloth = target_free(looked(masked, chart), chart, no_lenses(chart))

    assert covered(in_shadow, where & side) < 0.2
    assert covered(under_cloth, where & cloth) > 0.9


def test_colour_is_left_behind_between_lamps_and_not_between_people(chart, skin):
    """
    Skins of other shades keep all their colour; an orange lamp on one of them takes some of it.
    """
    where = chart.core * (1 - chart.own)
    darker = (skin * 0.5).astype(np.uint8)
    orange = np.clip(skin * np.array([1.2, 0.8, 0.5], np.float32), 0, 255).astype(np.uint8)

    assert lamps.muted(skin, skin, where) == 0
    assert lamps.muted(skin, darker, where) < 0.05
    assert lamps.MOST_MUTED / 2 < lamps.muted(skin, orange, where) <= lamps.MOST_MUTED
    assert lamps.muted(orange, skin, where) > lamps.MOST_MUTED / 2


def test_a_source_between_lamps_of_two_colours_leaves_its_colour_behind(chart, skin):
    """
    Half of a face in orange light and half in blue leaves most; one lamp, however orange, nothing.
    """
    where = chart.core * (1 - chart.own)
    orange, blue = (
        np.clip(skin * np.array(lamp, np.float32), 0, 255).astype(np.uint8)
        for lamp in ((1.2, 0.8, 0.5), (0.7, 0.8, 1.1))
    )
    both = orange.copy()
    both[:, : skin.shape[1] // 2] = blue[:, : skin.shape[1] // 2]

    assert lamps.two_lamps(both, where) > lamps.MOST_PALE / 2
    assert 0 == lamps.two_lamps(orange, where) == lamps.two_lamps(skin, where)
    assert 0 == lamps.two_lamps(both, np.zeros_like(where))


def bare_of(where, chart):
    """Two faces that show their skin ``where``, and no beard."""
    stays, beard = 1 - chart.outline, np.zeros_like(where)
    return light.Skin(there=where, here=where, stays=stays, beard=beard, full=np.zeros_like(beard))


def test_a_coloured_gleam_on_a_sources_cheek_stays_behind(chart, skin):
    """
    Of an orange spot, as hair or a lamp beside it throws on a cheek, less than a quarter comes along.
    """
    where = chart.core * (1 - chart.own)
    x, y = (int(v) for v in chart.points[280, :2].round())
    spot = np.zeros(skin.shape[:2], np.float32)
    cv2.circle(spot, (x, y), 12, 1, -1)
    spot = cv2.GaussianBlur(spot, (0, 0), 3)[..., None]
    orange = skin * (1 + spot * (np.array([1.08, 1.0, 0.7], np.float32) - 1))
    gleaming = np.clip(orange, 0, 255).astype(np.uint8)
    both = bare_of(where, chart)

    result = light.lit(gleaming, light.relight(skin, gleaming, both, chart))

    def tint(face):
        cells = face[y - 3 : y + 4, x - 3 : x + 4].reshape(-1, 3).mean(axis=0)
        return np.log(cells[0] / cells[2])

    own = tint(skin)
    assert tint(result) - own < 0.25 * (tint(gleaming) - own)


def test_pale_lips_of_dark_skin_do_not_glow_on_pale_skin(chart, skin):
    """
    Lips that are brighter than a dark face around them are no brighter than a pale one.
    """
    where = chart.core * (1 - chart.own)
    lips = polygon(chart.points[LIPS_OUTER], chart.region) > 0
    dark = (skin * 0.4).astype(np.uint8)
    dark[lips] = np.clip(dark[lips] * 1.9, 0, 255)
    both = bare_of(where, chart)

    by = light.relight(skin, dark, both, chart)
    result = light.lit(dark, by)

    inside = cv2.erode(lips.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert np.median(result[inside]) < 1.25 * np.median(result[where > 0.9])


def test_a_pale_picture_with_red_lips_is_no_black_and_white(chart, skin):
    """
    All but one cell in a hundred have to be of one ink: in a pale film only lips and eyes tell.
    """
    lamp = np.linspace(1.2, 0.4, skin.shape[1], dtype=np.float32)[None, :, None]
    bright = cv2.cvtColor(skin, cv2.COLOR_RGB2GRAY)[..., None] * lamp
    grey = np.repeat(np.clip(bright, 0, 255).astype(np.uint8), 3, axis=2)
    sepia = np.clip(grey * np.array([1.0, 0.85, 0.65], np.float32), 0, 255).astype(np.uint8)
    pale = grey.copy()
    lips = polygon(chart.points[LIPS_OUTER], chart.region) > 0
    pale[lips] = (150, 105, 105)

    rows, columns = np.nonzero(chart.core > 0.5)
    face = np.s_[rows.min() : rows.max(), columns.min() : columns.max()]

    assert lamps.one_ink(grey[face]) == 1
    assert lamps.one_ink(sepia[face]) == 1
    assert lamps.one_ink(pale[face]) == 0


def test_a_frame_is_painted_over_with_skin(swapper, chart, astronaut, astronaut_face):
    """
    A dark rim drawn on the chart's place of glasses is gone, and what is no rim stays as it was.
    """
    points = with_rings(astronaut_face.landmarks)
    region = region_of(points, 512, 512)
    assert region is not None
    raster = draw(points, swapper.layout, region)
    frame = np.zeros_like(chart.own)
    cheek = chart.points[50, :2].round().astype(int)
    cv2.line(frame, (int(cheek[0]) - 6, int(cheek[1])), (int(cheek[0]) + 6, int(cheek[1])), 1.0, 3)
    there = np.zeros((512, 512), np.float32)
    width, height = region.size
    at_pixels = cv2.resize(brought(frame, chart.seen_from(raster)), (width, height))
    there[region.y0 : region.y0 + height, region.x0 : region.x0 + width] = at_pixels
    worn = astronaut.copy()
    worn[there > 0.6] = 20

    bare = unframed(worn, frame, chart.outline * (1 - chart.own), raster, chart, size=chart.cells)

    assert np.abs(bare[there > 0.6].astype(int) - astronaut[there > 0.6]).mean() < 25
    assert (bare[there == 0] == worn[there == 0]).mean() > 0.995


@pytest.mark.parametrize(("worn", "bearded"), [("beard", True), ("scarf", False), ("mask", False)])
def test_a_beard_is_the_sources_own_and_a_scarf_is_not(chart, worn, bearded):
    """
    Black below the mouth, with black above the lips, comes along; without that it does not, nor where the nose is black,
    too.
    """
    face = np.full((*chart.inside.shape, 3), (200, 150, 130), np.uint8)
    rows = np.arange(len(face))[:, None] - chart.points[152, 1]
    dark = rows > -0.25 * chart.cells
    if worn != "scarf":
        dark = dark | (rows > -0.42 * chart.cells) & (chart.lips < 0.5)
    if worn == "mask":
        dark = dark | (chart.ridge > 0)
    face[dark & (chart.eyes < 0.1)] = (75, 38, 22)

    free = source_free(look(face, np.ones_like(chart.inside), chart), chart)

    chin = free[dark & (chart.inside > 0) & (chart.depth > 0.12) & (rows < -0.05 * chart.cells)]
    assert (chin.mean() > 0.8) == bearded
    assert (chin.mean() < 0.4) == (not bearded)


def test_a_beard_grows_on_both_sides_and_a_shadow_falls_on_one(chart, skin):
    """
    What is dark and grey on one cheek only is shadow, unless the other cheek cannot be seen.
    """
    columns = np.arange(skin.shape[1])
    jaw = (chart.jaw > 0.9) & (chart.inside > 0) & (chart.lips < 0.1) & (chart.moustache == 0)
    apart = np.abs(columns - skin.shape[1] / 2) > 0.12 * chart.cells
    both, left = skin.copy(), skin.copy()
    one_side = jaw & apart & (columns < skin.shape[1] / 2)
    both[jaw & apart] = left[one_side] = (45, 42, 42)
    far = np.where(columns < skin.shape[1] / 2, 1, 0.1) * np.ones(jaw.shape)

    def told(face, seen=None):
        look_ = looked(face, chart)
        if seen is not None:
            look_ = replace(look_, seen=np.asarray(seen, np.float32))
        return bearded(look_, chart)[one_side].mean()

    assert told(both) > 0.7
    assert told(left) < 0.1
    assert told(left, far) > 0.7


def test_the_other_side_lends_what_hair_covers_and_nothing_else(swapper, astronaut, astronaut_face):
    """
    Where one side is covered and the other is not, the other gives all of it; frontal skin that
    shows on both sides stays as it is, however squarely either is seen.
    """
    source = swapper.prepare(astronaut, astronaut_face)
    view = as_is(source)
    half = np.ones_like(view.free)
    half[:, : half.shape[1] // 3] = 0
    view = type(view)(
        source=source,
        points=view.points,
        face=np.full_like(view.face, 150),
        seen=np.full_like(half, 0.8),
        free=half,
    )

    lent = share(view, mirrored(view, swapper.layout), swapper.chart.cells)

    assert lent[:, : half.shape[1] // 3].min() > 0.99
    assert lent[:, half.shape[1] // 3 :].max() == 0


def test_a_narrow_strip_is_not_lent(swapper, astronaut, astronaut_face):
    """
    What a strand of hair covers on one side is not taken from the other: there would be two seams and little between.
    """
    source = swapper.prepare(astronaut, astronaut_face)
    view = as_is(source)
    strand = np.ones_like(view.free)
    strand[:, 30:33] = 0
    wide = np.ones_like(view.free)
    wide[:, 24:39] = 0

    lent = [
        share(one, mirrored(one, swapper.layout), swapper.chart.cells)
        for one in (
            type(view)(
                source=source,
                points=view.points,
                face=np.full_like(view.face, 150),
                seen=np.full_like(free, 0.8),
                free=free,
            )
            for free in (strand, wide)
        )
    ]

    assert lent[0].max() == 0
    assert lent[1][:, 24:39].min() > 0.99


def test_nothing_is_lent_beside_what_covers_the_other_side(swapper, astronaut, astronaut_face):
    """
    Skin beside hair lies in its shade: it is not put where the other side's hair was, and all beyond it is.
    """
    source = swapper.prepare(astronaut, astronaut_face)
    view = as_is(source)
    both = np.ones_like(view.free)
    width = both.shape[1]
    both[:, : width // 3] = 0
    both[:, -width // 6 :] = 0
    view = type(view)(
        source=source,
        points=view.points,
        face=np.full_like(view.face, 150),
        seen=np.full_like(both, 0.8),
        free=both,
    )

    lent = share(view, mirrored(view, swapper.layout), swapper.chart.cells)

    edge = width // 6
    assert lent[:, : edge + 2].max() == 0
    assert lent[:, edge + 8 : width // 3 - 2].min() > 0.99


def test_a_side_in_the_shade_lends_nothing(swapper, astronaut, astronaut_face):
    """
    A third as bright, a patch of the other side would be a stain; of a turned head there is no other.
    """
    source = swapper.prepare(astronaut, astronaut_face)
    view = as_is(source)
    columns = view.free.shape[1]
    half, shaded = np.ones_like(view.free), np.full_like(view.face, 150)
    half[:, : columns // 3] = 0
    shaded[:, columns // 2 :] //= 3

    lent = [
        share(one, mirrored(one, swapper.layout), swapper.chart.cells)
        for one in (
            type(view)(
                source=replace(source, yaw=yaw),
                points=view.points,
                face=shaded,
                seen=np.full_like(half, 0.8),
                free=half,
            )
            for yaw in (0.0, 30.0)
        )
    ]

    beside = np.s_[:, columns // 6 : columns // 3 - 2]
    assert lent[0][beside].mean() < 0.1
    assert lent[1][beside].mean() > 0.9


def test_less_is_trusted_the_more_squarely_the_target_is_seen(swapper, astronaut, astronaut_face):
    """
    A grazing view may show what the target shows grazing too, and not what it shows squarely.
    """
    view = as_is(swapper.prepare(astronaut, astronaut_face))
    grazing = type(view)(
        source=view.source,
        points=view.points,
        face=view.face,
        seen=np.full_like(view.seen, 0.1),
        free=np.ones_like(view.free),
    )

    alike, squarely = (
        trusted(grazing, np.full_like(view.seen, seen)).mean() for seen in (0.1, 1.0)
    )

    assert alike > 0.99
    assert squarely < 0.05


def test_a_turned_head_shows_one_side(swapper, chart, astronaut_face):
    """
    Landmarks turned by forty degrees are seen squarely on one half of the chart and badly on the other.
    """
    angle = np.radians(40)
    turn = np.array(
        [[np.cos(angle), 0, -np.sin(angle)], [0, 1, 0], [np.sin(angle), 0, np.cos(angle)]]
    )
    points = with_rings((astronaut_face.landmarks @ turn.T).astype(np.float32))

    seen = seen_cells(points, chart, swapper.layout) * (chart.inside > 0)
    left, right = np.array_split(seen, 2, axis=1)

    assert max(left.mean(), right.mean()) > 2 * min(left.mean(), right.mean())


def test_relief_follows_the_targets():
    """
    Within bounds: darkened skin may keep more, brightened skin never more than noise allows, features stay.
    """
    asked, skin = np.full((2, 2, 3), 0.25, np.float32), np.ones((2, 2), np.float32)
    bright = 16 * asked

    np.testing.assert_allclose(light.detailed(asked, 1.2, skin), 1.2 * asked, rtol=1e-5)
    np.testing.assert_allclose(light.detailed(asked, 0.9, skin), 0.9 * asked, rtol=1e-5)
    least = light.detailed(asked, 0.1, skin)
    np.testing.assert_allclose(least, light.LEAST_RELIEF * asked, rtol=1e-5)
    most = light.detailed(asked, 99.0, skin)
    np.testing.assert_allclose(most, 0.25**light.DARKENED_POWER, rtol=1e-5)
    np.testing.assert_allclose(light.detailed(bright, 99.0, skin), 4**light.DETAIL_POWER, rtol=1e-5)
    np.testing.assert_allclose(light.detailed(bright, 4**-0.85, skin), 4**0.15, rtol=1e-5)


def test_shining_dark_skin_gets_the_even_relief_of_pale_skin():
    """
    Up to half of its relief goes where it is brightened twice and more; as long as it stays dark, little does.
    """
    skin = np.ones((1, 2), np.float32)
    asked = np.full((1, 2, 3), 2.0, np.float32)
    asked[:, 1] = 1.0

    left = light.detailed(asked, 0.1, skin) / asked**light.DETAIL_POWER
    brightened, same = left[0, :, 0]

    np.testing.assert_allclose(brightened, light.LEAST_BRIGHTENED, rtol=1e-5)
    np.testing.assert_allclose(same, light.LEAST_RELIEF, rtol=1e-5)


def test_brows_are_not_stained_by_the_colour_of_light():
    """
    Light that is as bright and of another colour is that of all detail, too: what is dark would turn red.
    """
    bright = np.array([1.6, 0.9, 0.4], np.float32)
    bright /= bright @ light.LUMA

    for brightness, detail in ((1.0, 1.0), (16.0, 16.0**light.DETAIL_POWER)):
        asked = np.full((1, 1, 3), brightness, np.float32) * bright
        out = light.detailed(asked, 1.0, np.zeros((1, 1), np.float32))
        np.testing.assert_allclose(out[0, 0], detail * bright, rtol=1e-4)


def test_brows_and_lips_lose_no_contrast():
    """
    They are what a face is known by; skin that shines does.
    """
    asked, skin = np.full((1, 2, 3), 0.5, np.float32), np.array([[0, 1]], np.float32)
    out = light.detailed(asked, 0.1, skin)

    np.testing.assert_allclose(out[0, 0], asked[0, 0])
    assert (out[0, 1] < asked[0, 1]).all()


def test_contrast_is_that_of_brightness_where_skin_is_seen():
    """
    Colours that change and what lies elsewhere say nothing of it.
    """
    here = np.zeros((4, 4, 3), np.float32)
    here[:, ::2], here[:, 1::2] = 0.2, -0.2
    seen = np.zeros((4, 4), np.float32)
    seen[:2] = 1
    there = 2 * here
    there[2:] = 9

    assert abs(light.contrast(there, here, seen) - 2) < 0.01
    tinted = there + np.array([0.0722, 0, -0.2126], np.float32)
    assert abs(light.contrast(tinted, here, seen) - 2) < 0.01


def test_levels_are_lifted_and_lowered():
    """
    Both in one picture, to black at the least and white at the most.
    """
    texture = np.full((4, 8, 3), 100, np.uint8)
    lift = np.zeros((4, 8, 3), np.float32)
    lift[:, :4], lift[:, 4:] = -130, 190
    gain = np.ones_like(lift)
    out = light.lit(texture, light.Relight(gain=gain, lift=lift, own=gain))

    assert (out[:, :4] == 0).all()
    assert (out[:, 4:] == 255).all()
    gain, lift = gain * np.float32(0.5), lift * np.float32(0.1)
    half = light.lit(texture, light.Relight(gain=gain, lift=lift, own=gain))
    assert {37, 69} == set(np.unique(half))


def test_a_brow_under_strands_goes_with_the_hair(chart):
    """
    An island narrower than the gap is no face; a broad one is, and so is all that hair leaves free.
    """
    rows, columns = chart.region.rows, chart.region.columns
    free = np.zeros((rows, columns), np.float32)
    middle, narrow, broad = rows // 2, round(0.04 * chart.cells), round(0.3 * chart.cells)
    free[middle - broad : middle, columns // 2 - broad : columns // 2 + broad] = 1
    free[middle + 5 : middle + 5 + narrow, columns // 2 - broad : columns // 2 + broad] = 1
    out = without_gaps(free, chart)

    assert (out[middle + 2 :][chart.inside[middle + 2 :] > 0] == 0).all()
    assert out[:middle].sum() > 0.95 * free[:middle].sum()
    assert (without_gaps(np.ones_like(free), chart) == 1).all()


def test_most_of_the_skin_tells_the_light():
    """
    Shine hardly counts and a beard counts little; a face's shadow side still counts.
    """
    face = np.full((8, 8, 3), 120, np.float32)
    face[0], face[1], face[2] = 250, 20, 110
    weight = np.ones((8, 8), np.float32)
    counted = light.matt(face, weight)

    assert counted[0].max() < 0.15
    np.testing.assert_allclose(counted[1], light.LEAST_COUNTED)
    np.testing.assert_allclose(counted[2:], 1)
