"""What waits for a person, its counts, who reads it; filters that people keep; what is searched.

Triggers keep what waits in step with the comments: ``moderation.triggers``, put in place after each migration.

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-28 10:40:00.000000

"""
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
URGENT_FIRST = sa.text('priority DESC')
WORDS = """
CREATE VIRTUAL TABLE searchable_words USING fts5(folded, content='searchable', content_rowid='number', tokenize='unicode61 remove_diacritics 0');
CREATE TRIGGER searchable_words_more AFTER INSERT ON searchable BEGIN
    INSERT INTO searchable_words (rowid, folded) VALUES (NEW.number, NEW.folded); END;
CREATE TRIGGER searchable_words_less AFTER DELETE ON searchable BEGIN
    INSERT INTO searchable_words (searchable_words, rowid, folded) VALUES ('delete', OLD.number, OLD.folded); END;
CREATE TRIGGER searchable_words_other AFTER UPDATE ON searchable BEGIN
    INSERT INTO searchable_words (searchable_words, rowid, folded) VALUES ('delete', OLD.number, OLD.folded);
    INSERT INTO searchable_words (rowid, folded) VALUES (NEW.number, NEW.folded); END
"""


def comment_id(**more):
    return sa.Column('comment_id', sa.Uuid(), sa.ForeignKey('comment.id', ondelete='CASCADE', name=more.pop('name')), nullable=False, **more)


def only(condition):
    return {'sqlite_where': sa.text(condition), 'postgresql_where': sa.text(condition)}


def upgrade():
    op.create_table(
        'waiting',
        comment_id(name='fk_waiting_comment_id'),
        sa.Column('site_id', sa.Uuid(), nullable=False),
        sa.Column('article_id', sa.Uuid(), nullable=False),
        sa.Column('section', sa.String(length=100), nullable=True),
        sa.Column('verdict', sa.String(length=20), nullable=True),
        sa.Column('language', sa.String(length=20), nullable=True),
        sa.Column('author', sa.String(length=210), nullable=False),
        sa.Column('priority', sa.Integer(), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('escalated', sa.Boolean(), nullable=False),
        sa.Column('needs_two', sa.Boolean(), nullable=False),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('comment_id', name='pk_waiting'),
    )
    op.create_index('ix_waiting_priority', 'waiting', ['site_id', URGENT_FIRST, 'comment_id'])
    op.create_index('ix_waiting_age', 'waiting', ['site_id', 'received_at', 'comment_id'])
    for name, column in (('article', 'article_id'), *((name, name) for name in ('section', 'verdict', 'language', 'author'))):
        op.create_index(f'ix_waiting_{name}', 'waiting', ['site_id', column, URGENT_FIRST, 'comment_id'])
    for lane in ('escalated', 'needs_two'):
        op.create_index(f'ix_waiting_{lane}', 'waiting', ['site_id', URGENT_FIRST, 'comment_id'], **only(lane))
    op.create_index('ix_waiting_entered', 'waiting', ['site_id', 'entered_at'])
    op.create_table(
        'waiting_rule',
        comment_id(name='fk_waiting_rule_comment_id'),
        sa.Column('rule', sa.String(length=40), nullable=False),
        sa.Column('site_id', sa.Uuid(), nullable=False),
        sa.Column('priority', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('comment_id', 'rule', name='pk_waiting_rule'),
    )
    op.create_index('ix_waiting_rule_priority', 'waiting_rule', ['site_id', 'rule', URGENT_FIRST, 'comment_id'])
    op.create_table(
        'tally',
        sa.Column('site_id', sa.Uuid(), nullable=False),
        sa.Column('facet', sa.String(length=10), nullable=False),
        sa.Column('value', sa.String(length=210), nullable=False),
        sa.Column('n', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('site_id', 'facet', 'value', name='pk_tally'),
    )
    op.create_index('ix_tally_most', 'tally', ['site_id', 'facet', sa.text('n DESC')])
    op.create_table(
        'tally_change',
        sa.Column('id', NUMBER, nullable=False),
        sa.Column('site_id', sa.Uuid(), nullable=False),
        sa.Column('facet', sa.String(length=10), nullable=False),
        sa.Column('value', sa.Text(), nullable=False),
        sa.Column('n', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_tally_change'),
    )
    people()
    searching()
    # what a person can still take back is asked for with each page
    op.drop_index('ix_decision_person_id', 'decision')
    op.create_index('ix_decision_person_id', 'decision', ['person_id', 'effective_at'])


def people():
    op.create_table(
        'lease',
        comment_id(name='fk_lease_comment_id'),
        sa.Column('site_id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('until', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['site_id'], ['site.id'], name='fk_lease_site_id'),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_lease_person_id'),
        sa.PrimaryKeyConstraint('comment_id', name='pk_lease'),
    )
    op.create_index('ix_lease_site_id', 'lease', ['site_id'])
    op.create_index('ix_lease_person_id', 'lease', ['person_id'])
    op.create_table(
        'saved_filter',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('name', sa.String(length=60), nullable=False),
        sa.Column('query', sa.Text(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_saved_filter_person_id'),
        sa.PrimaryKeyConstraint('id', name='pk_saved_filter'),
        sa.UniqueConstraint('person_id', 'name', name='uq_saved_filter_person_id_name'),
    )


def searching():
    op.create_table(
        'searchable',
        sa.Column('number', NUMBER, nullable=False),
        comment_id(name='fk_searchable_comment_id'),
        sa.Column('site_id', sa.Uuid(), nullable=False),
        sa.Column('folded', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['site_id'], ['site.id'], name='fk_searchable_site_id'),
        sa.PrimaryKeyConstraint('number', name='pk_searchable'),
        sa.UniqueConstraint('comment_id', name='uq_searchable_comment_id'),
    )
    op.create_index('ix_searchable_newest', 'searchable', ['site_id', 'number'])
    if op.get_bind().dialect.name == 'postgresql':
        op.execute("ALTER TABLE searchable ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple', folded)) STORED")
        op.execute('CREATE INDEX ix_searchable_words ON searchable USING gin (words)')
    else:
        for statement in WORDS.split(';\nCREATE'):
            op.execute(statement if 'VIRTUAL' in statement else 'CREATE' + statement)


def downgrade():
    op.drop_index('ix_decision_person_id', 'decision')
    op.create_index('ix_decision_person_id', 'decision', ['person_id'])
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('DROP TABLE searchable_words')
    for name in ('searchable', 'saved_filter', 'lease', 'tally_change', 'tally', 'waiting_rule', 'waiting'):
        op.drop_table(name)
