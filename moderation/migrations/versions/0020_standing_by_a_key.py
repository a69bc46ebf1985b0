"""A standing of an author may be decided by a key of the site.

Revision ID: 0020
Revises: 0019
Create Date: 2026-11-28 18:40:00.000000

"""
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('author_standing', schema=None) as batch_op:
        batch_op.alter_column('person_id', existing_type=sa.Uuid(), nullable=True)
        batch_op.add_column(sa.Column('key_id', sa.Uuid(), nullable=True))
        batch_op.create_foreign_key('fk_author_standing_key_id', 'api_key', ['key_id'], ['id'])
        batch_op.create_check_constraint(op.f('ck_author_standing_one_who_decided'), '(person_id IS NULL) <> (key_id IS NULL)')


def downgrade():
    op.execute('DELETE FROM author_standing WHERE person_id IS NULL')  # what only a key decided has no place there
    with op.batch_alter_table('author_standing', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_author_standing_one_who_decided'), type_='check')
        batch_op.drop_constraint('fk_author_standing_key_id', type_='foreignkey')
        batch_op.drop_column('key_id')
        batch_op.alter_column('person_id', existing_type=sa.Uuid(), nullable=False)
