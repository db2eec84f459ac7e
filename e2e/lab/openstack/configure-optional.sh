# Configuration of Heat and Swift, which run only where they are asked for; sourced by openstack-up.

configure_heat() {
    mkdir -p "$LAB_DIR/heat"
    {
        common heat heat
        db_section heat
        cat <<EOF
[DEFAULT]
num_engine_workers = 1
heat_metadata_server_url = http://$HOST:$HEAT_PORT
heat_waitcondition_server_url = http://$HOST:$HEAT_PORT/v1/waitcondition
stack_user_domain_name = heat
stack_domain_admin = heat_domain_admin
stack_domain_admin_password = $PASSWORD
region_name_for_services = $REGION

[heat_all]
enabled_services = engine,api

[heat_api]
bind_host = $HOST
bind_port = $HEAT_PORT
workers = 0

[paste_deploy]
api_paste_config = /etc/heat/api-paste.ini

[clients_keystone]
auth_uri = $AUTH_URL

[trustee]
$(credentials heat)
EOF
    } >"$ETC/heat.conf"
}

# Swift: one proxy and one server of each kind, one copy of everything.
configure_swift() {
    local kind port
    mkdir -p "$ETC/swift" "$LAB_DIR/swift/disk"
    printf '[swift-hash]\nswift_hash_path_suffix = lab\nswift_hash_path_prefix = lab\n' >"$ETC/swift/swift.conf"
    local common="bind_ip = $HOST
user = root
workers = 0
swift_dir = $ETC/swift
devices = $LAB_DIR/swift
mount_check = false
recon_cache_path = $LAB_DIR/swift"
    for kind in object:$SWIFT_OBJECT_PORT container:$SWIFT_CONTAINER_PORT account:$SWIFT_ACCOUNT_PORT; do
        port=${kind#*:} kind=${kind%:*}
        cat >"$ETC/swift/$kind.conf" <<EOF
[DEFAULT]
$common
bind_port = $port

[pipeline:main]
pipeline = $kind-server

[app:$kind-server]
use = egg:swift#$kind

[container-updater]
interval = 5
EOF
    done
    cat >"$ETC/swift/proxy.conf" <<EOF
[DEFAULT]
$common
bind_port = $SWIFT_PORT

[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck listing_formats bulk tempurl authtoken keystoneauth copy container-quotas account-quotas slo dlo versioned_writes symlink proxy-server

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true

[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
www_authenticate_uri = $AUTH_URL
delay_auth_decision = true
$(credentials swift)

[filter:keystoneauth]
use = egg:swift#keystoneauth
operator_roles = admin, member

[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true

$(printf '[filter:%s]\nuse = egg:swift#%s\n\n' catch_errors catch_errors gatekeeper gatekeeper healthcheck healthcheck \
    listing_formats listing_formats bulk bulk tempurl tempurl copy copy container-quotas container_quotas \
    account-quotas account_quotas slo slo dlo dlo symlink symlink)
EOF
    [ -e "$ETC/swift/object.ring.gz" ] || clean_env env OBJECT_PORT=$SWIFT_OBJECT_PORT \
        CONTAINER_PORT=$SWIFT_CONTAINER_PORT ACCOUNT_PORT=$SWIFT_ACCOUNT_PORT \
        swift-lab rings "$ETC/swift/swift.conf" >"$LOG/swift-rings.log" 2>&1 || fail swift-rings "no rings"
}
