"""The embedded swapper: mesh topology, warp, light, occlusion."""
