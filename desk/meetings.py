"""A meeting's whole page."""
