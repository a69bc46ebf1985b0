"""Standing of authors; a pace and a tightening for articles, with who changed them; days that are counted once.

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-28 11:10:00.000000

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def only(condition):
    return {'sqlite_where': sa.text(condition), 'postgresql_where': sa.text(condition)}


def upgrade():
    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.add_column(sa.Column('strict_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('slow_seconds', sa.Integer(), server_default='0', nullable=False))
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.create_index('ix_comment_in_review_by_article', ['site_id', 'article_id', 'received_at'], unique=False, **only("status = 'in_review'"))
    op.create_table(
        'article_change',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('article_id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=True),
        sa.Column('before', JSON, nullable=False),
        sa.Column('after', JSON, nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_article_change_article_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_article_change_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_article_change')),
    )
    op.create_index('ix_article_change_article_id', 'article_change', ['article_id'], unique=False)
    op.create_table(
        'author_standing',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('site_id', sa.Uuid(), nullable=False),
        sa.Column('author_external_id', sa.String(length=200), nullable=True),
        sa.Column('standing', sa.String(length=10), nullable=False),
        sa.Column('until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('note', sa.Text(), nullable=True),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_author_standing_person_id')),
        sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_author_standing_site_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_author_standing')),
    )
    op.create_index('uq_author_standing_current', 'author_standing', ['site_id', 'author_external_id'], unique=True, **only('superseded_at IS NULL AND author_external_id IS NOT NULL'))
    op.create_index('ix_author_standing_of_author', 'author_standing', ['site_id', 'author_external_id', 'id'], unique=False)
    op.create_table(
        'counted_day',
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('counted_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('day', name=op.f('pk_counted_day')),
    )
    op.create_table(
        'day_figure',
        sa.Column('site_id', sa.Uuid(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('figure', sa.String(length=20), nullable=False),
        sa.Column('part', sa.String(length=80), nullable=False),
        sa.Column('count', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_day_figure_site_id')),
        sa.PrimaryKeyConstraint('site_id', 'day', 'figure', 'part', name=op.f('pk_day_figure')),
    )


def downgrade():
    for table in ('day_figure', 'counted_day', 'author_standing', 'article_change'):
        op.drop_table(table)
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.drop_index('ix_comment_in_review_by_article')
    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.drop_column('slow_seconds')
        batch_op.drop_column('strict_until')
