"""The JSON of a site's models, both ways."""
