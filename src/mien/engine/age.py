"""A face made older or younger: folds, tone and texture of the skin, and the sag of its shape.

Ages go from -1 (as young as it gets) over 0 (as it is) to 1 (very old).
"""

from functools import cache

import cv2
import numpy as np

from mien.engine.folds import shading
from mien.engine.ground import FEATURES, Ground, grain, luminance
from mien.engine.mesh.layout import VERTICES
from mien.engine.mesh.regions import LEFT_BROW, LEFT_EYE, RIGHT_BROW, RIGHT_EYE
from mien.engine.mesh.shape import smoothstep
from mien.engine.mesh.topology import SURFACE_POINTS
from mien.engine.sampling import averaged, averaged_values, blurred, interpolated
from mien.engine.types import Floats, Image, Mask, Points

#: How fast the effect grows with the wish: half of it shows at about .21, all of it at 1.
HASTE = 3.0


def strength(age: float) -> float:
    """How much of the full effect shows at ``age`` -1..1: quick at first, saturating at 1."""
    return float((1 - np.exp(-HASTE * abs(age))) / (1 - np.exp(-HASTE)))


def aged(image: Image, ground: Ground, age: float) -> Image:
    """``image`` ``(H, W, 3)`` over the ground's pixels with the face made older or younger.

    Returns:
        ``image`` itself for the age 0.
    """
    if age > 0:
        return older(image, ground, strength(age))
    if age < 0:
        return younger(image, ground, strength(age))
    return image


#: The face's own wrinkles lie between these sigmas, shares of the face.
FINE, COARSE = 0.0035, 0.016
#: Gain on their dark and on their bright side, and the levels beyond which nothing is added.
DARKER, LIGHTER, MOST = 1.5, 0.9, 24.0
#: Added below the quotient of levels that turns a difference into a gain.
FLOOR = 16.0
#: Bounds of the gain on a pixel.
GAIN = (0.35, 1.5)
#: Old skin is rougher: by this share of its brightness, in grains of this share of the face.
ROUGH, ROUGH_GRAIN = 0.02, 0.0018


def older(image: Image, ground: Ground, amount: float) -> Image:
    """``image`` with an older face; ``amount`` 0..1."""
    grey = luminance(image)
    bare = around_features(ground) * np.float32(amount)
    rough = grain(grey.shape, max(ROUGH_GRAIN * ground.size, 0.5))
    change = deepened(grey, ground.size)
    rough *= np.float32(ROUGH)
    change += rough
    change *= ground.at_pixels(bare)
    change += shading(ground, amount)
    change += ground.at_pixels(uneven(ground) * bare)
    toned = cv2.transform(with_grey_brows(image, grey, ground, amount), tone(amount))
    return np.asarray(cv2.multiply(toned, gains(change, warmth(image)), dtype=cv2.CV_8U), np.uint8)


