"""The inner loops of drawing a mesh: compiled when there was a compiler as mien was installed, else in NumPy."""

try:
    from mien.engine.mesh.compiled import drawn, values

    COMPILED = True
except ImportError:
    from mien.engine.mesh.plain import drawn, values

    COMPILED = False

__all__ = ["COMPILED", "drawn", "values"]
