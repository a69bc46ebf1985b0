"""Taking in sites and people, with the credentials that they get."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select, update

from moderation import audit, endpoints
from moderation.access import add_key, hash_password
from moderation.db import db, transaction
from moderation.models import (
    BACKEND_SCOPES,
    Delivery,
    DeliveryState,
    Endpoint,
    Membership,
    Person,
    Role,
    Scope,
    Site,
)
from moderation.people import accounts, inviting
from moderation.people import roles as roles_of_people
from moderation.policy import first_version


class Refused(ValueError):
    """A site or person that cannot be taken in; the message says why."""


@dataclass(frozen=True, slots=True)
class SiteCredentials:
    """What a site's developer needs; readable now and never again in production."""

    site: Site
    api_key: str
    webhook_secret: str | None


def add_site(
    slug: str, name: str, *, webhook: str | None = None, scopes: Collection[Scope] = BACKEND_SCOPES
) -> SiteCredentials:
    """Take a site in, with its first rule set, a first key of these scopes and perhaps an endpoint. Raises Refused."""
    if not slug or not all(part.isascii() and part.isalnum() for part in slug.split("-")) or slug != slug.lower():
        raise Refused("a site's slug is made of lower-case Latin letters, digits and single hyphens")
    with transaction():
        if db.session.execute(select(Site.id).where(Site.slug == slug)).first():
            raise Refused(f"there is a site '{slug}' already")
        site = Site(slug=slug, name=name)
        db.session.add(site)
        db.session.flush()
        db.session.add(first_version(site))
        audit.note("site.added", site.id, slug, after={"name": name, "scopes": [str(scope) for scope in scopes]})
        key = add_key(site, "first key", scopes)
        secret = set_webhook(site.id, webhook) if webhook else None
    return SiteCredentials(site, key, secret)


def check_webhook(url: str) -> None:
    """Raise Refused for what is no http or https URL with a host."""
    try:
        endpoints.check_url(url)
    except endpoints.Refused as error:
        raise Refused(str(error)) from None


def set_webhook(site_id: uuid.UUID, url: str, *, secret: str | None = None) -> str:
    """Make ``url`` the site's endpoint and return its secret. Call inside a transaction.

    Other endpoints are switched off, and what they have not received yet goes to the new one, which hears of the decisions.
    """
    check_webhook(url)
    same = select(Endpoint).where(Endpoint.site_id == site_id, Endpoint.url == url)
    db.session.execute(
        update(Endpoint).where(Endpoint.site_id == site_id, Endpoint.url != url).values(active=False),
        execution_options={"synchronize_session": False},
    )
    endpoint = db.session.execute(same).scalars().first()
    if endpoint is None:
        endpoint = Endpoint(site_id=site_id, url=url, secret=secret or endpoints.new_secret())
        db.session.add(endpoint)
    endpoint.active, endpoint.switched_off, endpoint.failing_since, endpoint.given_up = True, None, None, 0
    db.session.flush()
    audit.note("webhook.set", site_id, endpoint.id, after=audit.webhook(endpoint))
    others = select(Endpoint.id).where(Endpoint.site_id == site_id, Endpoint.id != endpoint.id)
    db.session.execute(
        update(Delivery)
        .where(Delivery.endpoint_id.in_(others), Delivery.state == DeliveryState.PENDING)
        .values(endpoint_id=endpoint.id),
        execution_options={"synchronize_session": False},
    )
    return endpoint.secret


def add_person(name: str, email: str, password: str, *, roles: dict[uuid.UUID, Role]) -> Person:
    """Take a person in, or give a known one (by e-mail) roles at more sites. Raises Refused."""
    try:
        email = inviting.address(email)
        person = db.session.execute(select(Person).where(Person.email == email)).scalar_one_or_none()
        if person is None:
            accounts.refuse_weak(password, [name, email, *accounts.names_of_sites(roles)])
    except (roles_of_people.Refused, accounts.Weak) as error:
        raise Refused(str(error)) from None
    with transaction():
        if person is None:
            person = Person(name=name, email=email, password_hash=hash_password(password))
            db.session.add(person)
            db.session.flush()
        held = select(Membership.site_id).where(Membership.person_id == person.id)
        present = set(db.session.execute(held).scalars())
        for site_id, role in roles.items():
            if site_id not in present:
                db.session.add(Membership(person_id=person.id, site_id=site_id, role=str(role)))
                audit.note("person.added", site_id, person.id, after={"role": str(role)})
    try:
        for site_id in present & roles.keys():
            roles_of_people.change_role(site_id, person.id, roles[site_id])
    except roles_of_people.Refused as error:
        raise Refused(str(error)) from None
    db.session.refresh(person)
    return person


def new_password() -> str:
    """A password to hand over: 96 random bits."""
    return secrets.token_urlsafe(12)
