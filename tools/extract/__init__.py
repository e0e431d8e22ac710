"""Reads the source documents (scans turned into text) into the tables of `data/`.

Not needed at run time. How to repeat the extraction: README.md beside this file.
"""
