"""What no page may do, watched in the browser during every journey."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

BROKEN_POLICY = ("Content Security Policy", "Content-Security-Policy")
SERVER_ERROR = 500
# Schemes that ask over a network, and the one machine that is asked.
ASKING = {"http", "https", "ws", "wss"}
HERE = {"localhost", "files.localhost", "127.0.0.1"}


class Witness:
    """Collects errors of the server, of scripts, what the content security policy stopped, and requests to others."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("console", self._said)
        context.on("weberror", self._failed)

    def _asked(self, request: Request) -> None:
        """No page asks anybody else for anything: nobody outside learns who reads what."""
        address = urlsplit(request.url)
        if address.scheme in ASKING and address.hostname not in HERE:
            self.complaints.append(f"{address.hostname} was asked for {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= SERVER_ERROR:
            self.complaints.append(f"{response.request.method} {response.url} answered {response.status}")

    def _said(self, message: ConsoleMessage) -> None:
        if any(words in message.text for words in BROKEN_POLICY):
            self.complaints.append(message.text)

    def _failed(self, failure: WebError) -> None:
        self.complaints.append(f"A script failed: {failure.error}")
