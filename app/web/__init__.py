"""From request to response: who asks, in which form they want the answer, and what every answer carries."""
