"""What touches the terminal and Textual's private names."""
