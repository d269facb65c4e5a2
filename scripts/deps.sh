#!/usr/bin/env bash
# Installs what the tests need beyond Go, Node and make: a private MariaDB, Kannel with its fake SMSC, pdftotext, Chromium
# with a Chinese font, a C compiler for the race detector. Debian packages, as root; without root it says exactly what is missing and exits 1.
set -euo pipefail

declare -A need=(
  [mariadbd]=mariadb-server
  [mariadb-install-db]=mariadb-server
  [bearerbox]=kannel
  [/usr/lib/kannel/test/fakesmsc]=kannel-extras
  [pdftotext]=poppler-utils
  [pdftoppm]=poppler-utils
  [chromium]=chromium
  [gcc]=gcc
  [/usr/include/stdlib.h]=libc6-dev
  [/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc]=fonts-noto-cjk
)

missing=()
for what in "${!need[@]}"; do
  if [[ $what == /* ]]; then [[ -e $what ]] || missing+=("${need[$what]}")
  else PATH=$PATH:/usr/sbin command -v "$what" >/dev/null || missing+=("${need[$what]}"); fi
done
[[ ${#missing[@]} -eq 0 ]] && exit 0
mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)

if [[ $(id -u) -ne 0 ]]; then
  echo "The tests need these Debian packages: ${missing[*]}" >&2
  echo "Install them as root: apt-get install -y --no-install-recommends ${missing[*]}" >&2
  exit 1
fi

echo "installing: ${missing[*]}"
# Packages must not start daemons of their own: the tests start private ones.
policy=/usr/sbin/policy-rc.d
made=
if [[ ! -e $policy ]]; then printf '#!/bin/sh\nexit 101\n' >$policy; chmod +x $policy; made=1; fi
trap '[[ -z $made ]] || rm -f $policy' EXIT
export DEBIAN_FRONTEND=noninteractive
apt=(apt-get -o DPkg::Lock::Timeout=600 -q)
"${apt[@]}" update >/dev/null
"${apt[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null
