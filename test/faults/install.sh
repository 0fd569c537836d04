#!/usr/bin/env bash
# What the fault tests use beyond Node: namespaces, packet loss, jumping clocks. Debian or Ubuntu, as root.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends iproute2 iptables faketime mount
