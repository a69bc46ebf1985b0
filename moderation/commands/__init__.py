"""The commands of ``nazer``, one module for each kind of work."""
