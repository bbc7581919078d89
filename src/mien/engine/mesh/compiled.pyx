# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The inner loops of the mesh engine, compiled; `mien.engine.mesh.plain` says what they do."""

import numpy as np

cdef enum:
    CORNER_BITS = 8
    ROUND_UP = (1 << CORNER_BITS) - 1
    NOTHING = -1

cdef float WHITE = 255, HALF = 0.5, NONE = 1.0 / 512, ALL = 1 - 1.0 / 512


def drawn(
    const long long[:, :, ::1] corners, const long long[::1] order, Py_ssize_t columns, Py_ssize_t rows
):
    """See `mien.engine.mesh.plain.drawn`."""
    triangle = np.full((rows, columns), NOTHING, np.int32)
    shares = np.zeros((rows, columns, 2), np.float32)
    cdef int[:, ::1] shown = triangle
    cdef float[:, :, ::1] share = shares
    cdef Py_ssize_t n
    with nogil:
        for n in range(order.shape[0]):
            _paint(corners, order[n], shown)
        _weigh(corners, shown, share)
    return triangle, shares


cdef inline long long _cross(long long ax, long long ay, long long bx, long long by) noexcept nogil:
    return ax * by - ay * bx


cdef inline long long _lowest(long long a, long long b, long long c) noexcept nogil:
    return min(a, min(b, c))


cdef inline long long _highest(long long a, long long b, long long c) noexcept nogil:
    return max(a, max(b, c))


cdef void _paint(const long long[:, :, ::1] corners, long long m, int[:, ::1] shown) noexcept nogil:
    """Triangle ``m`` into all cells whose centre lies in it."""
    cdef long long ax = corners[m, 0, 0], ay = corners[m, 0, 1]
    cdef long long bx = corners[m, 1, 0], by = corners[m, 1, 1]
    cdef long long cx = corners[m, 2, 0], cy = corners[m, 2, 1]
    cdef long long area = _cross(bx - ax, by - ay, cx - ax, cy - ay)
    cdef long long x, y, left, right, top, bottom, first, second, third, step_a, step_b, step_c
    if area == 0:
        return
    if area < 0:  # the other way round
        bx, cx = cx, bx
        by, cy = cy, by
    left = max((_lowest(ax, bx, cx) + ROUND_UP) >> CORNER_BITS, 0)
    right = min(_highest(ax, bx, cx) >> CORNER_BITS, shown.shape[1] - 1)
    top = max((_lowest(ay, by, cy) + ROUND_UP) >> CORNER_BITS, 0)
    bottom = min(_highest(ay, by, cy) >> CORNER_BITS, shown.shape[0] - 1)
    # On which side of each edge a centre lies, and by how much that changes with each column.
    step_a, step_b, step_c = (by - cy) << CORNER_BITS, (cy - ay) << CORNER_BITS, (ay - by) << CORNER_BITS
    for y in range(top, bottom + 1):
        first = _cross(cx - bx, cy - by, (left << CORNER_BITS) - bx, (y << CORNER_BITS) - by)
        second = _cross(ax - cx, ay - cy, (left << CORNER_BITS) - cx, (y << CORNER_BITS) - cy)
        third = _cross(bx - ax, by - ay, (left << CORNER_BITS) - ax, (y << CORNER_BITS) - ay)
        for x in range(left, right + 1):
            if (first | second | third) >= 0:
                shown[y, x] = <int>m
            first += step_a
            second += step_b
            third += step_c


cdef void _weigh(
    const long long[:, :, ::1] corners, const int[:, ::1] shown, float[:, :, ::1] share
) noexcept nogil:
    """The shares of the second and third corner in each cell."""
    cdef Py_ssize_t x, y
    cdef long long m, ax, ay, abx, aby, acx, acy, px, py
    cdef double area
    for y in range(shown.shape[0]):
        for x in range(shown.shape[1]):
            m = shown[y, x]
            if m == NOTHING:
                continue
            ax, ay = corners[m, 0, 0], corners[m, 0, 1]
            abx, aby = corners[m, 1, 0] - ax, corners[m, 1, 1] - ay
            acx, acy = corners[m, 2, 0] - ax, corners[m, 2, 1] - ay
            px, py = (x << CORNER_BITS) - ax, (y << CORNER_BITS) - ay
            area = <double>_cross(abx, aby, acx, acy)
            share[y, x, 0] = <float>(<double>_cross(px, py, acx, acy) / area)
            share[y, x, 1] = <float>(<double>_cross(abx, aby, px, py) / area)


