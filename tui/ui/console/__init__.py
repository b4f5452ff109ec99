"""Commands of the interface: what the prompt, the palette and the keys run."""
