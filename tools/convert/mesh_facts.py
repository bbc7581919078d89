"""The facts of the face mesh: from MediaPipe's geometry data and the network's own attributes."""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from convert.attention import Region

# Fields of GeometryPipelineMetadata and Mesh3d in mediapipe/modules/face_geometry/protos.
CANONICAL_MESH = 1
VERTEX_BUFFER = 3
INDEX_BUFFER = 4
#: A vertex is x, y, z, u, v.
VERTEX_SIZE = 5

# Wire types of protocol buffers.
VARINT, BYTES, FIXED32 = 0, 2, 5

#: The irises follow the 468 vertices of the surface; MediaPipe's graph numbers them so.
LEFT_IRIS = range(468, 473)
RIGHT_IRIS = range(473, 478)


def write_mesh_facts(geometry: bytes, regions: list[Region], path: Path) -> None:
    """Write the arrays of `mien.engine.mesh.topology.Topology`.

    Args:
        geometry: a serialised GeometryPipelineMetadata.
        regions: lips, left eye and right eye of the attention network.
        path: the npz file.
    """
    mesh = next(value for field, value in _fields(geometry) if field == CANONICAL_MESH)
    if not isinstance(mesh, bytes):
        raise TypeError("the canonical mesh is expected to be a message")
    parts = list(_fields(mesh))
    numbers = b"".join(v for f, v in parts if f == VERTEX_BUFFER and isinstance(v, bytes))
    vertices = np.frombuffer(numbers, "<f4").reshape(-1, VERTEX_SIZE)
    triangles = [value for field, value in parts if field == INDEX_BUFFER]
    lips, left_eye, right_eye = (np.array(region.members, np.int32) for region in regions)
    np.savez(
        path,
        triangles=np.array(triangles, np.int32).reshape(-1, 3),
        canonical=np.ascontiguousarray(vertices[:, :3]),
        uv=np.ascontiguousarray(vertices[:, 3:]),
        lips=lips,
        left_eye=left_eye,
        right_eye=right_eye,
        left_iris=np.array(LEFT_IRIS, np.int32),
        right_iris=np.array(RIGHT_IRIS, np.int32),
    )


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field: integers, or the bytes of floats, strings and messages."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        kind = tag & 7
        if kind == VARINT:
            number, at = _varint(message, at)
            yield tag >> 3, number
            continue
        if kind == BYTES:
            size, at = _varint(message, at)
        elif kind == FIXED32:
            size = struct.calcsize("<f")
        else:
            raise ValueError(f"unexpected wire type {kind}")
        yield tag >> 3, message[at : at + size]
        at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:  # the high bit says that more follows
            return value, at
