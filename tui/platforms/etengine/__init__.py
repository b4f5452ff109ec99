"""ET Engine."""
