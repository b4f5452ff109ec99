"""ET Engine, pretended: batches of geophysics jobs behind the documented HTTP API, in each of its editions."""
