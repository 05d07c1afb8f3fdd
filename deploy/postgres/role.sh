#!/bin/sh
# The image runs this once, in its new and empty cluster: the office's role owns its database, and is no superuser.
psql --no-psqlrc --set ON_ERROR_STOP=1 --username postgres <<'SQL'
\set password `cat /run/secrets/database_password`
CREATE ROLE labelsvc LOGIN PASSWORD :'password';
CREATE DATABASE labelsvc OWNER labelsvc TEMPLATE template0 ENCODING 'UTF8';
SQL
