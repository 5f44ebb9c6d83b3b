"""What as-run tells the areas beside it: its tab."""

from app.channels import kinds
from app.channels.kinds import Tab

TAB = Tab("asrun", "As-run")
KIND = "linear"


def register() -> None:
    """Give every linear channel its page of what aired."""
    kinds.register_tab(KIND, TAB)
