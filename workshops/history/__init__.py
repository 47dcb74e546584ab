"""Workshops of earlier years as CSV files tell them: what the files must hold, and what follows from it."""
