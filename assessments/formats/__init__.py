"""Formats in which questions come and go. Pure: text and values in, values out."""
