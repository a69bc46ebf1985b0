"""Versions of rules with author, note, base and end; a draft a site; what a version in shadow said; a budget of held comments.

Revision ID: 0014
Revises: 0013
Create Date: 2026-11-28 15:00:00.000000

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def only(condition):
    return {'sqlite_where': sa.text(condition), 'postgresql_where': sa.text(condition)}


def upgrade():
    op.add_column('site', sa.Column('held_budget', sa.Float(), server_default='0.02', nullable=False))
    with op.batch_alter_table('rule_set', schema=None) as batch_op:
        batch_op.add_column(sa.Column('person_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('key_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('note', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('base', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('until', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key('fk_rule_set_person_id', 'person', ['person_id'], ['id'])
        batch_op.create_foreign_key('fk_rule_set_key_id', 'api_key', ['key_id'], ['id'])
        batch_op.create_index('uq_rule_set_shadow', ['site_id'], unique=True, **only("state = 'shadow'"))
        batch_op.create_index('ix_rule_set_until', ['until'], unique=False, **only("until IS NOT NULL AND state = 'live'"))
    op.create_table(
        'rule_set_draft',
        sa.Column('site_id', sa.Uuid(), nullable=False),
        sa.Column('content', JSON, nullable=True),
        sa.Column('own_lists', sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column('edit', sa.Integer(), nullable=False),
        sa.Column('base', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=True),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_rule_set_draft_site_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_rule_set_draft_person_id')),
        sa.PrimaryKeyConstraint('site_id', name=op.f('pk_rule_set_draft')),
    )
    op.create_table(
        'shadow_screening',
        sa.Column('rule_set_id', sa.Uuid(), nullable=False),
        sa.Column('comment_id', sa.Uuid(), nullable=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('screening_id', sa.Uuid(), nullable=False),
        sa.Column('verdict', sa.String(length=20), nullable=False),
        sa.Column('findings', JSON, nullable=False),
        sa.ForeignKeyConstraint(['rule_set_id'], ['rule_set.id'], name=op.f('fk_shadow_screening_rule_set_id')),
        sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_shadow_screening_comment_id')),
        sa.ForeignKeyConstraint(['screening_id'], ['screening.id'], name=op.f('fk_shadow_screening_screening_id')),
        sa.PrimaryKeyConstraint('rule_set_id', 'comment_id', 'revision', name=op.f('pk_shadow_screening')),
    )
    op.create_index('ix_shadow_screening_comment_id', 'shadow_screening', ['comment_id'], unique=False)


def downgrade():
    op.drop_table('shadow_screening')
    op.drop_table('rule_set_draft')
    with op.batch_alter_table('rule_set', schema=None) as batch_op:
        batch_op.drop_index('ix_rule_set_until')
        batch_op.drop_index('uq_rule_set_shadow')
        batch_op.drop_constraint('fk_rule_set_key_id', type_='foreignkey')
        batch_op.drop_constraint('fk_rule_set_person_id', type_='foreignkey')
        for name in ('until', 'base', 'note', 'key_id', 'person_id'):
            batch_op.drop_column(name)
    op.drop_column('site', 'held_budget')
