"""Video through FFmpeg's libraries (PyAV): scanned, read frame by frame, written in segments, joined.

`scan` looks at every packet and decodes none; `reader` gives the frames of a part of the clip; `sheet` is a
frame that the engine can look at and change; `encoder` makes packets of frames; `store` keeps the packets
of a segment; `join` puts segments, sound and subtitles into one file. Nothing here holds more than some
frames in memory, whatever the length of the clip. Importing PyAV takes a twentieth of a second: whoever
needs this package imports it where it is used.
"""
