"""Keys have scopes and show when they were used last; requests may be marked as repeatable.

Keys that are there may do everything but administer.

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-28 07:45:00.000000

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade():
    with op.batch_alter_table('api_key', schema=None) as batch_op:
        batch_op.add_column(sa.Column('scopes', JSON, nullable=False, server_default='["submit", "read", "erase"]'))
        batch_op.add_column(sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('api_key', schema=None) as batch_op:
        batch_op.alter_column('scopes', existing_type=JSON, existing_nullable=False, server_default=None)
    op.create_table('answered_request',
    sa.Column('site_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('request_hash', sa.String(length=64), nullable=False),
    sa.Column('token', sa.Uuid(), nullable=False),
    sa.Column('taken_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('location', sa.Text(), nullable=True),
    sa.Column('body', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_answered_request_site_id')),
    sa.PrimaryKeyConstraint('site_id', 'key', name=op.f('pk_answered_request'))
    )
    op.create_index(op.f('ix_answered_request_created_at'), 'answered_request', ['created_at'], unique=False)


def downgrade():
    op.drop_index(op.f('ix_answered_request_created_at'), 'answered_request')
    op.drop_table('answered_request')
    with op.batch_alter_table('api_key', schema=None) as batch_op:
        batch_op.drop_column('last_used_at')
        batch_op.drop_column('scopes')
