"""How the process treats the memory of arrays that come and go.

The C library gives arrays of a megabyte back to the system when they are freed, and the next one of
the same size is paid for again, page by page. A swap makes dozens of them: keeping them took 15 to
20 percent off a swap from file to file on two cores.
"""

import ctypes

#: glibc's names for `mallopt`'s parameters (malloc.h).
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
#: Bytes up to which an array comes from memory that is kept; glibc takes no more than this.
LARGEST_KEPT = 32 * 1024 * 1024
#: Bytes that are kept at most before they are given back.
KEPT = 256 * 1024 * 1024


def keep_freed_memory() -> bool:
    """Tell the C library to keep freed arrays for the next ones.

    Returns:
        Whether it understood; other libraries than glibc have nothing to be told.
    """
    tell = getattr(ctypes.CDLL(None), "mallopt", None)
    if tell is None:
        return False
    return bool(tell(M_MMAP_THRESHOLD, LARGEST_KEPT)) and bool(tell(M_TRIM_THRESHOLD, KEPT))
