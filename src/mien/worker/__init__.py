"""Processes beside the service: workers, which run jobs, and helpers, which swap segments of one film.

Each is started with what it needs to know, builds its own objects, and can die at any moment.
"""
