"""Where the faces of a picture are: detectors in the order that pays, then the mesh."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from mien.engine.beside import ALONE, Beside
from mien.engine.boxes import same_face
from mien.engine.detect import THRESHOLD, Detector, detect_in_tiles, full_range, short_range
from mien.engine.geometry import Pyramid, Viewed, crop_of
from mien.engine.hands import HandFinder
from mien.engine.landmarks import Landmarker, crop_of_detection
from mien.engine.mesh.topology import Topology
from mien.engine.parts import SMALLEST, PartFinder, lies_well
from mien.engine.protocols import Network
from mien.engine.types import Detection, Face, Image, Points

#: The mesh network's probability from which there is a face: it is sure of real ones (of 150 all but
#: two score above .99), and doubts what only looks like one at 30 px.
FACE_THRESHOLD = 0.9
#: In tiles, where faces are small, the detector's own doubts count for little: from this score on the
#: mesh network is asked, and must be sure at once. Fourteen real faces that it doubted score above
#: .9999 in the first pass, two gables of houses .92 and .995.
DOUBTFUL, SURE = 0.12, 0.999
#: Faces below this share of a picture's larger side may have smaller neighbours that one pass over
#: the whole picture misses: a 24 px face takes up 192 * .06 = 12 px of the detector's input.
SMALL_SHARE = 0.12
#: Tiles end where a tile pixel is about two picture pixels: 24 px faces are found there.
SMALLEST_TILE = 384
#: Tiles stop at a quarter of the larger side: 24 px in 2560 are found, and time stays bounded.
FINEST_SHARE = 4
#: A face this small (pixels) gives the mesh nothing to hold on to.
SMALLEST_FACE = 12.0
#: A margin, as a share of the larger side, gives tight crops the surroundings a detector expects.
TIGHT_MARGIN = 0.35
#: Turning a large picture costs more than detecting in it, so it is halved first until no side is
#: twice this long; detectors read 192 pixels.
ENOUGH = 768


@dataclass(frozen=True, kw_only=True)
class FaceFinder:
    """Finds faces and lays the mesh on each.

    The networks are MediaPipe's, see `mien.engine.detect` and `mien.engine.landmarks`.
    """

    full_range: Network
    short_range: Network
    mesh: Network
    topology: Topology
    #: Finds the hands before a face that is followed through a film; without it none are looked for.
    hands: HandFinder | None = None
    #: Tells what covers a face that is looked at closely; without it only colours do.
    parts: PartFinder | None = None
    #: How several faces are looked at.
    side: Beside = ALONE

    def with_hands(self, image: Viewed, face: Face) -> Face:
        """``face`` of ``image`` with the hands that may be before it."""
        return replace(face, hands=self.hands.before(image, face)) if self.hands else face

    def with_parts(self, image: Viewed, face: Face) -> Face:
        """``face`` of ``image`` with what is around and before it."""
        return self.parts.with_parts(image, face) if self.parts else face

    def find(self, image: Viewed) -> list[Face]:
        """Faces of ``image``, the largest first; empty when there are none."""
        return self._hasty.closely(image)

    def closely(self, image: Viewed) -> list[Face]:
        """As `find`, with what is around and before each face.

        Looks at the whole picture first, in tiles where there may be small faces, then for tight
        crops and for pictures that lie on their side or upside down.
        """
        picture = Pyramid.of(image)
        for look in (self._upright, self._tight, self._turned):
            faces = distinct(look(picture))
            if faces:
                told = (self._told(picture, face) for face in faces)
                return sorted(told, key=lambda face: -face.size)
        return []

    def glance(self, image: Image, known: Sequence[Face]) -> list[Face]:
        """Faces beside ``known`` that one quick look over the whole picture shows."""
        picture = Pyramid.of(image)
        seen = [d for d in self._far.detect(picture) if is_new(d, known)]
        return distinct(self._meshes(picture, seen))

    def again(self, image: Image, face: Face) -> Face:
        """``face`` of the frame before, in this one: one mesh pass from its landmarks."""
        return self._landmarker.again(image, face)

    @cached_property
    def _hasty(self) -> "FaceFinder":
        return replace(self, parts=None)

    @cached_property
    def _far(self) -> Detector:
        return full_range(self.full_range)

    @cached_property
    def _near(self) -> Detector:
        return short_range(self.short_range)

    @cached_property
    def _landmarker(self) -> Landmarker:
        return Landmarker(network=self.mesh, topology=self.topology)

    def _upright(self, picture: Pyramid) -> list[Face]:
        faces = self._meshes(picture, self._far.detect(picture))
        for side in tile_sides(picture.size):
            if faces and not may_hide_smaller(faces, 2 * side):
                return faces
            seen = detect_in_tiles(self._far, picture.pixels, side, DOUBTFUL)
            faces += self._meshes(picture, [d for d in seen if is_new(d, faces)])
        return faces

    def _tight(self, picture: Pyramid) -> list[Face]:
        faces = self._meshes(picture, self._near.detect(picture))
        return faces or self._in_margin(picture.pixels)

    def _in_margin(self, image: Image) -> list[Face]:
        height, width = image.shape[:2]
        room = round(max(height, width) * TIGHT_MARGIN)
        wide = Pyramid(np.pad(image, ((room, room), (room, room), (0, 0)), mode="edge"))
        found = self._meshes(wide, self._far.detect(wide) or self._near.detect(wide))
        return [face.moved(-room, -room) for face in found]

    def _turned(self, picture: Pyramid) -> list[Face]:
        small, step = picture.reduced(max(picture.size) / ENOUGH)
        for quarters in (1, 3, 2):
            turned = Pyramid(np.ascontiguousarray(np.rot90(small, quarters)))
            seen = self._meshes(turned, self._far.detect(turned))
            back = unturned(quarters, small.shape[1], small.shape[0])
            if seen:
                return [self._landmarker.again(picture, enlarged(back(f), step)) for f in seen]
        return []

    def _meshes(self, picture: Pyramid, found: list[Detection]) -> list[Face]:
        faces = self.side.each(partial(self._meshed, picture), found)
        return [face for face in faces if face is not None and believable(face)]

    def _meshed(self, picture: Pyramid, found: Detection) -> Face | None:
        """The face that was ``found``, and what is around it: that may come later."""
        if self.parts is None or sides_of(found) < SMALLEST:
            return self._settled(picture, found)
        parts, face = self.parts.of_detection(picture, found), self._settled(picture, found)
        return face and replace(face, parts=parts)

    def _told(self, picture: Pyramid, face: Face) -> Face:
        """``face`` with what is around it, looked at again if that was not seen well as it was found."""
        if not (face.parts and lies_well(face, face.parts.matrix)):
            face = self.with_parts(picture, face)
        if self.parts is None or face.parts is None:
            return face
        return replace(face, parts=replace(face.parts, finer=self.parts.finer(picture, face)))

    def _settled(self, picture: Pyramid, found: Detection) -> Face | None:
        if found.score < THRESHOLD:
            return self._landmarker.settled(picture, found, SURE)
        return self._landmarker.settled(picture, right_way_up(picture, found, self._far))


#: Of 148 upright detections 85 % score above this, of 42 that were read upside down two do.
SURELY_UPRIGHT = 0.75
#: The crop in which both ways up are compared; below 2 the detector misses hair and shoulders.
COMPARED_MARGIN, COMPARED_SIDE = 2.8, 192
#: How much better the other way up must score: at .05 no upright face of 106 was turned, and 35 of
#: 42 that stood on their head were.
CLEARLY = 0.05


def right_way_up(image: Viewed, found: Detection, detector: Detector) -> Detection:
    """``found``, or the same turned by half where the detector likes that better.

    Detectors find faces that stand on their head, but read them as upright, with a lower score.
    """
    if found.score >= SURELY_UPRIGHT:
        return found
    crop = crop_of(image, crop_of_detection(found, COMPARED_MARGIN, COMPARED_SIDE), COMPARED_SIDE)
    now, turned = (best_score(detector, view) for view in (crop, crop[::-1, ::-1]))
    if turned <= now + CLEARLY:
        return found
    return replace(found, key_points=found.key_points[[1, 0, 2, 3, 5, 4]])


def sides_of(found: Detection) -> float:
    """The larger side of a detection's box, pixels."""
    return float((found.box[2:] - found.box[:2]).max())


