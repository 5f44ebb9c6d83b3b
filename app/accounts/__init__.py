"""Who may: users, sessions, API keys, and the desk they belong to."""
