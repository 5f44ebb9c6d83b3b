"""What a channel is to air: plans with zones and programs, and the schedule days that come of them."""
