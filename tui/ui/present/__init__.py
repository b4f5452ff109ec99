"""Domain values to cells, labels, ages and glyphs: pure functions, no widgets."""
