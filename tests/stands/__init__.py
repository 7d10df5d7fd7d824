"""Strict stand-ins for the vendors' APIs, over real HTTP."""
