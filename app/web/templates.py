"""The Jinja environment of all pages."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.web.assets import Assets

FOLDER = Path(__file__).parents[2] / "templates"


def environment(assets: Assets, folder: Path = FOLDER) -> Environment:
    """An environment that escapes everything and refuses names that a page was not given."""
    env = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.globals["asset"] = assets.url
    return env
