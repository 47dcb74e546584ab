#!/bin/bash
# Puts the release in this folder in the place of the one that runs: docs/operations/upgrading.md says what happens.
# Run it as root from the unpacked release. When anything fails, the release that ran until now runs again.
set -Eeuo pipefail

fail() {
    echo "upgrade.sh: $*" >&2
    exit 1
}

[ "$(id -u)" -eq 0 ] || fail "This stops and starts services, so root has to run it: sudo deploy/upgrade.sh"
cd "$(dirname "$0")/.."
[ -f manage.py ] || fail "Run it where the release was unpacked: $PWD holds no manage.py."
# It is held until this ends, however it ends.
exec 9>/run/academy-upgrade.lock
flock --nonblock 9 || fail "Another upgrade is at work here."
[ -L /opt/academy/current ] || fail "There is no release here yet: install one with deploy/install.sh."
NEW=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
OLD=$(basename "$(readlink /opt/academy/current)")
[ "$NEW" != "$OLD" ] || fail "Release $NEW runs here already."
SERVICES=(academy-web.service academy-worker.service academy-scheduler.service)

services() {
    [ ! -d /run/systemd/system ] || systemctl "$@"
}

echo "== 1. Release $NEW is laid beside release $OLD, which goes on running"
mkdir -p "/opt/academy/releases/$NEW"
tar --exclude=./.git --exclude=./.venv --exclude=./.tools --exclude=./var -c . | tar -x --no-same-owner -C "/opt/academy/releases/$NEW"
python3 "/opt/academy/releases/$NEW/scripts/bootstrap.py" base ||
    fail "The packages of release $NEW could not be had (the lines above say why). Release $OLD runs on; nothing was changed."
"/opt/academy/releases/$NEW/.venv/bin/python" -m compileall -q "/opt/academy/releases/$NEW" || true
VAR_DIR="/opt/academy/releases/$NEW/var" "/opt/academy/releases/$NEW/.venv/bin/python" "/opt/academy/releases/$NEW/manage.py" compile_catalogues
chmod -R go=rX "/opt/academy/releases/$NEW"

echo "== 2. Release $OLD makes a backup"
if grep -q ^BACKUP_RECIPIENTS= /etc/academy/academy.env; then
    academy backup || fail "There is no backup, so nothing was begun. Release $OLD runs on."
else
    echo "BACKUP_RECIPIENTS is not set in /etc/academy/academy.env, so no backup is made."
fi

echo "== 3. Services stop; the database and files become those of release $NEW, or stay what they were"
services stop "${SERVICES[@]}"
if ! ACADEMY="/opt/academy/releases/$NEW" academy upgrade; then
    # One that was killed is gone back from here.
    ACADEMY="/opt/academy/releases/$NEW" academy upgrade --undo ||
        fail "The database could not be made what it was (the lines above say why), so nothing runs. Mend that, then: ACADEMY=/opt/academy/releases/$NEW academy upgrade --undo && academy prepare && systemctl start academy.target"
    academy prepare
    services start "${SERVICES[@]}"
    fail "Release $NEW could not be put in place (the lines above say why). Release $OLD runs again, with all that it had."
fi

echo "== 4. Release $NEW starts"
ln -sfn "/opt/academy/releases/$NEW" /opt/academy/current
install -m 0755 deploy/academy /usr/local/bin/academy
install -m 0644 deploy/systemd/academy.target deploy/systemd/academy-*.service /etc/systemd/system/
services daemon-reload
services start "${SERVICES[@]}"
academy doctor || true
echo "Release $NEW runs. Release $OLD still lies in /opt/academy/releases/$OLD; take it away when all is well."
