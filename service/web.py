"""The pages: paste an article, see its labels and the words that decided; the model's card; the morning report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, send_file

from service.live import Live
from service.problems import problem
from training import artifact, report
from training.article import Article
from training.marking import added_up, headline_end, is_named, marked
from training.registry import Registry

web = Blueprint("web", __name__, template_folder="templates", static_folder="static", static_url_path="/static")


@web.get("/")
def page() -> str:
    """Show an empty form."""
    return render_template("page.html", model=current_app.extensions["live"].model, article=None)


@web.post("/")
def answer() -> str:
    """Label what was pasted and show it marked."""
    model = current_app.extensions["live"].model
    article = Article(request.form.get("text", ""), title=request.form.get("title", "").strip())
    if not article.text.strip():
        return render_template("page.html", model=model, article=article, empty=True)
    labelling = model.label(article, all=True, most=None)
    headline = headline_end(article)
    return render_template(
        "page.html",
        model=model,
        article=article,
        labelling=labelling,
        sums={label.id: added_up(label, headline) for label in labelling.labels if label.assigned or label.unsure},
        passing=[label for label in labelling.labels if not (label.assigned or label.unsure) and is_named(label)],
        method=model.classifier.method,
        title=marked(article, labelling, "title"),
        text=marked(article, labelling, "text"),
    )


@web.get("/model")
def card() -> Response:
    """Show the card of the model in use: what it was made of, how good it is, where it fails."""
    live: Live = current_app.extensions["live"]
    version = live.model.version
    file = live.registry.folder.resolve() / version / artifact.CARD_PAGE
    if not file.is_file():
        return problem(404, f"model {version} has no {artifact.CARD_PAGE} any more; train one with: desk train")
    return _sent(file)


@web.get("/report")
def morning_report() -> Response:
    """Show the newest morning report: how the last night ended and why, and what a person should look at."""
    if (folder := report.latest(_registry().files)) is None:
        return problem(404, "there is no morning report yet; the nightly job writes one: desk retrain")
    return _sent(folder.resolve() / report.PAGE)


@web.context_processor
def _links() -> dict[str, Any]:
    """Say whether there is a report to link to; no page waits for an object store to say so."""
    registry = _registry()
    return {"reported": registry.is_remote or report.latest(registry.files) is not None}


def _registry() -> Registry:
    live: Live = current_app.extensions["live"]
    return live.registry


def _sent(file: Path) -> Response:
    """Send a page that stands on its own, so that nothing but its styles needs to be allowed."""
    page = send_file(file, mimetype="text/html", max_age=0)
    page.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return page
