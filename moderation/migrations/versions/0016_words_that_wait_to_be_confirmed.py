"""Word lists that were uploaded and wait for whoever did it to confirm them.

Revision ID: 0016
Revises: 0015
Create Date: 2026-11-29 10:20:00.000000

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade():
    op.create_table(
        'staged_words',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('site_id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('adds', sa.Boolean(), nullable=False),
        sa.Column('seen', sa.String(length=64), nullable=False),
        sa.Column('content', sa.Text(), nullable=False),
        sa.Column('report', JSON, nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_staged_words_site_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_staged_words_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_staged_words')),
        sa.UniqueConstraint('site_id', 'person_id', name=op.f('uq_staged_words_site_id_person_id')),
    )


def downgrade():
    op.drop_table('staged_words')
