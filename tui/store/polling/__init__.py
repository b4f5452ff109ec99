"""When each account is asked again, and what for."""
