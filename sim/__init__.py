"""Negotiation scenarios as games: exact zones of possible agreement as leverage shifts."""
