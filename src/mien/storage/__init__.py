"""Where rows and files are kept: SQL through SQLAlchemy, pictures in a folder.

Adapters for the protocols of `mien.jobs.ports`. Errors of the libraries end here: outside there
is `StorageFull` for a disk without room and `SetupError` for a database that cannot be used.
"""
