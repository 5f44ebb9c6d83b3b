"""The playlog: what airs at which millisecond, from schedule days and bookings."""
