"""Adapters for frameworks, each of which is imported by its own module alone."""
