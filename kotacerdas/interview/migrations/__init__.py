"""The versions of the tables, run by `store.migrate` (no configuration file, no command of their own)."""
