"""The life of a site's rules: drafted, tried in shadow, published, rolled back; every version kept."""
