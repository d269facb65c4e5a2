#!/usr/bin/env bash
# Installs Debian's Kannel with its fake SMSC (as root), for the tests of the hand-off; its daemons are not started.
set -euo pipefail
policy=/usr/sbin/policy-rc.d made=
if [[ ! -e $policy ]]; then printf '#!/bin/sh\nexit 101\n' >$policy; chmod +x $policy; made=1; fi
trap '[[ -z $made ]] || rm -f $policy' EXIT
export DEBIAN_FRONTEND=noninteractive
apt=(apt-get -o DPkg::Lock::Timeout=600 -q)
"${apt[@]}" update >/dev/null
"${apt[@]}" install -y --no-install-recommends kannel kannel-extras >/dev/null
