"""What officers do on the board, page by page; nothing here knows of browsers."""
