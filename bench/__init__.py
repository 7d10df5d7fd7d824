"""Measurements, each a module that prints its own table."""
