"""Articles open, closed or strict; comments to be screened again, decisions that were imported; indexes for what a site asks of its own comments.

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-28 07:25:00.000000

"""
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def only(condition):
    return {'sqlite_where': sa.text(condition), 'postgresql_where': sa.text(condition)}


def upgrade():
    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.add_column(sa.Column('comments', sa.String(length=10), server_default='open', nullable=False))
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('imported', sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rescreen', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.drop_index('ix_comment_article_id')
        batch_op.create_index('ix_comment_of_article', ['site_id', 'article_id', 'id', 'status', 'decision_id', 'published_decision_id', 'erased_at'], unique=False)
        batch_op.create_index('ix_comment_of_site', ['site_id', 'id'], unique=False)
        batch_op.create_index('ix_comment_of_author', ['site_id', 'author_external_id', 'id'], unique=False, **only('author_external_id IS NOT NULL'))
        batch_op.create_index('ix_comment_rescreen', ['id'], unique=False, **only('rescreen'))


def downgrade():
    with op.batch_alter_table('comment', schema=None) as batch_op:
        for name in ('ix_comment_rescreen', 'ix_comment_of_author', 'ix_comment_of_site', 'ix_comment_of_article'):
            batch_op.drop_index(name)
        batch_op.create_index('ix_comment_article_id', ['article_id'], unique=False)
        batch_op.drop_column('rescreen')
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.drop_column('imported')
    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.drop_column('comments')
