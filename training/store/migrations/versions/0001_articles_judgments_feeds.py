"""Articles with their near-duplicates, judgments and feeds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "articles",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("digest", sa.String(24), nullable=False, index=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("date", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("dateline", sa.Text),
        sa.Column("labels", sa.JSON),
        sa.Column("unsure", sa.JSON),
        sa.Column("judged", sa.JSON),
        sa.Column("feed", sa.Text),
        sa.Column("received_at", _MOMENT, nullable=False, index=True),
        sa.Column("edited_at", _MOMENT),
        sa.Column("copy_of", sa.Integer, sa.ForeignKey("articles.number", ondelete="SET NULL"), index=True),
        sa.Column("signature", sa.LargeBinary),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "bands",
        sa.Column("hash", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column(
            "article",
            sa.Integer,
            sa.ForeignKey("articles.number", ondelete="CASCADE"),
            primary_key=True,
            index=True,
        ),
    )
    op.create_table(
        "judgments",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column(
            "article", sa.Integer, sa.ForeignKey("articles.number", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("value", sa.String(6), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False, index=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "feeds",
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("title", sa.Text),
        sa.Column("etag", sa.Text),
        sa.Column("modified", sa.Text),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("checked_at", _MOMENT),
        sa.Column("found_at", _MOMENT),
        sa.Column("articles", sa.Integer, nullable=False),
        sa.Column("problem", sa.Text),
        sa.Column("failures", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Take all tables away."""
    for name in ("feeds", "judgments", "bands", "articles"):
        op.drop_table(name)
