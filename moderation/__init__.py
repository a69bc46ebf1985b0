"""The service: what a comment is, what may happen to it, and who may do it."""
