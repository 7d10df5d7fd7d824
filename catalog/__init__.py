"""What we know: products, certificates, codes, names and places. No network, no chat."""
