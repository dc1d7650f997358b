"""The floor of a call with Flask: an endpoint that reads what is sent and says next to nothing.

Under granian as Foreign Desk is served: python -m bench.empty --port N. Under gunicorn, from the hand-made service's
environment, only ``app`` is looked at.
"""

from __future__ import annotations

import argparse

from flask import Flask, Response, request

app = Flask(__name__)


@app.post("/label")
def label() -> Response:
    """Answer."""
    request.get_data()
    return Response(b"{}", mimetype="application/json")


def main() -> None:
    """Serve until stopped."""
    from service.commands.serve import server

    parser = argparse.ArgumentParser(prog="python -m bench.empty")
    parser.add_argument("--port", type=int, required=True)
    server("bench.empty:app", "127.0.0.1", parser.parse_args().port, 2).serve()


if __name__ == "__main__":
    main()
