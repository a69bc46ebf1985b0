"""Everything slow, as Celery tasks."""
