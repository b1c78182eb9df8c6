"""Trains the finder of people: heads from above, each with the box of its whole person."""

WIDTH, HEIGHT = 320, 192
"""Of the input in pixels."""
STRIDE = 4
"""Pixels of the input that one cell of the maps covers."""
