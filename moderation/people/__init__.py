"""The people of the sites: roles, invitations, passwords, second factors, signed-in browsers, and what is counted against guessing."""
