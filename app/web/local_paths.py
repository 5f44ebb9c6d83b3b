"""Where a page may send a browser next: paths of this desk, never another site."""


def checked(path: str) -> str:
    """The path if it surely stays on this desk, else the dashboard.

    Browsers drop tabs and line ends, read `\\` as `/`, and take `//host` for another site (WHATWG URL, section 4.4).
    """
    local = path.startswith("/") and path[1:2] not in ("/", "\\")
    return path if local and path.isprintable() and "\\" not in path else "/"
