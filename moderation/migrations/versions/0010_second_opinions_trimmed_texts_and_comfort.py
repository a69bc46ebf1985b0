"""Second opinions that somebody asked for, texts that a moderator trimmed, and how each person wants to see the pages.

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-28 10:30:00.000000

"""
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'escalation',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('comment_id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('note', sa.Text(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_escalation_comment_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_escalation_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_escalation')),
    )
    op.create_index(op.f('ix_escalation_comment_id'), 'escalation', ['comment_id'])
    op.add_column('comment', sa.Column('trimmed', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('revision', sa.Column('trimmed', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('decision', sa.Column('trimmed_text', sa.Text(), nullable=True))
    op.add_column('person', sa.Column('language', sa.String(length=5), server_default='fa', nullable=False))
    op.add_column('person', sa.Column('theme', sa.String(length=5), server_default='auto', nullable=False))
    op.add_column('person', sa.Column('blur', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade():
    for table, columns in (
        ('person', ('blur', 'theme', 'language')),
        ('decision', ('trimmed_text',)),
        ('revision', ('trimmed',)),
        ('comment', ('trimmed',)),
    ):
        for column in columns:
            op.drop_column(table, column)
    op.drop_table('escalation')
