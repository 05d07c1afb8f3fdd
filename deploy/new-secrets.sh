#!/bin/sh
# Makes the secrets that compose.yaml hands to its services, each a file for its one reader:
#     sudo ./new-secrets.sh tem.vanphong.vn [HOST]
# Files that are there are left alone. The certificate signs itself: put the real one into secrets/tls_*.
set -eu
cd "$(dirname "$0")"
name=${1:?the name of the desk, as tem.vanphong.vn}
host=${2:-OCOP.HANOI.EXAMPLE}
labelsvc=10001 objects=10002 postgres=999 nginx=101
umask 077
mkdir -p secrets
chmod 0711 secrets

random() { head -c 32 /dev/urandom | base64 | tr -d '+/=\n'; }

# secret NAME OWNER: writes what comes in, unless the file is there.
secret() {
    if [ -e "secrets/$1" ]; then cat >/dev/null; return; fi
    cat >"secrets/$1"
    chmod 0400 "secrets/$1"
    [ "$(id -u)" != 0 ] || chown "$2:$2" "secrets/$1"
}

random | secret postgres_password "$postgres"
if [ ! -e secrets/database_url ]; then
    password=$(random)
    printf '%s' "$password" | secret database_password "$postgres"
    printf 'postgresql+psycopg://labelsvc:%s@database/labelsvc' "$password" | secret database_url "$labelsvc"
fi
if [ ! -e secrets/redis_url ]; then
    password=$(random)
    printf 'requirepass %s\nsave ""\nappendonly no\nmaxmemory 128mb\nmaxmemory-policy volatile-ttl\ndir /data\n' \
        "$password" | secret redis_conf "$postgres" # the image's redis has the same number
    printf 'redis://:%s@redis:6379/0' "$password" | secret redis_url "$labelsvc"
fi
if [ ! -e secrets/s3_credentials ]; then
    id=$(random | cut -c1-20) key=$(random)
    printf '{"identities": [{"name": "labelsvc", "credentials": [{"accessKey": "%s", "secretKey": "%s"}],
  "actions": ["Read:labels", "Write:labels", "List:labels", "Tagging:labels"]}]}\n' "$id" "$key" | secret s3_identities "$objects"
    printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$id" "$key" | secret s3_credentials "$labelsvc"
fi
random | secret metrics_token "$labelsvc"
if [ ! -e secrets/tls_key ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj "/CN=$name" \
        -addext "subjectAltName=DNS:$name" -keyout secrets/tls_key -out secrets/tls_certificate 2>/dev/null
    chmod 0400 secrets/tls_key secrets/tls_certificate
    [ "$(id -u)" != 0 ] || chown "$nginx:$nginx" secrets/tls_key secrets/tls_certificate
fi
if [ ! -e .env ]; then # no secrets: whoever calls docker compose reads it
    printf 'LABELSVC_HOST=%s\nLABELSVC_ADDRESS=https://%s\nBACKUP_RECIPIENT=\n' "$host" "$name" >.env
    chmod 0644 .env
fi
echo "secrets/ and .env are there. Keep secrets/ out of backups that others read."
