"""PDFs that machines read as well as people: tagged, with embedded faces, the same bytes for the same words."""
