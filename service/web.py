"""The page: paste an article, see its labels and the words that decided."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, request

from training.article import Article
from training.marking import marked

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
    labelling = model.label(article, all=True)
    return render_template(
        "page.html",
        model=model,
        article=article,
        labelling=labelling,
        title=marked(article, labelling, "title"),
        text=marked(article, labelling, "text"),
    )
