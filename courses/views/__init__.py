"""Pages of modules, of lessons, and of who has to learn what."""