def best_score(detector: Detector, image: Image) -> float:
    """The best detection's score; 0 when there is none."""
    return max((d.score for d in detector.detect(image)), default=0.0)


def believable(face: Face) -> bool:
    """Whether there is a face, and large enough to be swapped."""
    return face.score >= FACE_THRESHOLD and face.size >= SMALLEST_FACE


def tile_sides(size: tuple[int, int]) -> Iterator[int]:
    """Sides of tiles to try in a picture of ``size``, pixels: a half of the larger side, then a quarter."""
    longest = max(size)
    share = 2
    while share <= FINEST_SHARE and longest / share >= SMALLEST_TILE:
        yield -(-longest // share)
        share *= 2


def may_hide_smaller(faces: list[Face], seen_side: int) -> bool:
    """Whether the smallest of ``faces`` is small in views of ``seen_side`` pixels."""
    return min(face.size for face in faces) < SMALL_SHARE * seen_side


def is_new(found: Detection, faces: Sequence[Face]) -> bool:
    """Whether no face of ``faces`` stands where ``found`` is."""
    boxes = np.array([face.box for face in faces], np.float32).reshape(-1, 4)
    return not same_face(found.box, boxes).any()


def distinct(faces: list[Face]) -> list[Face]:
    """``faces`` without those that lie on a face scored higher."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda f: -f.score):
        boxes = np.array([f.box for f in kept], np.float32).reshape(-1, 4)
        if not same_face(np.array(face.box, np.float32), boxes).any():
            kept.append(face)
    return kept


def enlarged(face: Face, step: int) -> Face:
    """``face`` of a picture that was shrunk by ``step``, in the pixels of the large one."""
    shift = np.array([(step - 1) / 2, (step - 1) / 2, 0], np.float32)
    return Face(landmarks=face.landmarks * np.float32(step) + shift, score=face.score)


def unturned(quarters: int, width: int, height: int) -> Callable[[Face], Face]:
    """Undoes ``numpy.rot90(image, quarters)`` of a ``width`` x ``height`` picture on its faces."""

    def back(face: Face) -> Face:
        points = face.landmarks.copy()
        points[:, :2] = turned_back(points[:, :2], quarters, width, height)
        return Face(landmarks=points, score=face.score)

    return back


def turned_back(points: Points, quarters: int, width: int, height: int) -> Points:
    """``(N, 2)`` points of ``numpy.rot90(image, quarters)`` in the picture itself.

    One quarter turn moves (x, y) to (y, width - 1 - x); see numpy.rot90.
    """
    x, y = points[:, 0], points[:, 1]
    back = {
        1: (width - 1 - y, x),
        2: (width - 1 - x, height - 1 - y),
        3: (y, height - 1 - x),
    }[quarters]
    return np.stack(back, axis=1).astype(np.float32)
