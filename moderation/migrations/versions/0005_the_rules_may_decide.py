"""A site may let its rules decide: a decision then has no person.

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-28 06:55:00.000000

"""
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.alter_column('person_id', existing_type=sa.Uuid(), nullable=True)


def downgrade():
    op.execute("DELETE FROM event WHERE decision_id IN (SELECT id FROM decision WHERE person_id IS NULL)")
    op.execute("DELETE FROM decision WHERE person_id IS NULL")
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.alter_column('person_id', existing_type=sa.Uuid(), nullable=False)
