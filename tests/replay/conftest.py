"""A site with somebody who decides there."""

from __future__ import annotations

import pytest
from flask import Flask

from moderation.models import Person, Site
from tests.factories import make_person, make_site


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site("mehr").site


@pytest.fixture
def sara(site: Site) -> Person:
    return make_person("sara", site)
