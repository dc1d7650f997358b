"""What requests to the store and its answers look like."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from service.schemas import AddedOut, LabelRequest, Short, Strict

Code = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Value = Literal["yes", "no", "unsure"]


class ArticleIn(LabelRequest):
    """An article, with what is known of its labels."""

    dateline: Short | None = Field(None, description="Where it was written, as TRIPOLI.")
    labels: list[Code] | None = Field(
        None, description="The labels it is about, where somebody has judged it: every other one is a no."
    )
    unsure: list[Code] = Field([], description="Labels that nobody is sure of.")
    judged: list[Code] | None = Field(None, description="The labels that were judged, where not all of them were.")


class ArticlesRequest(Strict):
    """Articles for the store."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "articles": [
                    {"id": "1", "text": "Guns fell silent along the coast road in Libya on Friday ..."},
                    {"id": "2", "text": "Rain fell on Damascus all night ...", "labels": ["SY"]},
                ]
            }
        }
    )

    articles: list[ArticleIn] = Field(
        min_length=1, description="At most 1,000, unless the service is set to take more or fewer."
    )


class Nothing(BaseModel):
    """A query without parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ArticlesOut(BaseModel):
    """What became of articles, in their order."""

    added: list[AddedOut]


class ArticleQuery(BaseModel):
    """Which article."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(description="As it came, or as the store called it.")


class SaidOut(BaseModel):
    """What people say of a label now, the latest of each."""

    value: Value = Field(description="What most say; unsure where they are divided.")
    by: dict[str, Value] = Field(description="What each says.")
    disputed: bool


class StoredOut(BaseModel):
    """An article of the store."""

    id: str
    title: str | None = None
    text: str
    date: str | None = None
    source: str | None = None
    dateline: str | None = None
    labels: list[str] | None = Field(None, description="As it came with them and people judged them since.")
    unsure: list[str] | None = None
    judged: list[str] | None = None
    received_at: str
    feed: str | None
    said: dict[str, SaidOut]


class JudgmentIn(Strict):
    """A person's yes or no to one label of one article, which is named by its id or sent as text."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"article": "1", "label": "LY", "value": "yes", "who": "ann"}}
    )

    article: Short | None = Field(None, description="Id of an article in the store.")
    text: str | None = Field(None, description="The article itself instead; it is added to the store.")
    title: Short | None = Field(None, description="Its headline, where it is sent.")
    label: Code
    value: Value
    who: Code = Field(description="Whose judgment it is; the latest of a person counts.")

    @model_validator(mode="after")
    def _one_of_both(self) -> JudgmentIn:
        if (self.article is None) == (self.text is None):
            raise ValueError("name the article by its id in 'article', or send its 'text': one of both")
        return self


class JudgmentOut(BaseModel):
    """One judgment."""

    article: str
    label: str
    value: Value
    who: str
    at: str | None


class JudgedOut(BaseModel):
    """A judgment that was written down, and what people say of that label now."""

    judgment: JudgmentOut
    said: SaidOut


class DisputedOut(BaseModel):
    """A label of an article on which people disagree."""

    article: str
    label: str
    said: SaidOut


class JudgmentsOut(BaseModel):
    """All that was ever said of an article, the oldest first; or the disagreements."""

    judgments: list[JudgmentOut] = []
    disputed: list[DisputedOut] = []


class JudgmentsQuery(BaseModel):
    """Whose judgments."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    article: str | None = Field(None, description="Id of an article; without one the disagreements are given.")
