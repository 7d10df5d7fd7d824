"""What each command does; every function returns the process's exit status."""
