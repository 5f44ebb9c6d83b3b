"""The viewer's schedule, as a page and as files for players: derived from schedule days and bookings."""
