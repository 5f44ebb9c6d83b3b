"""Faithful local stand-ins for the remotes that Daypart calls, each an ASGI app run by `server.Fake`."""
