"""What requests for topics and their answers look like."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from service.schemas import ModelOut, Strict, TopicShareOut

WORDS = 20  # of a topic that is asked for alone


class Word(BaseModel):
    """A word of a topic."""

    word: str
    probability: float


class TopicQuality(BaseModel):
    """How good a topic is."""

    npmi: float = Field(description="Coherence of its first ten words, from -1 to 1.")
    distinct: float = Field(description="Part of these words that is among no other topic's.")


class TopicOut(BaseModel):
    """A theme the model discovered."""

    id: str = Field(description="It stays when the model is retrained, as long as the theme is the same.")
    name: str
    share: float | None = Field(None, description="Of all articles it was trained on.")
    quality: TopicQuality | None = None
    trend: str | None = Field(None, description="'emerging' or 'fading' in the newest tenth of the articles, or null.")
    junk: str | None = Field(None, description="Why nobody should look at it; null for a good topic.")
    words: list[Word] = Field(description="Words and phrases, those that tell most first.")


class TypicalArticle(BaseModel):
    """An article that is mostly about a topic."""

    id: str | None
    title: str = Field(description="Or how it begins, where it has none.")
    date: str | None
    source: str | None
    share: float


class TopicLabel(BaseModel):
    """A label that goes with a topic."""

    id: str
    share: float = Field(description="Of the label's articles.")
    times: float = Field(description="How many times the share that all articles have.")


class Day(BaseModel):
    """How much of a topic there was on a day."""

    date: str
    articles: int = Field(description="Of all topics.")
    volume: float = Field(description="Their shares of the topic added up: divide by articles to compare days.")


class WholeTopicOut(TopicOut):
    """All that is known of a topic."""

    articles: int | None = Field(None, description="That are mostly about it.")
    theme: str | None = Field(None, description="That it is pinned to in seeds/themes.toml.")
    renamed: bool | None = Field(None, description="Whether a person gave it its name.")
    since: str | None = Field(None, description="The version that found it.")
    labels: list[TopicLabel] | None = Field(None, description="Those whose articles have most more of it than others.")
    typical: list[TypicalArticle] | None = None
    volume: list[Day]


class TopicPath(BaseModel):
    """Which topic."""

    id: str = Field(description="As /v1/topics gives it.")


class TopicsQuery(BaseModel):
    """How much to answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    all: bool = Field(False, description="Also give topics that are junk, and shares that are next to nothing.")


class InferRequest(Strict):
    """Texts to infer topics of."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"texts": ["Voters queued before dawn to elect a new parliament ..."]}}
    )

    texts: list[str] = Field(
        min_length=1, description="At most 1,000, unless the service is set to take more or fewer."
    )


class InferredOut(BaseModel):
    """Topics of many texts."""

    inferred: list[list[TopicShareOut]] = Field(description="One list a text, in their order; [] where none is told.")
    model: ModelOut


class TopicsOut(BaseModel):
    """All topics."""

    topics: list[TopicOut]
