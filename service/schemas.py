"""What requests and answers look like; the source of the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Short = Annotated[str, StringConstraints(max_length=2_000)]


class Strict(BaseModel):
    """What is sent: nothing is converted, and nothing unknown is passed over."""

    model_config = ConfigDict(strict=True, extra="forbid")


class LabelRequest(Strict):
    """An article: its text, or the HTML of its page."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "title": "Ceasefire holds in Sirte",
                "text": "Guns fell silent along the coast road in Libya on Friday ...",
            }
        }
    )

    text: str | None = Field(
        None, description="The article's text. Offsets in the answer count its characters (code points)."
    )
    html: str | None = Field(
        None,
        description="The article's page instead; the answer then carries the extracted text that offsets count in.",
    )
    title: Short | None = Field(
        None, description="Its headline. Without one, a first line that looks like a headline is taken for it."
    )
    id: Short | None = Field(None, description="Given back in the answer.")
    date: Short | None = Field(None, description="When it was published.")
    source: Short | None = Field(None, description="Who published it.")

    @property
    def is_page(self) -> bool:
        """Whether the article is sent as HTML."""
        return not _says_something(self.text)

    @model_validator(mode="after")
    def _one_of_both(self) -> LabelRequest:
        text, html = _says_something(self.text), _says_something(self.html)
        if not (text or html):
            raise ValueError("the article is empty: send its text in 'text' (or its page in 'html')")
        if text and html:
            raise ValueError("send 'text' or 'html', not both: offsets can count in one of them only")
        return self


class BatchRequest(Strict):
    """Many articles, each as it would be sent alone."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "articles": [
                    {"id": "1", "text": "Guns fell silent along the coast road in Libya on Friday ..."},
                    {"id": "2", "text": "Rain fell on Damascus all night, and Syria closed its harbour road ..."},
                ]
            }
        }
    )

    articles: list[LabelRequest] = Field(
        min_length=1, description="At most 1,000, unless the service is set to take more or fewer."
    )


class LabelQuery(BaseModel):
    """How much to answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    all: bool = Field(False, description="Also give labels that scored but are not assigned, and topics that are junk.")
    evidence: bool = Field(True, description="Say which mentions and words decided.")
    store: bool = Field(False, description="Also add the article to the store, from which the nightly job trains.")


class EvidenceOut(BaseModel):
    """One stretch that spoke for a label, or against it."""

    start: int = Field(description="First character, counted in the text as sent.")
    end: int = Field(description="Character after the last.")
    text: str
    kind: str = Field(description="names, demonyms, capital, places, people, groups (kinds of seeds), or word.")
    weight: float = Field(description="What it added to the label's score, in log-odds.")
    field: str | None = Field(None, description="Given when the offsets count in the title instead of the text.")


class LabelOut(BaseModel):
    """One label of the article."""

    id: str = Field(description="ISO 3166 alpha-2 for a country.")
    name: str
    probability: float
    assigned: bool | None = Field(None, description="False for a label that scored but is not assigned.")
    unsure: bool | None = Field(None, description="True where the chance of being wrong is a fifth or more.")
    score: float | None = Field(None, description="Log-odds of the probability: `rest` and all weights added up.")
    rest: float | None = Field(None, description="What no stretch shown is owed, in log-odds.")
    evidence: list[EvidenceOut] | None = None


class TopicShareOut(BaseModel):
    """A topic the article belongs to."""

    id: str
    name: str
    weight: float = Field(description="Its share of the article.")


class RemovedOut(BaseModel):
    """A stretch that was taken for a leftover of web extraction."""

    start: int
    end: int
    reason: str


class ModelOut(BaseModel):
    """Which model answered."""

    version: str
    trained_at: str


class AddedOut(BaseModel):
    """What became of an article that was to be stored."""

    id: str = Field(description="Its id in the store: its own, or its digest where it has none.")
    state: Literal["new", "copy", "edited", "known"] = Field(
        description="copy: new, and a near-duplicate of another; edited: known, with another text or other labels now."
    )
    copy_of: str | None = Field(description="The article that it is a near-duplicate of.")


class LabellingOut(BaseModel):
    """What the model says of the article."""

    id: str | None
    labels: list[LabelOut]
    topics: list[TopicShareOut]
    language: str | None = Field(description="ISO 639-1.")
    removed: list[RemovedOut]
    model: ModelOut
    text: str | None = Field(None, description="The extracted text, when HTML was sent.")
    stored: AddedOut | None = Field(None, description="What became of it in the store, when that was asked.")


class LabellingsOut(BaseModel):
    """What the model says of many articles."""

    labellings: list[LabellingOut] = Field(description="One an article, in the order they were sent.")


class KnownLabel(BaseModel):
    """A label that can be assigned."""

    id: str
    name: str
    method: str = Field(description="'words and focus', 'focus and words of unjudged news', or 'focus'.")
    threshold: float = Field(description="Probability from which it is assigned.")


class LabelsOut(BaseModel):
    """All labels that can be assigned."""

    labels: list[KnownLabel]


class AboutOut(BaseModel):
    """What the model says of itself."""

    model_config = ConfigDict(extra="allow")

    version: str
    trained_at: str


class Health(BaseModel):
    """Whether the service can answer."""

    status: str
    model: str
    problem: str | None = Field(None, description="Why a newer model was refused, when one was.")


class Readiness(BaseModel):
    """Whether the service answers with the model that it should."""

    status: Literal["ready", "degraded"] = Field(
        description="degraded: it answers, but the model that is wanted was refused, or nothing says which it is."
    )
    model: str = Field(description="The version in use.")
    wanted: str | None = Field(description="The version that should be in use: the current one, or the one chosen.")
    problem: str | None = Field(description="Why the wanted one was refused, until another is loaded, or is not known.")


class LabelDifference(BaseModel):
    """How often one of two models alone assigned a label."""

    id: str
    name: str
    added: int = Field(description="Articles to which the shadow alone assigned it.")
    lost: int = Field(description="Articles to which the model in use alone assigned it.")


class ShadowOut(BaseModel):
    """How a version that labels in the shadow differs from the model in use, over all workers."""

    version: str = Field(description="Of the shadow.")
    model: str = Field(description="The version in use; counts begin anew when another is.")
    articles: int = Field(description="Labelled by both.")
    differing: int = Field(description="Of these, with another set of labels assigned.")
    dropped: int = Field(description="Articles that the shadow did not get: too many were waiting for it.")
    failures: int = Field(description="Articles that the shadow failed on; the log says why.")
    labels: list[LabelDifference] = Field(description="Labels with differences, those with most first.")


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[dict[str, Any]] | None = Field(None, description="Each wrong field and what is wrong with it.")


def _says_something(text: str | None) -> bool:
    return text is not None and text != "" and not text.isspace()
