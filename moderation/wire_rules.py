"""The JSON of a site's rules, both ways."""
