"""Buyers in bulk: what they want, what producers can supply, how well the two fit."""
