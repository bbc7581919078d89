"""The HTTP entry point: the operations of the contract over one :class:`mien.bootstrap.service.Service`.

Handlers are async and thin: they read a form, hop once into a thread for everything that
touches disk or database, and wait. What an error means as a status is a table in
``errors.py``; how a job looks on the wire is ``schemas.py``; both are the only such places.
"""
