"""The tables, a module a subject. SQLAlchemy Core only: the ORM costs a third more to import and is not needed.

Times are aware and kept in UTC; moments of scans are whole Unix seconds, and of scans only counts are kept.
A change here needs a migration in ``migrations/versions``; a test compares the migrated schema with this one.
Who needs a table imports it from its module, who needs all of them takes ``metadata`` from ``all_tables``.
"""
