"""A reader's visit in Chromium, with an eye on everything the page does: requests, errors, bytes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit

CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]  # fmt: skip

IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'

PATIENCE = 60
"""Seconds after which a page that does not settle is a failure."""

QUIET = """([idle, quiet, patience]) => new Promise((resolve, reject) => {
  const start = performance.now();
  let last = start;
  const observer = new MutationObserver(() => { last = performance.now(); });
  observer.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
  const busy = () => !document.querySelector(idle) || document.querySelector('[data-testid="stSkeleton"]')
    || document.fonts.status !== "loaded" || [...document.images].some((i) => !i.complete && i.loading !== "lazy");
  const look = () => {
    const now = performance.now();
    if (busy()) last = now;
    if (now - last >= quiet || now - start > patience) {
      observer.disconnect();
      now - last >= quiet ? resolve() : reject(new Error("the page does not settle"));
    } else setTimeout(look, 40);
  };
  look();
})"""
"""Resolves when nothing has been running, loading or changing in the page for a while."""

WALK = """(path) => {
  history.pushState(null, "", path);
  window.dispatchEvent(new PopStateEvent("popstate", {state: null}));
}"""

FINDINGS = """() => axe.run({resultTypes: ["violations"], preload: false}).then((found) => found.violations
  .filter((rule) => ["serious", "critical"].includes(rule.impact) || rule.id === "heading-order")
  .map((rule) => `${rule.id}: ${rule.nodes[0].html.slice(0, 160)}`))"""
"""Nothing is preloaded: only rules that are off by default read style sheets and films."""


class Visit:
    """One page in a browser context: a context of its own (a new reader), or `context`, one that has been here before.
    `tab` is a page of that context to go on in; `left` is told whether it may be gone on in after this visit too.

    `outside` lists requests to other hosts, `errors` console errors, page exceptions and dialogs (a script of the
    address that ran), `wire` counts the bytes of HTTP answers as sent (compressed), `socket` the bytes of websocket
    frames received (uncompressed).
    """

    def __init__(
        self, browser: Any, address: str, width: int = 1280, height: int = 800, scheme: str = "light",
        context: Any = None, tab: Any = None, left: Callable[[Any], object] | None = None, **options: Any,
    ) -> None:  # fmt: skip
        self.address = address
        self.usual = {"width": width, "height": height}, scheme
        self.alone = context is None
        self.left = left
        self.context = context or new_context(browser, width, height, scheme, **options)
        self.page = tab or self.context.new_page()
        self.listeners: list[tuple[str, Callable[..., object]]] = []
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.wire = 0
        self.socket = 0
        self.unanswered = False
        self.listen("request", self._request)
        self.listen("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.listen("pageerror", lambda error: self.errors.append(str(error)))
        self.listen("dialog", self._dialog)
        self.listen("websocket", self._stream)
        self.network = self.context.new_cdp_session(self.page)
        self.network.send("Network.enable")
        self.network.on("Network.loadingFinished", self._finished)

    def listen(self, event: str, hear: Callable[..., object]) -> None:
        """Hear of an event of the page as long as this visit lasts."""
        self.page.on(event, hear)
        self.listeners.append((event, hear))

    def _request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in ("127.0.0.1", "localhost"):
            self.outside.append(request.url)

    def _dialog(self, dialog: Any) -> None:
        self.errors.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _stream(self, stream: Any) -> None:
        self.unanswered = False
        stream.on("framesent", self._asked)
        stream.on("framereceived", self._received)

    def _asked(self, payload: str | bytes) -> None:
        from streamlit.proto.BackMsg_pb2 import BackMsg

        if isinstance(payload, bytes) and BackMsg.FromString(payload).WhichOneof("type") == "rerun_script":
            self.unanswered = True

    def _received(self, payload: str | bytes) -> None:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        self.socket += len(payload)
        message = ForwardMsg.FromString(payload) if isinstance(payload, bytes) else ForwardMsg()
        if message.WhichOneof("type") == "script_finished":
            self.unanswered = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN

    def _finished(self, event: dict[str, Any]) -> None:
        self.wire += int(event.get("encodedDataLength", 0))

    def open(self, path: str) -> Visit:
        """Go to a path of the server and wait until the page stands."""
        self.page.goto(self.address + path, wait_until="domcontentloaded")
        self.page.wait_for_selector("h1", timeout=PATIENCE * 1000)
        return self.settle()

    def walk(self, path: str) -> Visit:
        """Go to a path inside the app, in the same session, as the browser's ways back and forth do."""
        self.unanswered = True
        self.page.evaluate(WALK, path)
        return self.settle()

    def settle(self, quiet: int = 400) -> Visit:
        """Wait until all runs asked for are answered and nothing has changed for `quiet` milliseconds.

        That is longer than the 200 ms for which Streamlit's sliders and text boxes hold a change back.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            self.page.evaluate(QUIET, [IDLE, quiet, PATIENCE * 1000])
            if not self.unanswered:
                return self
            assert time.monotonic() < deadline, "the server did not answer"

    def prefer(self, scheme: str) -> Visit:
        """Prefer light or dark from here on. Pictures follow with the next run of the page."""
        self.page.emulate_media(color_scheme=scheme)
        return self

    def english(self) -> Visit:
        """Switch to English by the switch in the head of the page."""
        self.page.get_by_text("EN", exact=True).first.click()
        self.page.wait_for_url(re.compile("lang=en"), wait_until="commit")
        return self.settle()

    @contextmanager
    def narrow(self) -> Iterator[None]:
        """Look at the same page on a screen of 390 x 844, as a phone lays it out, then as before."""
        session = self.context.new_cdp_session(self.page)
        screen = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
        session.send("Emulation.setDeviceMetricsOverride", screen)
        self.settle()
        try:
            yield
        finally:
            session.send("Emulation.clearDeviceMetricsOverride")
            session.detach()

    def title(self) -> str:
        """The page's heading."""
        return str(self.page.locator("h1").first.inner_text())

    def sideways(self) -> int:
        """How many pixels the page scrolls sideways (0 is right)."""
        return int(
            self.page.evaluate(
                """() => {
                  const main = document.querySelector('[data-testid="stMain"]') || document.documentElement;
                  return Math.max(main.scrollWidth - main.clientWidth,
                                  document.documentElement.scrollWidth - window.innerWidth);
                }"""
            )
        )

    def serious_findings(self) -> list[str]:
        """Serious and critical findings of the axe accessibility rules, and gaps in the outline of headings."""
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(_axe())
        return list(self.page.evaluate(FINDINGS))

    def close(self) -> None:
        """End the visit; with `left` the page is emptied and put back as it was for the next one."""
        from playwright.sync_api import Error

        if self.left is None or self.page.is_closed():
            (self.context if self.alone else self.page).close()
            return
        for event, hear in self.listeners:
            self.page.remove_listener(event, hear)
        try:
            self.network.detach()
            self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
            self.page.goto(f"{self.address}/healthz")  # of the same place: what is compiled stays with the tab
            self.page.set_viewport_size(self.usual[0])
            self.page.emulate_media(color_scheme=self.usual[1])
        except Error:  # its server is gone
            self.page.close()
        else:
            self.left(self.page)


@cache
def _axe() -> str:
    from axe_playwright_python.sync_playwright import Axe

    return str(Axe().axe_script)


def new_context(browser: Any, width: int = 1280, height: int = 800, scheme: str = "light", **options: Any) -> Any:
    """A reader with an empty cache and a screen of this size."""
    return browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=width < 600, **options
    )
