"""What no page may do, watched in the browser during every journey."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Response, WebError

BROKEN_POLICY = ("Content Security Policy", "Content-Security-Policy")
SERVER_ERROR = 500


class Witness:
    """Collects errors of the server, of scripts, and what the content security policy had to stop."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        context.on("response", self._answered)
        context.on("console", self._said)
        context.on("weberror", self._failed)

    def _answered(self, response: Response) -> None:
        if response.status >= SERVER_ERROR:
            self.complaints.append(f"{response.request.method} {response.url} answered {response.status}")

    def _said(self, message: ConsoleMessage) -> None:
        if any(words in message.text for words in BROKEN_POLICY):
            self.complaints.append(message.text)

    def _failed(self, failure: WebError) -> None:
        self.complaints.append(f"A script failed: {failure.error}")
