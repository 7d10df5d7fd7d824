"""One file or folder here is one channel; none knows another."""
