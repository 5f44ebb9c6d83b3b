"""Publishing: posts and their targets, from the draft to the platform, exactly once."""
