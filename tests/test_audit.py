"""What was changed stays written down: nobody can alter or remove an entry."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from moderation import actors, audit
from moderation.actors import Actor, Channel
from moderation.db import db, transaction
from moderation.models import AuditEntry, Person, Site
from tests.factories import make_person, make_site


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site("mehr").site


@pytest.fixture
def sara(site: Site) -> Person:
    return make_person("sara", site)


def test_an_entry_says_who_did_it_and_from_where(app: Flask, site: Site, sara: Person) -> None:
    actors.act_as(Actor(Channel.PAGES, person_id=sara.id, address="192.0.2.7"))
    with transaction():
        audit.note("key.given", site.id, uuid.UUID(int=7), after={"name": "web"})
    actors.nobody()
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "key.given")).scalar_one()
    assert (entry.channel, entry.person_id, entry.address) == ("pages", sara.id, "192.0.2.7")
    assert (entry.action, entry.subject, entry.after) == ("key.given", str(uuid.UUID(int=7)), {"name": "web"})


@pytest.mark.parametrize("change", [update(AuditEntry).values(action="nothing.happened"), delete(AuditEntry)])
def test_the_database_refuses_to_change_or_remove_an_entry(app: Flask, site: Site, change: object) -> None:
    with transaction():
        audit.note("key.given", site.id)
    with pytest.raises(DatabaseError, match="never changed"), transaction():
        db.session.execute(change)
    assert db.session.execute(select(AuditEntry.action)).scalar_one() == "key.given"
