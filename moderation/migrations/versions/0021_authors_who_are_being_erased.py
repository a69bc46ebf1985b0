"""Authors who are being erased, some comments at a time.

Revision ID: 0021
Revises: 0020
Create Date: 2026-11-28 18:50:00.000000

"""
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

UNFINISHED = sa.text('finished_at IS NULL')


def upgrade():
    op.create_table(
        'erasure',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('site_id', sa.Uuid(), nullable=False),
        sa.Column('author_external_id', sa.String(length=200), nullable=True),
        sa.Column('mark', sa.String(length=32), nullable=False),
        sa.Column('total', sa.Integer(), nullable=False),
        sa.Column('done', sa.Integer(), nullable=False),
        sa.Column('claim_token', sa.Uuid(), nullable=True),
        sa.Column('claim_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_erasure_site_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure')),
        sa.UniqueConstraint('site_id', 'author_external_id', name=op.f('uq_erasure_site_id_author_external_id')),
    )
    op.create_index('ix_erasure_unfinished', 'erasure', ['id'], unique=False, sqlite_where=UNFINISHED, postgresql_where=UNFINISHED)


def downgrade():
    op.drop_table('erasure')
