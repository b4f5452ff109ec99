"""Telling people: messages, the ways they go, and who sends them."""
