# Database and message queue; sourced by openstack-up.

sql() { mariadb --no-defaults --socket="$SOCK" -uroot "$@"; }

start_mariadb() {
    alive mariadb && return
    mkdir -p "$LAB_DIR/mariadb"
    cat >"$ETC/mariadb.cnf" <<EOF
[mariadbd]
datadir = $LAB_DIR/mariadb
socket = $SOCK
user = root
skip-networking
skip-name-resolve
skip-log-bin
max_connections = 400
performance_schema = off
innodb_buffer_pool_size = 128M
innodb_log_file_size = 32M
# a laboratory does not need to survive a power cut
innodb_flush_log_at_trx_commit = 0
innodb_flush_method = nosync
innodb_doublewrite = 0
EOF
    if [ ! -d "$LAB_DIR/mariadb/mysql" ]; then
        if [ -e "$DB_CACHE" ]; then
            tar -C "$LAB_DIR/mariadb" -xf "$DB_CACHE"
        else
            mariadb-install-db --defaults-file="$ETC/mariadb.cnf" --skip-test-db \
                --auth-root-authentication-method=socket --auth-root-socket-user=root \
                >"$LOG/mariadb-install.log" 2>&1 || fail mariadb-install "cannot create the database"
        fi
    fi
    start mariadb mariadbd --defaults-file="$ETC/mariadb.cnf"
    local end=$((SECONDS + 60))
    until sql -e 'select 1' >/dev/null 2>&1; do
        alive mariadb || fail mariadb "the process ended"
        [ $SECONDS -lt $end ] || fail mariadb "does not answer"
        sleep 0.1
    done
}

stop_and_wait() { # NAME
    local pid
    read -r pid <"$RUN/$1.pid"
    kill "$pid"
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
    rm -f "$RUN/$1.pid"
}

db_url() { echo "mysql+pymysql://lab:$PASSWORD@localhost/$1?unix_socket=$SOCK&charset=utf8"; }

db_section() { # NAME [GROUP]
    printf '[%s]\nconnection = %s\nmax_pool_size = 5\nmax_overflow = 30\n\n' "${2:-database}" "$(db_url "$1")"
}

start_rabbit() {
    mkdir -p "$LAB_DIR/rabbit"
    : >"$ETC/rabbit-plugins"
    cat >"$ETC/rabbitmq.conf" <<EOF
listeners.tcp.1 = $HOST:$RABBIT_PORT
log.console.level = warning
vm_memory_high_watermark.absolute = 512MB
disk_free_limit.absolute = 50MB
EOF
    start epmd env ERL_EPMD_PORT=$EPMD_PORT epmd -address $HOST
    start rabbitmq env HOME="$LAB_DIR/rabbit" ERL_EPMD_PORT=$EPMD_PORT ERL_EPMD_ADDRESS=$HOST \
        RABBITMQ_NODENAME=lab@localhost RABBITMQ_NODE_IP_ADDRESS=$HOST RABBITMQ_NODE_PORT=$RABBIT_PORT \
        RABBITMQ_DIST_PORT=$RABBIT_DIST_PORT RABBITMQ_CONFIG_FILE="$ETC/rabbitmq.conf" \
        RABBITMQ_MNESIA_BASE="$LAB_DIR/rabbit" RABBITMQ_LOGS=- RABBITMQ_PID_FILE="$LAB_DIR/rabbit/beam.pid" \
        RABBITMQ_ENABLED_PLUGINS_FILE="$ETC/rabbit-plugins" RABBITMQ_CONF_ENV_FILE=/dev/null \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none \
            -kernel inet_dist_use_interface {127,0,0,1}" \
        /usr/lib/rabbitmq/bin/rabbitmq-server
}

# All schemas, the service accounts and the catalog, made once and then kept as
# an archive of the data directory: the migrations cost a minute, unpacking the
# archive a second.
setup_databases() {
    local db f todo= fresh=1
    [ ! -e "$LAB_DIR/mariadb/.lab-base" ] || fresh=
    for f in $FEATURES; do
        [ -e "$LAB_DIR/mariadb/.lab-$f" ] || todo+=" $f"
    done
    [ -n "$todo" ] || return 0
    say "database schemas (only the first time on this machine)"
    sql -e "CREATE USER IF NOT EXISTS lab@localhost IDENTIFIED BY '$PASSWORD';
            GRANT ALL ON *.* TO lab@localhost;"
    for db in keystone glance placement nova_api nova nova_cell0 neutron cinder heat; do
        sql -e "CREATE DATABASE IF NOT EXISTS $db CHARACTER SET utf8"
    done
    job db-nova nova_schema
    job db-neutron clean_env neutron-db-manage --config-file "$ETC/neutron.conf" upgrade heads
    job db-cinder clean_env cinder-manage --config-file "$ETC/cinder.conf" db sync
    job db-keystone clean_env keystone-manage --config-file "$ETC/keystone/keystone.conf" db_sync
    job db-glance clean_env glance-manage --config-file "$ETC/glance.conf" db_sync
    job db-placement clean_env placement-manage --config-file "$ETC/placement/placement.conf" db sync
    wait_jobs db-nova db-neutron db-cinder db-keystone db-glance db-placement
    if [ "$HEAT" = 1 ]; then
        job db-heat clean_env heat-manage --config-file "$ETC/heat.conf" db_sync
        wait_jobs db-heat
    fi
    say "service accounts and catalog"
    clean_env keystone-manage --config-file "$ETC/keystone/keystone.conf" bootstrap \
        --bootstrap-username admin --bootstrap-password "$PASSWORD" --bootstrap-project-name admin \
        --bootstrap-role-name admin --bootstrap-service-name keystone --bootstrap-region-id "$REGION" \
        --bootstrap-public-url "$AUTH_URL" --bootstrap-internal-url "$AUTH_URL" --bootstrap-admin-url "$AUTH_URL" \
        >"$LOG/keystone-bootstrap.log" 2>&1 || fail keystone-bootstrap "the command failed"
    start_keystone
    seed services
    stop_and_wait keystone
    for f in $FEATURES; do touch "$LAB_DIR/mariadb/.lab-$f"; done
    [ -n "$fresh" ] || return 0 # only a service was added
    stop_and_wait mariadb
    tar -C "$LAB_DIR/mariadb" -I 'gzip -1' -cf "$DB_CACHE.tmp" . && mv "$DB_CACHE.tmp" "$DB_CACHE"
    start_mariadb
}

nova_schema() {
    set -e
    local m="clean_env nova-manage --config-file $ETC/nova.conf --config-file $ETC/nova-db.conf"
    $m api_db sync
    $m cell_v2 map_cell0 --database_connection "$(db_url nova_cell0)"
    $m db sync
    $m cell_v2 create_cell --name cell1 || [ $? = 2 ] # 2: exists already
}
