"""QR symbols that general decoders find but cannot read."""
