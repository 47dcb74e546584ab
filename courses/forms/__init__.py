"""Input of editors, and of those who assign modules."""
