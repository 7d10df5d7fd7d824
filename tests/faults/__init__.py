"""Runs that break things on purpose and count what was lost, repeated or misled."""
