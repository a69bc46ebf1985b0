"""Whom a site shows the personal data in texts.

Revision ID: 0022
Revises: 0021
Create Date: 2026-11-28 18:40:00.000000

"""
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('site', sa.Column('personal_data_for', sa.String(length=10), server_default='everybody', nullable=False))


def downgrade():
    op.drop_column('site', 'personal_data_for')
