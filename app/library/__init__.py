"""What there is to air: uploaded media, the assets made of them, and how they are played and fetched."""
