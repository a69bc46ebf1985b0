"""What another rule set would have said of a site's last decisions.

Revision ID: 0015
Revises: 0014
Create Date: 2026-11-28 15:00:00.000000

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
UNFINISHED = sa.text("state IN ('queued', 'running')")


def upgrade():
    op.create_table(
        'replay',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('site_id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=True),
        sa.Column('content', JSON, nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('base', sa.Integer(), nullable=False),
        sa.Column('last', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('total', sa.Integer(), nullable=False),
        sa.Column('done', sa.Integer(), nullable=False),
        sa.Column('cursor', sa.Uuid(), nullable=True),
        sa.Column('tally', JSON, nullable=False),
        sa.Column('result', JSON, nullable=True),
        sa.Column('error', sa.Text(), nullable=True),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('claim_token', sa.Uuid(), nullable=True),
        sa.Column('claim_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('worked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_replay_site_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_replay_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_replay')),
    )
    op.create_index('ix_replay_of_site', 'replay', ['site_id', 'id'], unique=False)
    op.create_index(
        'ix_replay_unfinished', 'replay', ['id'], unique=False, sqlite_where=UNFINISHED, postgresql_where=UNFINISHED
    )


def downgrade():
    op.drop_table('replay')
