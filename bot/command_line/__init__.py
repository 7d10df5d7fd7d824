"""What can be typed after hoi-ocop: names, options and help, a module for each group of commands."""
