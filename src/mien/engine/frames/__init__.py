"""Faces over the frames of a clip: followed, told apart, steadied, swapped.

- `follow.Follower` says who is where in each frame; what it knows is a value that can be kept;
- `steady.steadied` takes the jitter out, looking at the frames before and after;
- `render.Painter` puts the source on them.
"""
