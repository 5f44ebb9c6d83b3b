"""Backups: one file with the database, the key file and the media or a list of them, and a desk made of it again."""
