"""Arithmetic on arrays: find faces, and put one face in the place of another.

Conventions of this package, valid wherever a docstring does not say otherwise:

- pictures are ``(H, W, 3)`` uint8 **RGB**;
- points are ``(x, y)`` float32 in pixels, x to the right, y down, pixel centres at integers;
- sizes are ``(width, height)``; boxes are ``(x0, y0, x1, y1)``, x1 and y1 exclusive;
- masks are ``(H, W)`` float32 in [0, 1];
- matrices are ``(2, 3)`` float32 and map picture -> crop;
- "left" and "right" are as seen in the picture;
- angles are degrees: roll positive clockwise, yaw positive towards the picture's right,
  pitch positive downwards.

Nothing here opens a file, runs a model file by itself, knows a job or keeps state between
calls: models come in as `protocols.Network`, the same input gives the same output on any thread.
"""
