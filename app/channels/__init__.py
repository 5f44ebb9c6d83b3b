"""What airs: the part of a channel that every kind shares."""
