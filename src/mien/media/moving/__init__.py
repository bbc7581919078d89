"""Animations: GIF, animated WebP and APNG, frame by frame.

All three formats draw parts of a picture on one canvas, one after another, each for some time; they
differ in what becomes of a part when its time is over. `parts` holds what they share, one file a
format reads and writes its parts, and `animation` is what commands call.
"""
