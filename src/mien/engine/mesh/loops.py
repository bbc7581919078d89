"""The inner loops of the mesh engine: compiled when there was a compiler as mien was installed, else in NumPy."""

try:
    from mien.engine.mesh.compiled import best_line, drawn, values

    COMPILED = True
except ImportError:
    from mien.engine.mesh.plain import best_line, drawn, values

    COMPILED = False

__all__ = ["COMPILED", "best_line", "drawn", "values"]
