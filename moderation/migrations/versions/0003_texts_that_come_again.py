"""Texts that come again.

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-28 06:50:00.000000

"""
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
REPEATS = sa.text('repeats_of IS NOT NULL')


def upgrade():
    op.create_table('fingerprint',
    sa.Column('id', NUMBER, nullable=False),
    sa.Column('comment_id', sa.Uuid(), nullable=False),
    sa.Column('author', sa.BigInteger(), nullable=False),
    sa.Column('imprint', sa.LargeBinary(), nullable=False),
    sa.Column('kept_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_fingerprint_comment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fingerprint')),
    sa.UniqueConstraint('comment_id', name=op.f('uq_fingerprint_comment_id'))
    )
    op.create_index('ix_fingerprint_kept_at', 'fingerprint', ['kept_at'], unique=False)
    op.create_table('fingerprint_key',
    sa.Column('site_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('fingerprint_id', NUMBER, autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['fingerprint_id'], ['fingerprint.id'], name=op.f('fk_fingerprint_key_fingerprint_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('site_id', 'key', 'fingerprint_id', name=op.f('pk_fingerprint_key')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_fingerprint_key_fingerprint_id', 'fingerprint_key', ['fingerprint_id'], unique=False, postgresql_using='hash')
    op.add_column('finding', sa.Column('about', sa.Uuid(), nullable=True))
    op.add_column('comment', sa.Column('repeats_of', sa.Uuid(), nullable=True))
    op.create_index('ix_comment_repeats_of', 'comment', ['repeats_of', 'id'], unique=False, sqlite_where=REPEATS, postgresql_where=REPEATS)


def downgrade():
    op.drop_index('ix_comment_repeats_of', 'comment')
    op.drop_column('comment', 'repeats_of')
    op.drop_column('finding', 'about')
    op.drop_table('fingerprint_key')
    op.drop_table('fingerprint')
