"""EAN-13 and UPC-A bars that general decoders cannot read."""
