"""What decisions teach: candidates that wait for a person, and days on which a rule's rate jumped.

Days are counted anew, because scores and people's decisions over them are counted from now on.

Revision ID: 0017
Revises: 0016
Create Date: 2026-11-28 14:40:00.000000

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade():
    with op.batch_alter_table('learned_model') as batch:
        batch.add_column(sa.Column('decisions', sa.Integer(), server_default='0', nullable=False))
        batch.add_column(sa.Column('person_id', sa.Uuid(), nullable=True))
        batch.add_column(sa.Column('progress', JSON, nullable=True))
        batch.add_column(sa.Column('live_at', sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f('fk_learned_model_person_id'), 'person', ['person_id'], ['id'])
    only = sa.text("state = 'wanted'")
    op.create_index('uq_learned_model_wanted', 'learned_model', ['site_id', 'name'], unique=True, sqlite_where=only, postgresql_where=only)
    op.create_table(
        'rate_alarm',
        sa.Column('site_id', sa.Uuid(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('rule', sa.String(length=40), nullable=False),
        sa.Column('flagged', sa.Integer(), nullable=False),
        sa.Column('received', sa.Integer(), nullable=False),
        sa.Column('usual', sa.Float(), nullable=False),
        sa.Column('score', sa.Float(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_rate_alarm_site_id')),
        sa.PrimaryKeyConstraint('site_id', 'day', 'rule', name=op.f('pk_rate_alarm')),
    )
    op.execute('DELETE FROM counted_day')


def downgrade():
    op.drop_table('rate_alarm')
    op.execute("DELETE FROM learned_model WHERE state IN ('wanted', 'candidate')")
    op.drop_index('uq_learned_model_wanted', 'learned_model')
    with op.batch_alter_table('learned_model') as batch:
        batch.drop_constraint(op.f('fk_learned_model_person_id'), type_='foreignkey')
        for name in ('live_at', 'progress', 'person_id', 'decisions'):
            batch.drop_column(name)
