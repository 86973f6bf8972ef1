"""The care desk: what staff see, under /desk."""
