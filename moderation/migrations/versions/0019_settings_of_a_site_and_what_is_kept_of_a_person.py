"""Settings of a site, keyed hashes of readers' addresses, and decisions that the database keeps as they were taken.

Revision ID: 0019
Revises: 0014
Create Date: 2026-11-28 14:20:00.000000

"""
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '0019'
down_revision = '0014'
branch_labels = None
depends_on = None

SITE = ('undo_seconds', 'keep_rejected_days', 'keep_withdrawn_days', 'keep_deliveries_days', 'keep_addresses_days')
HASHES = ('author_email_hash', 'author_ip_hash')
FIXED = ('id', 'comment_id', 'person_id', 'revision', 'outcome', 'reason', 'vote', 'imported', 'decided_at')
ENTRY = ('id', 'site_id', 'at', 'channel', 'person_id', 'key_id', 'action', 'subject')
REFUSED = 'decisions are never changed'
KEPT = 'audit entries are never changed'


def only(condition):
    return {'sqlite_where': sa.text(condition), 'postgresql_where': sa.text(condition)}


def differ(columns, dialect):
    sign = 'IS NOT' if dialect == 'sqlite' else 'IS DISTINCT FROM'
    return ' OR '.join(f'NEW.{column} {sign} OLD.{column}' for column in columns)


def blanked(column, blank, dialect):
    """Whether a column became something else than blank."""
    moved = differ([column], dialect)
    return f"(({moved}) AND ({moved.replace(f'OLD.{column}', blank)}))"


def changed(dialect):
    """What nobody may do to a decision: erasing blanks the note and the text, undoing marks it, nothing else happens to it."""
    words = (blanked('note', 'NULL', dialect), blanked('trimmed_text', "''", dialect), blanked('address', 'NULL', dialect))
    return ' OR '.join([differ(FIXED, dialect), *words])


def entry_changed(dialect):
    """An entry's network address may be forgotten, and nothing else."""
    told = ('before', 'after')
    cast = differ(told, dialect) if dialect == 'sqlite' else ' OR '.join(f'NEW.{c}::text IS DISTINCT FROM OLD.{c}::text' for c in told)
    return ' OR '.join([differ(ENTRY, dialect), cast, blanked('address', 'NULL', dialect)])


def guard(table, message, condition):
    """Triggers that refuse changes of rows under a condition, and every removal."""
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(
            f"CREATE TRIGGER {table}_keeps_update BEFORE UPDATE ON {table} WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        op.execute(f"CREATE TRIGGER {table}_keeps_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{message}'); END")
        return
    op.execute(
        f"CREATE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS"
        f" $body$ BEGIN RAISE EXCEPTION '{message}'; END $body$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_keeps_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({condition})"
        f" EXECUTE FUNCTION {table}_stays()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_keeps_delete BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT"
        f" EXECUTE FUNCTION {table}_stays()"
    )


def unguard(table):
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(f'DROP TRIGGER {table}_keeps_update')
        op.execute(f'DROP TRIGGER {table}_keeps_delete')
    else:
        op.execute(f'DROP FUNCTION {table}_stays() CASCADE')


def upgrade():
    dialect = op.get_bind().dialect.name
    for name in SITE:
        op.add_column('site', sa.Column(name, sa.Integer(), nullable=True))
    for name in HASHES:
        op.add_column('comment', sa.Column(name, sa.String(length=64), nullable=True))
        op.create_index(f'ix_comment_{name}', 'comment', ['site_id', name], unique=False, **only(f'{name} IS NOT NULL'))
    op.create_index('ix_comment_rejected_text', 'comment', ['site_id', 'decision_id'], unique=False, **only("status = 'rejected' AND erased_at IS NULL"))
    op.create_index('ix_comment_withdrawn_text', 'comment', ['site_id', 'id'], unique=False, **only("status = 'withdrawn' AND erased_at IS NULL"))
    op.add_column('decision', sa.Column('site_id', sa.Uuid(), nullable=True))
    op.add_column('decision', sa.Column('address', sa.String(length=64), nullable=True))
    op.execute('UPDATE decision SET site_id = (SELECT comment.site_id FROM comment WHERE comment.id = decision.comment_id)')
    op.create_index('ix_decision_of_site', 'decision', ['site_id', 'id'], unique=False)
    guard('decision', REFUSED, changed(dialect))
    unguard('audit_entry')
    guard('audit_entry', KEPT, entry_changed(dialect))
    op.create_index('ix_audit_entry_address', 'audit_entry', ['site_id', 'id'], unique=False, **only('address IS NOT NULL'))
    op.create_index('ix_decision_address', 'decision', ['site_id', 'id'], unique=False, **only('address IS NOT NULL'))


def downgrade():
    op.drop_index('ix_decision_address', 'decision')
    op.drop_index('ix_audit_entry_address', 'audit_entry')
    unguard('audit_entry')
    guard('audit_entry', KEPT, '1 = 1')
    unguard('decision')
    op.drop_index('ix_decision_of_site', 'decision')
    for name in ('address', 'site_id'):
        op.drop_column('decision', name)
    for name in ('ix_comment_withdrawn_text', 'ix_comment_rejected_text', *(f'ix_comment_{name}' for name in HASHES)):
        op.drop_index(name, 'comment')
    for name in HASHES:
        op.drop_column('comment', name)
    for name in SITE:
        op.drop_column('site', name)