def values(const int[:, :] triangle, const float[:, :, :] shares, const float[:, :, ::1] at_corners):
    """See `mien.engine.mesh.plain.values`."""
    cdef Py_ssize_t rows = triangle.shape[0], columns = triangle.shape[1], depth = at_corners.shape[2]
    out = np.zeros((rows, columns, depth), np.float32)
    cdef float[:, :, ::1] each = out
    cdef Py_ssize_t x, y, k
    cdef int m
    cdef float second, third
    cdef const float* corner
    cdef float* to
    with nogil:
        for y in range(rows):
            for x in range(columns):
                m = triangle[y, x]
                if m == NOTHING:
                    continue
                second, third = shares[y, x, 0], shares[y, x, 1]
                corner, to = &at_corners[m, 0, 0], &each[y, x, 0]
                for k in range(depth):
                    to[k] = ((corner[depth + k] - corner[k]) * second
                             + (corner[2 * depth + k] - corner[k]) * third) + corner[k]
    return out


def best_line(const float[:, ::1] columns):
    """See `mien.engine.mesh.plain.best_line`."""
    cdef Py_ssize_t count = columns.shape[0], rows = columns.shape[1]
    best = np.array(columns, np.float32)
    moves = np.zeros((count, rows), np.int8)
    line = np.empty(count, np.int64)
    cdef float[:, ::1] sums = best
    cdef signed char[:, ::1] move = moves
    cdef long long[::1] row = line
    cdef Py_ssize_t n, at
    with nogil:
        for n in range(1, count):
            for at in range(rows):
                move[n, at] = _best_move(&sums[n - 1, 0], at, rows)
                sums[n, at] += sums[n - 1, at + move[n, at]]
        at = 0
        for n in range(rows):
            if sums[count - 1, n] > sums[count - 1, at]:
                at = n
        for n in range(count - 1, -1, -1):
            row[n] = at
            at += move[n, at]
    return line


cdef inline signed char _best_move(const float* sums, Py_ssize_t at, Py_ssize_t rows) noexcept nogil:
    """-1, 0 or 1: which of the rows beside ``at`` has the largest sum, the first of equal ones."""
    cdef Py_ssize_t best = at
    if at > 0 and sums[at - 1] >= sums[at]:
        best = at - 1
    if at + 1 < rows and sums[at + 1] > sums[best]:
        best = at + 1
    return <signed char>(best - at)


def relit(const unsigned char[::1] levels, const float[::1] gain, const float[::1] lift):
    """See `mien.engine.mesh.plain.relit`."""
    out = np.empty(levels.shape[0], np.uint8)
    cdef unsigned char[::1] each = out
    cdef Py_ssize_t n
    cdef float level
    with nogil:
        for n in range(levels.shape[0]):
            level = <float>levels[n] * gain[n]
            level = WHITE if level > WHITE else level
            level += lift[n]
            level = WHITE if level > WHITE else level
            level = 0 if level < 0 else level
            each[n] = <unsigned char><int>(level + HALF)
    return out


def mixed_in(unsigned char[:, ::1] under, const unsigned char[:, ::1] over, const float[::1] mask):
    """See `mien.engine.mesh.plain.mixed_in`."""
    cdef Py_ssize_t n, k
    cdef float below, share
    with nogil:
        for n in range(under.shape[0]):
            share = mask[n]
            if share >= ALL:
                for k in range(3):
                    under[n, k] = over[n, k]
            elif share > NONE:
                for k in range(3):
                    below = under[n, k]
                    under[n, k] = <unsigned char><int>(below + (<float>over[n, k] - below) * share + HALF)


def averages(const unsigned char[:, :, :] picture, Py_ssize_t step):
    """See `mien.engine.mesh.plain.averages`; the pixels of a row lie side by side."""
    if picture.strides[2] != 1 or picture.strides[1] != 3:
        raise ValueError("the pixels of a row have to lie side by side")
    cdef Py_ssize_t rows = picture.shape[0] // step, columns = picture.shape[1] // step
    cdef Py_ssize_t width = columns * step * 3, x, y, n, at
    cdef float share = <float>1 / <float>(step * step)
    out = np.empty((rows, columns, 3), np.uint8)
    sums = np.empty(width, np.uint16)
    cdef unsigned char[:, :, ::1] each = out
    cdef unsigned short[::1] total = sums
    cdef const unsigned char* line
    cdef int red, green, blue
    with nogil:
        for y in range(rows):
            line = &picture[y * step, 0, 0]
            for x in range(width):
                total[x] = line[x]
            for n in range(1, step):
                line = &picture[y * step + n, 0, 0]
                for x in range(width):
                    total[x] = <unsigned short>(total[x] + line[x])
            at = 0
            for x in range(columns):
                red = green = blue = 0
                for n in range(step):
                    red += total[at]
                    green += total[at + 1]
                    blue += total[at + 2]
                    at += 3
                each[y, x, 0] = _rounded(red * share)
                each[y, x, 1] = _rounded(green * share)
                each[y, x, 2] = _rounded(blue * share)
    return out


cdef inline unsigned char _rounded(float level) noexcept nogil:
    """The nearest whole number; of two as near the even one, as OpenCV and NumPy take it."""
    cdef int whole = <int>(level + HALF)
    if <float>whole == level + HALF and whole & 1:
        whole -= 1
    return <unsigned char>whole
