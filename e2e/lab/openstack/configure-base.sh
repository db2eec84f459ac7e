# Configuration of what all services share, Keystone, Glance, Placement and the clients; sourced by openstack-up.

credentials() {
    cat <<EOF
auth_type = password
auth_url = $AUTH_URL
username = $1
password = $PASSWORD
project_name = service
user_domain_name = Default
project_domain_name = Default
region_name = $REGION

EOF
}

# common USER DIRECTORY: the sections every service has.
common() {
    cat <<EOF
[DEFAULT]
debug = ${LAB_DEBUG:-false}
transport_url = $RABBIT_URL
state_path = $LAB_DIR/$2
auth_strategy = keystone
rpc_response_timeout = 60

[oslo_concurrency]
lock_path = $LAB_DIR/$2/lock

[oslo_messaging_rabbit]
heartbeat_timeout_threshold = 0

[oslo_messaging_notifications]
driver = noop

# the built-in policies only
[oslo_policy]
policy_file = none.yaml
policy_dirs = none.d

[service_user]
send_service_user_token = true
$(credentials "$1")

[keystone_authtoken]
www_authenticate_uri = $AUTH_URL
service_token_roles = service
service_token_roles_required = true
$(credentials "$1")

EOF
    mkdir -p "$LAB_DIR/$2/lock"
}

configure_keystone() {
    local dir key
    # what keystone-manage fernet_setup and credential_setup would create
    for dir in fernet-keys credential-keys; do
        [ ! -e "$ETC/keystone/$dir" ] || continue
        install -d -m 700 "$ETC/keystone" "$ETC/keystone/$dir"
        for key in 0 1; do
            head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n' >"$ETC/keystone/$dir/$key"
        done
    done
    {
        cat <<EOF
[DEFAULT]
use_stderr = true
public_endpoint = http://$HOST:$KEYSTONE_PORT

[identity]
# cheap password hashes: a login costs milliseconds instead of a third of a second
password_hash_rounds = 4

[token]
provider = fernet

[fernet_tokens]
key_repository = $ETC/keystone/fernet-keys

[fernet_receipts]
key_repository = $ETC/keystone/fernet-keys

[credential]
key_repository = $ETC/keystone/credential-keys

[cache]
enabled = true
backend = oslo_cache.dict

EOF
        db_section keystone
    } >"$ETC/keystone/keystone.conf"
}

configure_glance() {
    mkdir -p "$LAB_DIR/glance"/{images,staging,tasks}
    {
        common glance glance
        db_section glance
        cat <<EOF
[DEFAULT]
bind_host = $HOST
bind_port = $GLANCE_PORT
workers = 0
enabled_backends = file:file
enabled_import_methods = [glance-direct,web-download,copy-image]
node_staging_uri = file://$LAB_DIR/glance/staging
public_endpoint = http://$HOST:$GLANCE_PORT
enable_v2_api = true
allow_anonymous_access = false

[glance_store]
default_backend = file

[file]
filesystem_store_datadir = $LAB_DIR/glance/images

[os_glance_staging_store]
filesystem_store_datadir = $LAB_DIR/glance/staging

[os_glance_tasks_store]
filesystem_store_datadir = $LAB_DIR/glance/tasks

[paste_deploy]
flavor = keystone
config_file = /usr/share/glance-common/glance-api-paste.ini
EOF
    } >"$ETC/glance.conf"
    launcher glance-api glance.cmd.api
}

configure_placement() {
    mkdir -p "$ETC/placement"
    {
        common placement placement
        db_section placement placement_database
        printf '[api]\nauth_strategy = keystone\n'
    } >"$ETC/placement/placement.conf"
}
configure_clients() {
    {
        echo "clouds:"
        local c
        for c in lab-admin:admin:admin lab-edu:user2:edu; do
            IFS=: read -r cloud user project <<<"$c"
            cat <<EOF
  $cloud:
    region_name: $REGION
    identity_api_version: 3
    auth:
      auth_url: $AUTH_URL
      username: $user
      password: $PASSWORD
      project_name: $project
      user_domain_name: Default
      project_domain_name: Default
EOF
        done
    } >"$LAB_DIR/clouds.yaml"
    [ -e "$LAB_DIR/key000" ] || ssh-keygen -q -t rsa -b 2048 -N '' -C key000 -f "$LAB_DIR/key000"
}
