"""The inner loops of the mesh engine: compiled when there was a compiler as mien was installed, else in NumPy."""

try:
    from mien.engine.mesh.compiled import averages, best_line, drawn, mixed_in, relit, values

    COMPILED = True
except ImportError:
    from mien.engine.mesh.plain import averages, best_line, drawn, mixed_in, relit, values

    COMPILED = False

__all__ = ["COMPILED", "averages", "best_line", "drawn", "mixed_in", "relit", "values"]
