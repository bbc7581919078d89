"""Bytes <-> pictures: what a file is, whether it may come in, its pixels, and the result's file.

- `probe.probe` looks at the header only and decides by content, never by name or declared type;
- `limits.Limits` refuses what is too large before anything is decoded;
- `still.decode`, `still.match_colour` and `still.encode` do still pictures.

Importing this package or `probe` costs next to nothing: no Pillow, no NumPy. Decoders get a
cleaned copy of the file that holds the pixels and nothing else, so metadata is neither parsed by
them nor able to reach a result. docs/formats.md is the table of what is read and written.
"""
