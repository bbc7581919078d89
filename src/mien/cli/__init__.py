"""The terminal: one file a command.

Whatever is slow to import (arrays, networks, the web framework) is imported inside the function
that needs it, so that ``mien --help`` answers at once.
"""
