"""Everything that is scheduled, of all areas, on one calendar."""
