"""Where we meet people: channels, the server, the command line."""
