"""Endpoints with a choice of events and two secrets, events without a decision, deliveries in order and with answers.

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-28 06:25:00.000000

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
DECISIONS = '["comment.approved", "comment.rejected", "comment.reopened"]'
ON_THE_WAY = "state = 'pending' OR claim_token IS NOT NULL"


def upgrade():
    op.add_column('endpoint', sa.Column('events', JSON, nullable=False, server_default=DECISIONS))
    op.add_column('endpoint', sa.Column('given_up', sa.Integer(), nullable=False, server_default='0'))
    for name, kind in (
        ('old_secret', sa.String(length=100)),
        ('old_secret_until', sa.DateTime(timezone=True)),
        ('switched_off', sa.String(length=10)),
        ('switched_off_at', sa.DateTime(timezone=True)),
        ('failing_since', sa.DateTime(timezone=True)),
        ('missed_after', sa.BigInteger()),
        ('paused_until', sa.DateTime(timezone=True)),
    ):
        op.add_column('endpoint', sa.Column(name, kind, nullable=True))

    with op.batch_alter_table('event') as batch_op:
        batch_op.alter_column('decision_id', existing_type=sa.Uuid(), nullable=True)
    with op.batch_alter_table('delivery') as batch_op:
        batch_op.alter_column('event_id', existing_type=sa.Uuid(), nullable=True)
        batch_op.add_column(sa.Column('comment_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('position', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('payload', JSON, nullable=True))
        batch_op.add_column(sa.Column('last_answer', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('tried_at', sa.DateTime(timezone=True), nullable=True))
    op.execute(
        'UPDATE delivery SET comment_id = (SELECT comment_id FROM event WHERE event.id = delivery.event_id),'
        ' position = (SELECT position FROM event WHERE event.id = delivery.event_id)'
    )
    only = sa.text(ON_THE_WAY)
    op.create_index('ix_delivery_order', 'delivery', ['endpoint_id', 'comment_id', 'position'], sqlite_where=only, postgresql_where=only)
    op.create_index('ix_delivery_created_at', 'delivery', ['created_at'])
    op.drop_index('ix_delivery_endpoint_id', 'delivery')
    op.create_index('ix_delivery_endpoint_id', 'delivery', ['endpoint_id', 'id'])


def downgrade():
    op.drop_index('ix_delivery_endpoint_id', 'delivery')
    op.create_index('ix_delivery_endpoint_id', 'delivery', ['endpoint_id', 'created_at'])
    op.drop_index('ix_delivery_created_at', 'delivery')
    op.drop_index('ix_delivery_order', 'delivery')
    op.execute('DELETE FROM delivery WHERE event_id IS NULL')  # tests of an endpoint
    op.execute('DELETE FROM delivery WHERE event_id IN (SELECT id FROM event WHERE decision_id IS NULL)')
    op.execute('DELETE FROM event WHERE decision_id IS NULL')
    with op.batch_alter_table('delivery') as batch_op:
        for name in ('tried_at', 'last_answer', 'payload', 'position', 'comment_id'):
            batch_op.drop_column(name)
        batch_op.alter_column('event_id', existing_type=sa.Uuid(), nullable=False)
    with op.batch_alter_table('event') as batch_op:
        batch_op.alter_column('decision_id', existing_type=sa.Uuid(), nullable=False)
    for name in ('paused_until', 'missed_after', 'failing_since', 'switched_off_at', 'switched_off', 'old_secret_until', 'old_secret', 'given_up', 'events'):
        op.drop_column('endpoint', name)
