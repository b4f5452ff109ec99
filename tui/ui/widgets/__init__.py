"""Small pieces that only know how to draw."""
