"""A reader's visit in Chromium, with an eye on everything the page does: requests, errors, bytes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]  # fmt: skip

IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'


class Visit:
    """One browser context on one page.

    `outside` lists requests to other hosts, `errors` console errors and page exceptions, `wire` counts the bytes of
    HTTP answers as sent (compressed), `socket` the bytes of websocket frames received (uncompressed).
    """

    def __init__(
        self, browser: Any, address: str, width: int = 1280, height: int = 800, scheme: str = "light", **context: Any
    ) -> None:
        self.address = address
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=width < 600, **context
        )
        self.page = self.context.new_page()
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.wire = 0
        self.socket = 0
        self.page.on("request", self._request)
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("websocket", lambda ws: ws.on("framereceived", self._frame))
        session = self.context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._finished)

    def _request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in ("127.0.0.1", "localhost"):
            self.outside.append(request.url)

    def _frame(self, payload: Any) -> None:
        data = payload if isinstance(payload, (str, bytes)) else payload.get("payload", b"")
        self.socket += len(data)

    def _finished(self, event: dict[str, Any]) -> None:
        self.wire += int(event.get("encodedDataLength", 0))

    def open(self, path: str) -> Visit:
        """Go to a path of the server and wait until the page stands."""
        self.page.goto(self.address + path, wait_until="domcontentloaded")
        self.page.wait_for_selector("h1", timeout=60_000)
        return self.settle()

    def settle(self, quiet: int = 700) -> Visit:
        """Wait until the script has run and the page has been quiet for a moment."""
        self.page.wait_for_selector(IDLE, timeout=60_000)
        self.page.wait_for_timeout(quiet)
        self.page.wait_for_selector(IDLE, timeout=60_000)
        return self

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
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [
            f"{rule['id']}: {rule['nodes'][0]['html'][:160]}"
            for rule in found
            if rule["impact"] in ("serious", "critical") or rule["id"] == "heading-order"
        ]

    def close(self) -> None:
        self.context.close()
