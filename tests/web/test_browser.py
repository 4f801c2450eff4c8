"""The pages in a real browser: nothing fails, nobody else is asked, nothing is too wide, and all can read them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner.web.pages import rendering
from tests.browser import Browser, needs_axe, needs_browser, started
from tests.web.conftest import Fleet

pytestmark = needs_browser
PAGES = (
    "/", "/targets", "/targets/1", "/targets/13", "/findings", f"/findings/1/{'a' * 32}", f"/findings/14/{'f' * 32}",
    "/campaigns/axios-unc1069-2026-03", "/search?q=axios", "/hunt", "/coverage", "/audit", "/log",
)  # fmt: skip
READ = {
    "light": ("/", "/targets/3", "/findings?class=compromise", f"/findings/1/{'a' * 32}", "/hunt", "/log"),
    "dark": ("/", f"/findings/14/{'f' * 32}"),
}


@pytest.fixture(scope="module")
def browser(fleet: Fleet) -> Iterator[Browser]:
    """An admin has signed in, by the page."""
    with started() as shown:
        shown.show(f"{fleet.server.url}/sign-in", "light", 1280)
        shown.run(f"document.getElementById('token').value = '{fleet.secrets['admin']}';")
        shown.run("document.querySelector('main form button').click()")
        assert shown.run("return document.querySelector('h1').textContent") != "Sign in"
        yield shown


def is_quiet(browser: Browser, fleet: Fleet, path: str, width: int) -> None:
    browser.log("browser")
    browser.requests()
    browser.show(fleet.server.url + path, "light", width)
    assert [one for one in browser.log("browser") if one["level"] != "DEBUG"] == []
    # Chromium draws its calendar from a picture of its own.
    asked = [one for one in browser.requests() if not one.startswith("data:image/svg+xml")]
    assert [one for one in asked if not one.startswith(fleet.server.url)] == []
    assert browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert browser.run("return document.querySelectorAll('main img, iframe, object, [style], [onerror]').length") == 0
    assert browser.run("return document.querySelectorAll('h1').length") == 1


def test_pages_ask_nobody_and_complain_of_nothing(browser: Browser, fleet: Fleet) -> None:
    for path in PAGES:
        is_quiet(browser, fleet, path, 390)
    for path in PAGES[:2]:
        is_quiet(browser, fleet, path, 1280)


def test_hostile_names_do_nothing(browser: Browser, fleet: Fleet) -> None:
    (name,) = fleet.hostile.labels
    here = fleet.hostile.id
    campaign = f"/campaigns/{rendering.segment(name.replace(chr(10), ''))}"
    for path, width in ((f"/targets/{here}", 1280), (f"/findings/{here}/{'9' * 32}", 390), (campaign, 390)):
        is_quiet(browser, fleet, path, width)


def test_what_is_smuggled_in_would_be_refused(browser: Browser, fleet: Fleet) -> None:
    """The checks above can fail: the browser complains of what is not ours."""
    browser.show(f"{fleet.server.url}/coverage", "light", 1280)
    browser.log("browser")
    browser.run("document.querySelector('main').insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>"
                "<img src=\"https://evil.invalid/x\" onerror=\"document.title = 1\">')")  # fmt: skip
    assert len([one for one in browser.log("browser") if one["level"] != "DEBUG"]) >= 2
    assert browser.run("return document.title") != "1"


def test_a_hunt_is_a_form_that_needs_no_script(browser: Browser, fleet: Fleet) -> None:
    browser.show(f"{fleet.server.url}/hunt", "light", 1280)
    browser.run("document.getElementById('list').value = 'axios@1.14.1'")
    browser.run("document.getElementById('ecosystem').value = 'npm'")
    browser.run("document.querySelector('form[action=\"/hunt\"]').submit()")
    assert browser.run("return document.querySelector('.verdict h1').textContent") == "2 targets have it now"


def test_a_filter_is_applied_when_it_is_chosen(browser: Browser, fleet: Fleet) -> None:
    browser.show(f"{fleet.server.url}/findings", "light", 1280)
    browser.run(
        "const one = document.getElementById('class'); one.value = 'compromise';"
        "one.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    assert browser.run_later(
        "const done = arguments[0]; const look = () => location.search ? done(location.search) : setTimeout(look, 20);"
        "look();"
    ) == "?class=compromise"  # fmt: skip


@needs_axe
@pytest.mark.parametrize("scheme", READ)
def test_all_can_read_them(browser: Browser, fleet: Fleet, scheme: str) -> None:
    for path in READ[scheme]:
        browser.show(fleet.server.url + path, scheme, 1280)
        assert browser.violations() == []
