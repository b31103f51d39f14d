"""deflect.py: a small client for Deflect's HTTP API, in one file without dependencies.

    from deflect import Deflect
    help_centre = Deflect("https://help.example.com", token="dfl_…")
    help_centre.put_ticket({"id": "4711", "subject": "Export fails", "body": "The CSV is empty.",
                            "status": "open", "created": "2026-11-20T09:00:00Z"})

Each method answers with what the service answered, as dicts and lists; a refusal raises DeflectError.
"""

import json
import urllib.error
import urllib.parse
import urllib.request

__all__ = ["Deflect", "DeflectError"]


class DeflectError(Exception):
    """The service refused: `status` is the HTTP status, the text says what to do."""

    def __init__(self, status, detail):
        super().__init__(detail)
        self.status = status


class Deflect:
    def __init__(self, url, token=None, timeout_s=10):
        self.url = url.rstrip("/")
        self.token = token
        self.timeout_s = timeout_s

    # Customers' side: no token needed.

    def suggest(self, text, **options):
        """Articles for a question. Options: limit, lang, session, place, final."""
        return self._call("GET", "/v1/suggest", params={"q": text, "final": 1, **options})

    def article(self, article):
        return self._call("GET", "/v1/articles/" + _path(article))

    def articles(self, **options):
        """The public articles, page by page. Options: lang, category, cursor."""
        return self._call("GET", "/v1/articles", params=options)

    # Agents' side: a token of role agent or higher.

    def search(self, text, **options):
        """As suggest, with agents' articles and `paste` links. Options: ticket, limit, lang."""
        return self._call("GET", "/v1/agent/search", params={"q": text, **options})

    def put_ticket(self, ticket):
        """Creates or updates a ticket; the fields stand in the reference, "ticket fields"."""
        return self._call("POST", "/v1/tickets", body=ticket)

    def change_ticket(self, ticket, **fields):
        return self._call("PATCH", "/v1/tickets/" + _path(ticket), body=fields)

    def ticket(self, ticket):
        """What the customer did before writing, similar tickets' advice, links."""
        return self._call("GET", "/v1/agent/tickets/" + _path(ticket))

    def similar(self, ticket=None, text=None):
        return self._call("GET", "/v1/agent/similar", params={"ticket": ticket, "q": text})

    def draft(self, subject, body="", lang=None):
        return self._call("POST", "/v1/agent/draft", body=_given(subject=subject, body=body, lang=lang))

    def link(self, ticket, article, agent=None, text=None):
        """This ticket was answered with this article: teaches the search."""
        return self._call("POST", "/v1/agent/links",
                          body=_given(ticket=ticket, article=article, agent=agent, text=text))

    def unlink(self, ticket, article):
        return self._call("DELETE", "/v1/agent/links", params={"ticket": ticket, "article": article})

    def flag(self, kind, article=None, ticket=None, note=""):
        return self._call("POST", "/v1/agent/flags",
                          body=_given(kind=kind, article=article, ticket=ticket, note=note))

    def flags(self, state=None):
        """Flags that are open, taken or done; all of them where no state is given."""
        return self._call("GET", "/v1/flags", params={"state": state})

    def change_flag(self, flag, state=None, owner=None, answer=None):
        """`answer` is what became of it, for the agent who raised it."""
        return self._call("PATCH", "/v1/flags/" + _path(flag), body=_given(state=state, owner=owner, answer=answer))

    # Writers' side: a token of role writer or higher.

    def report(self, kind, **options):
        """deflection, articles, queries, gaps, topics or flow. Options: from_, to, lang."""
        if "from_" in options:
            options["from"] = options.pop("from_")
        return self._call("GET", "/v1/reports/" + _path(kind), params=options)

    def article_report(self, article, **options):
        """The figures of one article. Options: from_, to, lang."""
        return self.report("articles/" + article, **options)

    def tasks(self, state=None):
        """What to write, fix, check or read again, by the tickets it would save."""
        return self._call("GET", "/v1/tasks", params={"state": state})

    def change_task(self, task, state):
        return self._call("PATCH", "/v1/tasks/" + _path(task), body={"state": state})

    def _call(self, method, path, params=None, body=None):
        query = urllib.parse.urlencode(_given(**(params or {})))
        request = urllib.request.Request(self.url + path + ("?" + query if query else ""), method=method)
        if self.token:
            request.add_header("Authorization", "Bearer " + self.token)
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=self.timeout_s) as response:
                text = response.read()
        except urllib.error.HTTPError as error:
            raise DeflectError(error.code, _detail(error)) from None
        return json.loads(text) if text else None


def _given(**values):
    return {name: value for name, value in values.items() if value is not None}


def _path(text):
    return urllib.parse.quote(str(text), safe="/")


def _detail(error):
    try:
        return json.loads(error.read())["detail"]
    except (ValueError, KeyError):
        return error.reason
