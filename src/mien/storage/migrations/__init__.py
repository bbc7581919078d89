"""The database's versions, one file each in ``versions``; `mien.storage.migrate` runs them."""
