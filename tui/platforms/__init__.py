"""One sub-package per API family: HTTP and JSON in, domain objects out."""
