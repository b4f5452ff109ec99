"""Configuration, places on disk, and where tokens come from."""
