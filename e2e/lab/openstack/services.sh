# Starting the services and filling them; sourced by openstack-up.

wsgi() { # NAME PORT SCRIPT THREADS ENV...
    local name=$1 port=$2 script=$3 threads=$4; shift 4
    start "$name" env "$@" uwsgi --plugins python3 --http-socket "$HOST:$port" --wsgi-file "$script" \
        --processes 1 --threads "$threads" --enable-threads --need-app --die-on-term --buffer-size 65535 \
        --add-header "Connection: close" --rem-header Content-Length --disable-logging
}

start_keystone() {
    wsgi keystone "$KEYSTONE_PORT" /usr/bin/keystone-wsgi-public 4 OS_KEYSTONE_CONFIG_DIR="$ETC/keystone"
    wait_port keystone "$KEYSTONE_PORT"
}

# The order matters in two places only: most nova services log in to keystone at
# once and end if they cannot, and an agent that asks before neutron-server
# listens waits a full RPC timeout.
start_services() {
    local h nova="--config-file $ETC/nova.conf --config-file $ETC/nova-db.conf"
    local agent="--config-file $ETC/neutron.conf --config-file $ETC/neutron-agents.conf"
    local cinder="--config-file $ETC/cinder.conf"

    start_keystone
    wait_port rabbitmq "$RABBIT_PORT"
    start neutron-server neutron-server --config-file "$ETC/neutron.conf"
    start nova-conductor nova-conductor $nova
    wsgi placement-api "$PLACEMENT_PORT" /usr/bin/placement-api 2 OS_PLACEMENT_CONFIG_DIR="$ETC/placement"
    start nova-api nova-api $nova
    start glance-api glance-api --config-file "$ETC/glance.conf"
    start cinder-api cinder-api $cinder
    wait_port neutron-server "$NEUTRON_PORT"

    start neutron-linuxbridge-agent neutron-linuxbridge-agent $agent --config-file "$ETC/neutron-l2.conf"
    start neutron-l3-agent neutron-l3-agent $agent --config-file "$ETC/neutron-l3.conf"
    start neutron-dhcp-agent neutron-dhcp-agent $agent
    start nova-compute-compute01 nova-compute --config-file "$ETC/nova.conf" --config-file "$ETC/nova-compute01.conf"
    for h in $SIM_HOSTS; do
        start "nova-compute-$h" nova-compute-sim --config-file "$ETC/nova.conf" --config-file "$ETC/nova-$h.conf"
    done
    [ -z "$SIM_HOSTS" ] ||
        start neutron-sim-agent env SIM_HOSTS="$SIM_HOSTS" neutron-sim-agent --config-file "$ETC/neutron.conf"
    start nova-scheduler nova-scheduler $nova
    start cinder-volume cinder-volume $cinder
    start cinder-scheduler cinder-scheduler $cinder
    start cinder-backup cinder-backup $cinder
    start neutron-metadata-agent neutron-metadata-agent $agent
    start nova-novncproxy nova-novncproxy $nova --web /usr/share/novnc

    if [ "$HEAT" = 1 ]; then start heat heat-all --config-file "$ETC/heat.conf"; fi
    if [ "$SWIFT" = 1 ]; then
        for h in object container account proxy; do
            start "swift-$h" swift-lab $h-server "$ETC/swift/$h.conf"
        done
        start swift-container-updater swift-lab container-updater "$ETC/swift/container.conf"
    fi
}
seed() { # services | demo | server
    local url="http://$HOST" catalog users="glance placement nova neutron cinder"
    catalog="glance image $url:$GLANCE_PORT
placement placement $url:$PLACEMENT_PORT
nova compute $url:$NOVA_PORT/v2.1
neutron network $url:$NEUTRON_PORT
cinderv3 volumev3 $url:$CINDER_PORT/v3/%(project_id)s"
    if [ "$HEAT" = 1 ]; then
        users+=" heat"
        catalog+=$'\n'"heat orchestration $url:$HEAT_PORT/v1/%(project_id)s"
    fi
    if [ "$SWIFT" = 1 ]; then
        users+=" swift"
        catalog+=$'\n'"swift object-store $url:$SWIFT_PORT/v1/AUTH_%(project_id)s"
    fi
    clean_env env LAB_DIR="$LAB_DIR" PASSWORD="$PASSWORD" REGION=$REGION PUBLIC_NET="$PUBLIC_NET" \
        SIM_HOSTS="$SIM_HOSTS" LAB_CACHE="$LAB_CACHE" SERVICE_USERS="$users" CATALOG="$catalog" \
        lab-seed "$1" >"$LOG/seed-$1.log" 2>&1 || fail "seed-$1" "$(tail -n 1 "$LOG/seed-$1.log")"
}

# Compute hosts are usable once they are known to placement and the scheduler has
# mapped them to their cell.
wait_hosts() {
    local hosts="compute01 $SIM_HOSTS" end=$((SECONDS + 60))
    until [ "$(sql -N -e 'select least((select count(*) from nova_api.host_mappings),
            (select count(*) from placement.resource_providers))')" -ge "$(wc -w <<<"$hosts")" ]; do
        [ $SECONDS -lt $end ] || fail nova-scheduler "does not map the compute hosts ($hosts)"
        sleep 0.5
    done
}
