"""A site's own words.

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-28 06:40:00.000000

"""
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('word_list',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('site_id', sa.Uuid(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_word_list_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_word_list')),
    sa.UniqueConstraint('site_id', 'sha256', name=op.f('uq_word_list_site_id_sha256'))
    )


def downgrade():
    op.drop_table('word_list')
