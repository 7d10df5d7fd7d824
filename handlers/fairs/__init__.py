"""Fairs in a chat: which are coming, who sells there, and being reminded of one."""
