"""Sessions that can be ended, second factors, invitations, links for a new password, and what is counted against guessing.

Sessions of before have no row: everybody signs in once more.

Revision ID: 0018
Revises: 0017
Create Date: 2026-11-28 15:00:00.000000

"""
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def person(table):
    return sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f(f'fk_{table}_person_id'))


def upgrade():
    op.add_column('site', sa.Column('second_factor_for', sa.String(length=10), server_default='nobody', nullable=False))
    op.add_column('person', sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        'sign_in',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('device', sa.String(length=60), nullable=False),
        sa.Column('address', sa.String(length=64), nullable=True),
        person('sign_in'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in')),
        sa.UniqueConstraint('digest', name=op.f('uq_sign_in_digest')),
    )
    op.create_index(op.f('ix_sign_in_person_id'), 'sign_in', ['person_id'], unique=False)
    op.create_index(op.f('ix_sign_in_seen_at'), 'sign_in', ['seen_at'], unique=False)
    op.create_table(
        'second_factor',
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('sealed', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_step', sa.BigInteger(), nullable=False),
        person('second_factor'),
        sa.PrimaryKeyConstraint('person_id', name=op.f('pk_second_factor')),
    )
    op.create_table(
        'recovery_code',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        person('recovery_code'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code')),
    )
    op.create_index(op.f('ix_recovery_code_person_id'), 'recovery_code', ['person_id'], unique=False)
    op.create_table(
        'password_link',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        person('password_link'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_password_link')),
        sa.UniqueConstraint('person_id', name=op.f('uq_password_link_person_id')),
        sa.UniqueConstraint('digest', name=op.f('uq_password_link_digest')),
    )
    op.create_table(
        'invitation',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=True),
        person('invitation'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
        sa.UniqueConstraint('digest', name=op.f('uq_invitation_digest')),
    )
    op.create_index(op.f('ix_invitation_expires_at'), 'invitation', ['expires_at'], unique=False)
    op.create_table(
        'invited_place',
        sa.Column('invitation_id', sa.Uuid(), nullable=False),
        sa.Column('site_id', sa.Uuid(), nullable=False),
        sa.Column('role', sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_invited_place_invitation_id')),
        sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_invited_place_site_id')),
        sa.PrimaryKeyConstraint('invitation_id', 'site_id', name=op.f('pk_invited_place')),
    )
    op.create_index('ix_invited_place_site_id', 'invited_place', ['site_id'], unique=False)
    op.create_table(
        'tries',
        sa.Column('key', sa.String(length=64), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('wait_until', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_tries')),
    )
    op.create_index(op.f('ix_tries_last_at'), 'tries', ['last_at'], unique=False)


def downgrade():
    for table in ('tries', 'invited_place', 'invitation', 'password_link', 'recovery_code', 'second_factor', 'sign_in'):
        op.drop_table(table)
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('last_seen_at')
    with op.batch_alter_table('site', schema=None) as batch_op:
        batch_op.drop_column('second_factor_for')
