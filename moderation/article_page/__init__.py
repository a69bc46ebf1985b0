"""A saved article page, plain text or HTML, read without the site's furniture."""
