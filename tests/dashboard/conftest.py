"""Sara in front of the queue of her site, with time to take a decision back."""

from __future__ import annotations

import pytest
from flask import Flask

from moderation.models import Person, Site
from moderation.settings import Settings
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_person, make_site


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A minute to take a decision back."""
    return settings.model_copy(update={"undo_seconds": 60})


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site("mehr").site


@pytest.fixture
def sara_herself(site: Site) -> Person:
    return make_person("sara", site)


@pytest.fixture
def sara(app: Flask, sara_herself: Person) -> Visitor:
    return signed_in(app, sara_herself)
