"""The floor of a call over HTTP: what an endpoint takes that checks the same request and has its answer ready.

Run as `python -m bench.fixed --port N`; `FIXED_BYTES` is the size of the answer, `FIXED_WORKERS` how many answer.
"""

from __future__ import annotations

import argparse
import os

from flask import Flask, Response

from service import schemas
from service.checking import checked
from service.commands.serve import server

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 20_000_000
_ANSWER = b'{"labels": "' + b"x" * (int(os.environ.get("FIXED_BYTES", "1000")) - 14) + b'"}'


def _fixed(body: schemas.LabelRequest, query: schemas.LabelQuery) -> Response:
    return Response(_ANSWER, mimetype="application/json")


def _fixed_batch(body: schemas.BatchRequest, query: schemas.LabelQuery) -> Response:
    return Response(_ANSWER, mimetype="application/json")


app.post("/v1/label")(checked("MAX_CONTENT_LENGTH", "")(_fixed))
app.post("/v1/label/batch")(checked("MAX_CONTENT_LENGTH", "")(_fixed_batch))


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m bench.fixed")
    parser.add_argument("--port", type=int, required=True)
    server("bench.fixed:app", "127.0.0.1", parser.parse_args().port, int(os.environ["FIXED_WORKERS"])).serve()


if __name__ == "__main__":
    main()
