"""The networks that mien ships: files with a manifest, and the one runtime that executes them."""
