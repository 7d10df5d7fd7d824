"""Channels that only the tests know: what a newcomer adds, with nothing of the product touched for it."""
