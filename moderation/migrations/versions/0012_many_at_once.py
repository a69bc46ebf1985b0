"""Decisions over many comments at once; indexes for waiting copies and for what was decided last at a site.

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-28 10:35:00.000000

"""
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def only(condition):
    return {'sqlite_where': sa.text(condition), 'postgresql_where': sa.text(condition)}


def upgrade():
    # 0002 to 0008 rebuilt the table on SQLite, which forgets in which direction an index runs: the queue was sorted instead of read
    op.drop_index('ix_comment_in_review', 'comment')
    op.create_index('ix_comment_in_review', 'comment', ['site_id', sa.text('priority DESC'), 'id'], unique=False, **only("status = 'in_review'"))
    op.add_column('decision', sa.Column('bulk_id', sa.Uuid(), nullable=True))
    op.create_index('ix_decision_bulk_id', 'decision', ['bulk_id'], unique=False, **only('bulk_id IS NOT NULL'))
    op.create_index('ix_comment_copies_waiting', 'comment', ['repeats_of', sa.text('priority DESC'), 'id'], unique=False, **only("status = 'in_review' AND repeats_of IS NOT NULL"))
    op.create_index('ix_comment_by_decision', 'comment', ['site_id', 'decision_id'], unique=False, **only('decision_id IS NOT NULL'))


def downgrade():
    op.drop_index('ix_comment_by_decision', 'comment')
    op.drop_index('ix_comment_copies_waiting', 'comment')
    op.drop_index('ix_decision_bulk_id', 'decision')
    op.drop_column('decision', 'bulk_id')
