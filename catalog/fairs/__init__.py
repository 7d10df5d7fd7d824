"""Fairs, conferences, festivals and live sales: when, where, who stands at which booth. Pure."""
