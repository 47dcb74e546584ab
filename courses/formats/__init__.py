"""Modules and lessons as files: to take away, and to be taken over. Values in, values out."""
