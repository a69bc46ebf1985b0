"""Navid looks after his site, in a browser of his own."""

from __future__ import annotations

import pytest
from flask import Flask

from moderation.models import Person, Role, Site
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_person, make_site


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site("mehr").site


@pytest.fixture
def navid_himself(site: Site) -> Person:
    return make_person("navid", site, role=Role.ADMIN)


@pytest.fixture
def navid(app: Flask, navid_himself: Person) -> Visitor:
    return signed_in(app, navid_himself)


@pytest.fixture
def sara(site: Site) -> Person:
    return make_person("sara", site)
