"""Builds the objects of the product from the settings; the only place that knows every class.

Nothing is imported here, and in each module only what it builds: `mien tokens` does not wait for the models,
nor a swap on the command line for the database.
"""
