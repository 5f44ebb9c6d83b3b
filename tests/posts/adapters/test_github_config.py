"""Which repositories and settings a GitHub channel may have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.posts.adapters.github_config import Config, checked, checked_token
from app.posts.adapters.github_repository import Repository, parsed

SHOW = Repository("acme-media", "Show_1.0")
FORMS = [
    "acme-media/Show_1.0",
    "acme-media/Show_1.0.git",
    "acme-media/Show_1.0/",
    " https://github.com/acme-media/Show_1.0 ",
    "https://github.com/acme-media/Show_1.0/",
    "https://github.com/acme-media/Show_1.0//",
    "https://github.com/acme-media/Show_1.0.git",
    "https://github.com/acme-media/Show_1.0.git/",
    "HTTPS://GitHub.com/acme-media/Show_1.0",
    "git@github.com:acme-media/Show_1.0.git",
    "git@github.com:acme-media/Show_1.0",
]
OTHERS = [
    "", "show", "acme/", "/show", "acme/show/tree/main", "acme/..", "acme/.", "acme/.git", "-acme/show", "acme/sh ow",
    "acme/show?ref=main", "acme/show#readme", "ac.me/show", "acme//show", "acme/show\nx", "äcme/show",
    "acme/" + "x" * 101,
    "http://github.com/acme/show", "https://gitlab.com/acme/show", "https://www.github.com/acme/show",
    "https://token@github.com/acme/show", "https://github.com:443/acme/show", "https://github.com.evil.test/acme/show",
    "git@gitlab.com:acme/show.git", "ssh://git@github.com/acme/show.git", "https://api.github.com/repos/acme/show",
]  # fmt: skip


@pytest.mark.parametrize("address", FORMS)
def test_address_of_a_repository_is_understood_in_every_form(address: str) -> None:
    assert parsed(address) == SHOW


@pytest.mark.parametrize("address", OTHERS)
def test_address_of_anything_else_is_refused_at_its_field(address: str) -> None:
    with pytest.raises(Invalid) as refused:
        parsed(address)
    assert (refused.value.code, set(refused.value.errors)) == ("REPOSITORY_BAD", {"repository"})


@given(st.sampled_from("aZ9"), st.text("aZ9-_", max_size=38), st.text("aZ9-_", min_size=1, max_size=100))
def test_every_form_of_an_address_means_the_same(first: str, rest: str, name: str) -> None:
    owner = first + rest
    forms = [f"{owner}/{name}", f"https://github.com/{owner}/{name}.git/", f"git@github.com:{owner}/{name}.git"]
    assert {parsed(form) for form in forms} == {Repository(owner, name)}


def test_settings_have_defaults_that_fit_the_printed_workflow() -> None:
    assert checked(Config(repository="https://github.com/acme/show.git")) == Config(
        repository="acme/show",
        mode="repository_dispatch",
        workflow="publish.yml",
        ref="main",
        event_type="process-video",
        api_url="https://api.github.com",
    )


# api_url -> where people look at the repository
SERVERS = {
    "https://api.github.com": "https://github.com/acme/show",
    "https://api.github.com/": "https://github.com/acme/show",
    "https://git.acme.test/api/v3": "https://git.acme.test/acme/show",
    "https://api.acme.ghe.com": "https://acme.ghe.com/acme/show",
    "http://127.0.0.1:8080": "http://127.0.0.1:8080/acme/show",
}


@pytest.mark.parametrize(("api_url", "page"), SERVERS.items())
def test_server_of_ones_own_has_its_pages_beside_its_api(api_url: str, page: str) -> None:
    config = checked(Config(repository="acme/show", api_url=api_url))
    assert config.web_url == page
    if page.startswith("https://"):
        assert checked(Config(repository=page, api_url=api_url)) == config


def test_repository_on_another_server_than_the_api_is_refused() -> None:
    with pytest.raises(Invalid, match=r"https://git\.acme\.test/owner/name"):
        checked(Config(repository="https://github.com/acme/show", api_url="https://git.acme.test/api/v3"))


WRONG = [
    ("mode", "push"), ("workflow", ""), ("workflow", "../x.yml"), ("workflow", "publish"), ("workflow", "a/b.yml"),
    ("ref", ""), ("ref", "my branch"), ("ref", "x" * 256), ("event_type", ""), ("event_type", "x" * 101),
    ("event_type", "a\nb"), ("api_url", "ftp://x"), ("api_url", ""), ("api_url", "https://me:pw@x.test"),
    ("api_url", "https://x.test/?a=1"), ("api_url", "https://x.test/#a"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_setting_that_github_could_not_take_is_refused_at_its_field(field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(Config(**{"repository": "acme/show", field: value}))  # type: ignore[arg-type]
    assert set(refused.value.errors) == {field}


def test_token_is_kept_without_the_space_around_it() -> None:
    assert checked_token(" github_pat_1\n") == "github_pat_1"


@pytest.mark.parametrize("token", ["", "  ", "a b", "a\r\nx-evil: 1", "tökén", "x" * 256])
def test_token_that_cannot_stand_in_a_header_is_refused(token: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_token(token)
    assert set(refused.value.errors) == {"token"}
