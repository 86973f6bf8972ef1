"""Figures: counts of what happens, without texts and without persons."""