def deepened(grey: Floats, size: float) -> Floats:
    """What the face's own wrinkles add to the gain, for a face of ``size`` pixels."""
    height, width = grey.shape
    # What is finer than two pixels is not looked at: then a quarter of them is enough.
    step = 2 if FINE * size >= 1 else 1
    small = averaged_values(grey, (-(-width // step), -(-height // step)))
    own = band(small, FINE * size / step, COARSE * size / step)
    own *= np.where(own < 0, np.float32(DARKER), np.float32(LIGHTER))
    # Bounded softly, so that edges do not ring, and divided by the brightness.
    bound = np.abs(own)
    bound *= np.float32(1 / MOST)
    bound += 1
    bound *= small + np.float32(FLOOR)
    own /= bound
    return interpolated(own, (width, height))


#: In a fold light has gone through skin: of a darkening, red gets less, blue more.
SHADE_RED, SHADE_BLUE = -0.22, 0.12
#: From this much more red than blue (levels) on skin has its full colour.
WARM = 30.0


def warmth(image: Image) -> float:
    """0 for a picture without colour, 1 for skin in its colours."""
    red, _, blue, _ = cv2.mean(image)
    return float(np.clip((red - blue) / WARM, 0, 1))


def gains(change: Floats, warm: float) -> Floats:
    """``(H, W, 3)`` gain of R, G, B from a ``change`` of brightness; without colour all alike."""
    darker = np.minimum(change, 0)
    red, blue = (change + darker * np.float32(warm * tint) for tint in (SHADE_RED, SHADE_BLUE))
    gain = np.asarray(cv2.merge([red, change, blue]), np.float32)
    gain += 1
    return np.clip(gain, *GAIN, out=gain)


def band(grey: Floats, fine: float, coarse: float) -> Floats:
    """What of ``grey`` lies between two sigmas (pixels); the coarse one on a quarter of the pixels."""
    height, width = grey.shape
    size = max(2, width // 2), max(2, height // 2)
    slow = blurred(averaged_values(grey, size), max(coarse / 2, 0.5))
    return np.asarray(blurred(grey, max(fine, 0.5)) - interpolated(slow, (width, height)))


#: Wrinkles are deepened up to this share of the face from eyes, brows and lips.
AROUND = 0.012


def around_features(ground: Ground) -> Mask:
    """``(rows, columns)`` 1 on skin, wrinkles close to the eyes included; 0 on eyes, brows, lips."""
    return 1 - ground.near(FEATURES, AROUND)


#: Blotches of the skin: share of the brightness (RMS at full age).
BLOTCHES = 0.05
SEED = 1867
#: Sigma that takes the mesh out of them, share of the face.
BLOTCH_SOFT = 0.02


@cache
def blotches() -> Floats:
    """``(540, 1)`` how much darker each vertex gets; the same at every call."""
    values = np.random.default_rng(SEED).normal(0, BLOTCHES, (VERTICES, 1))
    # Skin darkens in spots; it pales less.
    return np.minimum(values, BLOTCHES / 2).astype(np.float32)


def uneven(ground: Ground) -> Floats:
    """``(rows, columns)`` what full age adds to the gain: blotches that go with the mesh."""
    return blurred(ground.raster.values(blotches())[..., 0], BLOTCH_SOFT * ground.cells)


#: Colour that is lost at full age, and how far blue follows red away from grey: sallow skin.
PALE, SALLOW = 0.13, 0.035


def tone(amount: float) -> Floats:
    """``(3, 3)`` the colour of old skin, as a matrix on R, G, B; greys stay grey."""
    luma = np.array([[0.299, 0.587, 0.114]])
    pale = np.eye(3) + amount * PALE * (luma - np.eye(3))
    sallow = np.eye(3) + amount * SALLOW * np.array([[-0.5, 0.5, 0], [0, 0, 0], [-1, 0, 1]])
    return np.asarray(sallow @ pale, np.float32)


#: Hairs this many levels darker than the skin around turn grey: how much of their colour goes, and
#: how much of what they are darker.
HAIR, GREYING, LIGHTENING = 14.0, 0.35, 0.35
#: Sigma of the skin around a brow, share of the face.
BROW_AROUND = 0.06


def with_grey_brows(image: Image, grey: Floats, ground: Ground, amount: float) -> Image:
    """``image`` with the dark hairs of the brows brightened and without colour."""
    region = ground.region
    brows = blurred(ground.near((LEFT_BROW, RIGHT_BROW), AROUND), 1.0)
    part = region.where(brows > SEEN)
    if part is None:
        return image
    rows, columns = region.pixels_of(part)
    here, own = image[rows, columns], grey[rows, columns]
    away = np.minimum(band(own, 0, BROW_AROUND * ground.size), 0)
    share = interpolated(brows[region.cells_of(part)] * np.float32(amount), part.size)
    hair = (smoothstep(0, -2 * HAIR, away) * share)[..., None]
    paler = here + np.float32(GREYING) * hair * (own[..., None] - here)
    out = image.copy()
    out[rows, columns] = np.clip(paler - hair * (LIGHTENING * away)[..., None], 0, 255)
    return out


#: Less of a mask than this shows nowhere.
SEEN = 0.004

#: Youth takes away what lies between these sigmas, shares of the face, and is weaker than these
#: levels; pores below stay.
YOUNG_FINE, YOUNG_COARSE, YOUNG_EDGE = 0.003, 0.03, 45.0
#: What of a dark fold and of a bright spot stays at full strength.
FOLD_STAYS, SPOT_STAYS = 0.2, 0.55
#: Share of the unevenness in colour that goes, its sigma, and the colour that comes back.
EVENING, EVEN_SIGMA, FRESH = 0.7, 0.03, 0.06


def younger(image: Image, ground: Ground, amount: float) -> Image:
    """``image`` with a younger face; ``amount`` 0..1."""
    grey = luminance(image)
    bare = around_features(ground)
    own = band(grey, YOUNG_FINE * ground.size, YOUNG_COARSE * ground.size)
    away = np.where(own < 0, np.float32(1 - FOLD_STAYS), np.float32(1 - SPOT_STAYS)) * own
    away *= np.exp(-np.square(own / np.float32(YOUNG_EDGE)))
    away *= ground.at_pixels(bare * np.float32(amount))
    even = evened(image, ground, bare * np.float32(amount * EVENING))
    fresh = np.asarray(cv2.transform(even, tone(-amount * FRESH / PALE)), np.uint8)
    lift = np.rint(-away).astype(np.int16)
    return np.asarray(cv2.add(fresh, cv2.merge([lift] * 3), dtype=cv2.CV_8U), np.uint8)


def evened(image: Image, ground: Ground, share: Mask) -> Image:
    """``image`` with ``share`` ``(rows, columns)`` of the unevenness in colour taken out."""
    small = averaged(image, ground.region.grid).astype(np.float32)
    colour = small - small.mean(axis=2, keepdims=True)
    weight = np.maximum(share, 1e-3)
    sigma = max(EVEN_SIGMA * ground.cells, 0.5)
    slow = blurred(colour * weight[..., None], sigma) / blurred(weight, sigma)[..., None]
    change = np.rint((slow - colour) * share[..., None]).astype(np.int16)
    full = cv2.resize(change, ground.region.size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.add(image, full, dtype=cv2.CV_8U), np.uint8)


#: What sinks with the years: a vertex, and how far at full age, share of the face. The tip of the
#: nose and the corners of the mouth, cheeks, jowls, the brows' outer ends and the lids' folds.
SINKS = {
    1: 0.013, 4: 0.01, 61: 0.014, 291: 0.014, 207: 0.018, 427: 0.018, 214: 0.023, 434: 0.023,
    210: 0.026, 430: 0.026, 169: 0.031, 394: 0.031, 135: 0.026, 364: 0.026, 150: 0.029, 379: 0.029,
    136: 0.021, 365: 0.021, 70: 0.016, 300: 0.016, 63: 0.013, 293: 0.013, 225: 0.016, 445: 0.016,
    113: 0.016, 342: 0.016, 205: 0.013, 425: 0.013, 230: 0.005, 450: 0.005,
}  # fmt: skip
#: How far each takes its surroundings along, sigma as a share of the face; lids are left alone.
SINK_REACH = 0.055


def sagged(points: Points, age: float) -> Points:
    """``(468, 3)`` the surface of ``points`` ``(468 or more, 3)`` after the years' weight.

    A negative age lifts by half as much.
    """
    surface = points[:SURFACE_POINTS].copy()
    if age == 0:
        return surface
    size = float((surface[:, :2].max(axis=0) - surface[:, :2].min(axis=0)).max())
    anchors = surface[list(SINKS)]
    apart = np.linalg.norm(surface[:, None] - anchors[None], axis=2) / (SINK_REACH * size)
    near = np.exp(-(apart**2) / 2)
    share = (near * np.array(list(SINKS.values()))).sum(axis=1) / (near.sum(axis=1) + 0.5)
    held = np.linalg.norm(surface[:, None] - surface[HELD][None], axis=2).min(axis=1)
    share *= smoothstep(0, HELD_REACH * size, held)
    way = strength(age) * (1 if age > 0 else -LIFTS)
    surface[:, :2] += (share * way * size)[:, None] * _down(surface)
    return surface


#: Youth lifts by this share of what age sinks.
LIFTS = 0.5
#: What must not move: the lids' edges. It holds its surroundings up to this share of the face.
HELD = np.concatenate([LEFT_EYE, RIGHT_EYE])
HELD_REACH = 0.06


def _down(surface: Points) -> Floats:
    """``(2,)`` the unit vector from forehead to chin."""
    along = surface[152, :2] - surface[10, :2]
    return np.asarray(along / max(float(np.hypot(*along)), 1e-6), np.float32)
