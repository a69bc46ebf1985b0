"""What new words would have done to the last comments of a site, before they are put on a list."""
