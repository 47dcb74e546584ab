#!/bin/bash
# Installs the Academy on Debian 12, step by step as docs/operations/installation.md says: a test holds the two
# together. Run it as root from an unpacked release; run it again after a fault, or with the next release.
set -Eeuo pipefail

usage() {
    cat <<'END'
deploy/install.sh --site NAME --admin EMAIL [--support EMAIL] [--database sqlite|postgresql] [--mail URL]
                  [--recipients age1…]

  --site        the name under which people find the Academy, for instance academy.example.org
  --admin       who administers it first: signs in there by a code that comes by mail
  --support     who is asked for help and sends all mail (default: the administrator)
  --database    sqlite for an office (default), postgresql for a country
  --mail        where mail leaves (default: smtp://localhost:25; see EMAIL_URL in docs/operations/settings.md);
                a password does not belong here, where everybody on this machine can read it: write it into
                /etc/academy/academy.env afterwards
  --recipients  who may open backups; `manage.py backup --new-key` makes one, on another machine
END
}

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

SITE='' ADMIN='' SUPPORT='' DATABASE=sqlite MAIL=smtp://localhost:25 RECIPIENTS=''
while [ $# -gt 0 ]; do
    case $1 in
        --help) usage; exit 0 ;;
        --site | --admin | --support | --database | --mail | --recipients)
            [ $# -ge 2 ] || fail "$1 needs a value; --help says which."
            name=${1#--}
            printf -v "${name^^}" %s "$2"
            shift 2
            ;;
        *) fail "$1 is not known here; --help says what is." ;;
    esac
done
SUPPORT=${SUPPORT:-$ADMIN}
[[ $SITE =~ ^[a-z0-9-]+(\.[a-z0-9-]+)+$ ]] || fail "Say the name of the site, in small letters: --site academy.example.org"
[[ $ADMIN =~ ^[^@\ \']+@[^@\ \']+$ ]] || fail "Say who administers it first: --admin anna@example.org"
[[ $SUPPORT =~ ^[^@\ \']+@[^@\ \']+$ ]] || fail "$SUPPORT is no e-mail address."
[[ $DATABASE =~ ^(sqlite|postgresql)$ ]] || fail "The database is sqlite or postgresql, not $DATABASE."
[ "$(id -u)" -eq 0 ] || fail "This installs packages and services, so root has to run it: sudo deploy/install.sh …"
cd "$(dirname "$0")/.."
[ -f manage.py ] || fail "Run it where the release was unpacked: $PWD holds no manage.py."
command -v apt-get >/dev/null ||
    fail "This is written for Debian 12: there is no apt-get here. docs/operations/installation.md says what to do by hand."
# Another release comes by upgrade.sh, which makes a backup first and goes back when something fails.
RELEASE=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
RUNNING=$(basename "$(readlink /opt/academy/current 2>/dev/null || echo "$RELEASE")")
[ "$RUNNING" = "$RELEASE" ] || fail "Release $RUNNING runs here. To put release $RELEASE in its place use deploy/upgrade.sh."
# Settings are never overwritten: the proxy must not learn of a name that they do not know.
if [ -s /etc/academy/academy.env ] && ! grep -q "^SITE_ADDRESS=.*://${SITE}['\"/]*$" /etc/academy/academy.env; then
    fail "The settings in /etc/academy/academy.env name another site than $SITE: change SITE_ADDRESS and ALLOWED_HOSTS there first."
fi

# 1. Packages
packages() {
    apt-get update
    apt-get install --yes --no-install-recommends ca-certificates curl nginx openssl python3 python3-pip python3-venv
    [ "$DATABASE" = sqlite ] || apt-get install --yes --no-install-recommends postgresql
}

# 2. An account and its folders
account() {
    id academy >/dev/null 2>&1 || useradd --system --home-dir /var/lib/academy --shell /usr/sbin/nologin academy
    install -d -m 0755 /opt/academy /opt/academy/releases
    install -d -m 0750 -o root -g academy /etc/academy
    install -d -m 0711 -o academy -g academy /var/lib/academy
    install -d -m 0700 -o academy -g academy /var/lib/academy/private /var/lib/academy/keys /var/lib/academy/backups
    install -d -m 2750 -o academy -g www-data /var/lib/academy/static /var/lib/academy/media
}

# 3. The release
release() {
    mkdir -p "/opt/academy/releases/$RELEASE"
    tar --exclude=./.git --exclude=./.venv --exclude=./.tools --exclude=./var -c . | tar -x --no-same-owner -C "/opt/academy/releases/$RELEASE"
    python3 "/opt/academy/releases/$RELEASE/scripts/bootstrap.py" base
    "/opt/academy/releases/$RELEASE/.venv/bin/python" -m compileall -q "/opt/academy/releases/$RELEASE" || true
    VAR_DIR="/opt/academy/releases/$RELEASE/var" "/opt/academy/releases/$RELEASE/.venv/bin/python" "/opt/academy/releases/$RELEASE/manage.py" compile_catalogues
    chmod -R go=rX "/opt/academy/releases/$RELEASE"
    install -m 0755 deploy/academy /usr/local/bin/academy
}

# 4. Settings
settings() {
    DATABASE_URL=''
    [ "$DATABASE" = sqlite ] || DATABASE_URL=postgresql:///academy
    [ -s /etc/academy/academy.env ] || (umask 0077 && python3 deploy/new_settings.py --site "$SITE" --support "$SUPPORT" --database "$DATABASE_URL" --mail "$MAIL" --recipients "$RECIPIENTS" > /etc/academy/academy.env)
    chown root:academy /etc/academy/academy.env
    chmod 0640 /etc/academy/academy.env
}

# 5. The database
database() {
    if [ "$DATABASE" = postgresql ]; then
        pg_lsclusters --no-header | grep -q online || pg_ctlcluster "$(pg_lsclusters --no-header | cut -d ' ' -f 1)" main start
        env -C / runuser -u postgres -- psql -qtAc "SELECT 1 FROM pg_roles WHERE rolname = 'academy'" | grep -q 1 || env -C / runuser -u postgres -- createuser academy
        env -C / runuser -u postgres -- psql -qtAc "SELECT 1 FROM pg_database WHERE datname = 'academy'" | grep -q 1 || env -C / runuser -u postgres -- createdb --owner academy --encoding UTF8 --template template0 academy
    fi
    ln -sfn "/opt/academy/releases/$RELEASE" /opt/academy/current
    academy prepare
}

# 6. Keys that sign certificates
keys() {
    [ -e /var/lib/academy/keys/root.p12 ] || academy certkeys init
    [ -e /var/lib/academy/keys/document.p12 ] || academy certkeys rotate
}

# 7. Services
services() {
    install -m 0644 deploy/systemd/academy.target deploy/systemd/academy-*.service /etc/systemd/system/
    systemctl enable academy.target academy-web.service academy-worker.service academy-scheduler.service
    if [ -d /run/systemd/system ]; then
        systemctl daemon-reload
        systemctl restart academy-web.service academy-worker.service academy-scheduler.service
        systemctl start academy.target
    fi
}

# 8. The proxy
proxy() {
    install -d -m 0750 /etc/academy/tls
    [ -e /etc/academy/tls/site.pem ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=$SITE" -addext "subjectAltName=DNS:$SITE" -keyout /etc/academy/tls/site.key -out /etc/academy/tls/site.pem
    install -m 0644 deploy/nginx/academy-static.conf /etc/nginx/academy-static.conf
    sed "s/academy\.example\.org/$SITE/g" deploy/nginx/academy.conf > /etc/nginx/sites-available/academy
    ln -sfn /etc/nginx/sites-available/academy /etc/nginx/sites-enabled/academy
    [ ! -L /etc/nginx/sites-enabled/default ] || rm /etc/nginx/sites-enabled/default
    nginx -t
    [ ! -d /run/systemd/system ] || systemctl reload-or-restart nginx
}

# 9. The first administrator
administrator() {
    academy grant_role "$ADMIN" administrator --create
}

# 10. See that it is well
well() {
    if [ -d /run/systemd/system ]; then
        curl --silent --show-error --fail --retry 30 --retry-delay 2 --retry-all-errors --header "Host: $SITE" http://127.0.0.1:8000/health/ready
    fi
    academy doctor || true
}

# What to look at when a step fails.
declare -A LOOK=(
    [packages]="Can this machine reach its package servers? Try: apt-get update"
    [account]="Is the disk full or read-only? Try: df -h /opt /var /etc"
    [release]="The lines above say which package could not be had. Where the index cannot be reached, set PIP_INDEX_URL to a mirror and run this again."
    [settings]="The lines above say which value was refused."
    [database]="Does the database answer? Try: pg_lsclusters; the settings are in /etc/academy/academy.env"
    [keys]="CERTIFICATE_KEYS_PASSPHRASE in /etc/academy/academy.env has to open the keys that are in /var/lib/academy/keys."
    [services]="Try: journalctl -u academy-web -n 50"
    [proxy]="nginx says above which line it does not like. Does another program hold port 80 or 443? Try: ss -ltnp"
    [administrator]="The lines above say what was refused."
    [well]="Try: journalctl -u academy-web -n 50; academy doctor"
)
step=
trap 'fail "The step $step ended with a fault. ${LOOK[$step]:-} Then run this again: what is done already is not done twice."' ERR
for step in packages account release settings database keys services proxy administrator well; do
    echo "== $step"
    "$step"
done
step=
echo "The Academy is at https://$SITE/ and its CMS at https://$SITE/cms/. $ADMIN signs in there by a code that comes by mail."
echo "Next: a real certificate for https, backups, mail: docs/operations/installation.md, under Afterwards."
