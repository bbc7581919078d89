"""Decoders, one file a format: cleaned bytes in, a Pillow picture and its facts out.

They make Pillow's format classes themselves instead of calling ``Image.open``: the format is
known, no other decoder may have a go at hostile bytes, and no global switch (decompression-bomb
warning, registered plugins) is involved. What Pillow gets is stripped of metadata first, because
its parsers of EXIF, text and profiles warn, grow and fail on their own.
"""
