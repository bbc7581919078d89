"""What is drawn before a face: a hand (spread fingers and a forearm, shaded like a wooden mannequin's), and glasses."""

from collections.abc import Iterator

import cv2
import numpy as np

from mien.engine.mesh.regions import LEFT_EYE, RIGHT_EYE
from mien.engine.types import Face, Floats, Image

#: Where the 21 landmarks of an open hand lie, in lengths of its palm: wrist at 0, fingers up.
OPEN = np.array(
    [
        (0.00, 0.00),
        *((0.28, -0.12), (0.52, -0.38), (0.68, -0.62), (0.80, -0.84)),
        *((0.26, -0.95), (0.32, -1.32), (0.35, -1.55), (0.37, -1.76)),
        *((0.00, -1.00), (0.00, -1.42), (0.00, -1.70), (0.00, -1.92)),
        *((-0.22, -0.95), (-0.27, -1.32), (-0.29, -1.57), (-0.30, -1.77)),
        *((-0.42, -0.82), (-0.50, -1.10), (-0.54, -1.28), (-0.57, -1.45)),
    ],
    np.float32,
)
SKIN = np.array((224, 172, 140), np.float32)
#: Half of a finger's width at each of its landmarks; half of the arm's at both ends.
FINGER, ARM = (0.115, 0.105, 0.098, 0.09), (0.30, 0.26)
#: Half of the palm's width at the wrist and at each finger's root.
PALM = (0.2, 0.16)
ELBOW = (0.0, 1.2)
#: A lens around an eye, in distances of both eyes: how far it reaches across and down.
ACROSS, DOWN = 0.4, 0.33

Limb = tuple[Floats, Floats, float, float]


def hand_on(
    image: Image, wrist: tuple[float, float], length: float, turn: float
) -> tuple[Image, Floats, Floats]:
    """``image`` with a hand before it.

    Args:
        wrist: where it is, pixels.
        length: of the palm, pixels.
        turn: radians, clockwise from fingers up.

    Returns:
        The picture, ``(21, 2)`` the landmarks, and ``(H, W)`` how much of each pixel is hand.
    """
    cos, sin = np.cos(turn), np.sin(turn)
    around = np.array([[cos, sin], [-sin, cos]], np.float32) * np.float32(length)
    points = OPEN @ around + np.array(wrist, np.float32)
    elbow = np.array(ELBOW, np.float32) @ around + np.array(wrist, np.float32)
    out = image.astype(np.float32)
    covered = np.zeros(image.shape[:2], np.float32)
    for limbs in layers(points, elbow, length):
        height = np.max([relief(limb, image.shape) for limb in limbs], axis=0)
        share = cv2.GaussianBlur((height > 0).astype(np.float32), (0, 0), 0.8)
        out += share[..., None] * (SKIN * lit(height, length)[..., None] - out)
        covered = np.maximum(covered, share)
    return np.clip(out, 0, 255).astype(np.uint8), points, covered


def layers(points: Floats, elbow: Floats, length: float) -> Iterator[list[Limb]]:
    """The limbs, each with half of its width at both ends: arm and palm first, then the fingers."""
    wrist = points[0]
    arm = [(elbow, wrist, *(length * half for half in ARM))]
    palm = [(wrist, points[root], *(length * half for half in PALM)) for root in (2, 5, 9, 13, 17)]
    yield arm + palm
    for first in (1, 5, 9, 13, 17):
        chain = points[first : first + 4]
        halves = [length * half for half in FINGER]
        yield list(zip(chain[:-1], chain[1:], halves[:-1], halves[1:], strict=True))


def relief(limb: Limb, shape: tuple[int, ...]) -> Floats:
    """``(H, W)`` how high a limb stands before the picture, pixels."""
    start, end, first, last = limb
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    along = end - start
    part = ((x - start[0]) * along[0] + (y - start[1]) * along[1]) / float(along @ along)
    part = np.clip(part, 0, 1)
    half = first + (last - first) * part
    away = (x - start[0] - part * along[0]) ** 2 + (y - start[1] - part * along[1]) ** 2
    return np.sqrt(np.maximum(half**2 - away, 0))


def lit(height: Floats, length: float) -> Floats:
    """``(H, W)`` how bright a relief is under a lamp at the upper left."""
    smooth = cv2.GaussianBlur(height, (0, 0), 0.012 * length)
    right, down = (cv2.Sobel(smooth, cv2.CV_32F, *axis) / 8 for axis in ((1, 0), (0, 1)))
    facing = 1 / np.sqrt(1 + right**2 + down**2)
    return np.clip(0.35 + 0.65 * facing * (0.8 - 0.35 * right - 0.45 * down), 0.15, 1.1)


def mirrored(image: Image, face: Face) -> tuple[Image, Floats]:
    """``image`` with a face that wears bright mirrored glasses, and ``(H, W)`` 1 on their lenses."""
    out, lenses = image.copy(), np.zeros(image.shape[:2], np.uint8)
    eyes = [face.landmarks[list(eye), :2].mean(axis=0) for eye in (LEFT_EYE, RIGHT_EYE)]
    apart = float(np.linalg.norm(eyes[1] - eyes[0]))
    size = (round(ACROSS * apart), round(DOWN * apart))
    for eye in eyes:
        middle = (round(float(eye[0])), round(float(eye[1])))
        cv2.ellipse(lenses, middle, size, 0, 0, 360, 1, -1)
    sky = np.linspace(0, 1, image.shape[0])[:, None, None] ** 0.5
    top = float(min(eye[1] for eye in eyes)) - size[1]
    shade = np.clip((np.arange(image.shape[0]) - top) / (2 * size[1]), 0, 1)[:, None, None]
    glass = (1 - shade) * np.array([190, 215, 240]) + shade * np.array([120, 100, 70]) + 0 * sky
    out[lenses > 0] = np.broadcast_to(glass, image.shape)[lenses > 0]
    for eye in eyes:
        middle = (round(float(eye[0])), round(float(eye[1])))
        cv2.ellipse(out, middle, size, 0, 0, 360, (70, 70, 75), 3, cv2.LINE_AA)
    bridge = [tuple(np.rint(eye).astype(int).tolist()) for eye in eyes]
    inner = ((bridge[0][0] + size[0], bridge[0][1] - 4), (bridge[1][0] - size[0], bridge[1][1] - 4))
    cv2.line(out, *inner, (70, 70, 75), 3, cv2.LINE_AA)
    return out, cv2.erode(lenses, np.ones((7, 7), np.uint8)).astype(np.float32)
