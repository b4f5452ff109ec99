"""The service layer: the one owner of what is known, and of when to ask again."""
