"""What a site learns from its own articles.

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-28 02:50:11.000000

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

STANDS_APPROVED = "status = 'approved' AND published_decision_id = decision_id AND erased_at IS NULL"


def upgrade():
    op.create_table('learned_model',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('site_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('blob', sa.LargeBinary(), nullable=True),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('articles', sa.Integer(), nullable=False),
    sa.Column('metrics', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_learned_model_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_learned_model')),
    sa.UniqueConstraint('site_id', 'name', 'number', name=op.f('uq_learned_model_site_id_name_number'))
    )
    for state in ('live', 'fitting'):
        only = sa.text(f"state = '{state}'")
        op.create_index(f'uq_learned_model_{state}', 'learned_model', ['site_id', 'name'], unique=True, sqlite_where=only, postgresql_where=only)
    op.create_index('ix_article_newest', 'article', ['site_id', 'created_at'], unique=False)
    only = sa.text(STANDS_APPROVED)
    op.create_index('ix_comment_stands_approved', 'comment', ['article_id', 'id'], unique=False, sqlite_where=only, postgresql_where=only)


def downgrade():
    op.drop_index('ix_comment_stands_approved', 'comment')
    op.drop_index('ix_article_newest', 'article')
    op.drop_table('learned_model')
