"""The playlist of channels, with the attributes that players and recorders know."""

from collections.abc import Iterable

from app.guide.service import Numbered
from app.guide.xmltv import channel_id


def stream_url(url: str, slug: str) -> str:
    """Where a linear channel's live stream is."""
    return f"{url}/live/{slug}/index.m3u8"


def m3u(channels: Iterable[Numbered], url: str, guide: str) -> str:
    """The linear channels by number; `guide` is the address of the XMLTV file."""
    lines = [f'#EXTM3U url-tvg="{guide}" x-tvg-url="{guide}"']
    for one in channels:
        channel = one.channel
        if channel.kind != "linear":
            continue
        attributes = {
            "tvg-id": channel_id(channel.slug), "tvg-chno": one.number, "tvg-name": channel.title,
            "tvg-logo": f"{url}/guide/icons/{channel.id}", "group-title": "Daypart", "channel-id": channel.slug,
            "CUID": channel.id,
        }  # fmt: skip
        told = " ".join(f'{name}="{_attribute(str(value))}"' for name, value in attributes.items())
        lines += [f"#EXTINF:-1 {told},{channel.title}", stream_url(url, channel.slug)]
    return "\n".join(lines) + "\n"


def _attribute(value: str) -> str:
    """A value as it can stand in quotes; the format has no way to escape one."""
    return value.replace('"', "'")
