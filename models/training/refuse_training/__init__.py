"""Trains, measures and exports the detector of refuse stations. See README.md beside this package."""

CLASSES = ("bin", "overflow", "litter")
"""Names of the classes, in the order of their numbers in labels and of the columns of scores."""
