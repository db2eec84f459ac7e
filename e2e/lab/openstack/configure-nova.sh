# Configuration of Nova; sourced by openstack-up.

configure_nova() {
    local h
    # nova-compute must not see the database
    { db_section nova; db_section nova_api api_database; } >"$ETC/nova-db.conf"
    {
        common nova nova
        cat <<EOF
[DEFAULT]
my_ip = $HOST
host = controller01
enabled_apis = osapi_compute,metadata
osapi_compute_listen = $HOST
osapi_compute_listen_port = $NOVA_PORT
osapi_compute_workers = 1
metadata_listen = $HOST
metadata_listen_port = $NOVA_METADATA_PORT
metadata_workers = 1
default_availability_zone = nova
# instances without a wish land on the libvirt host
default_schedule_zone = nova
allow_resize_to_same_host = true
# do not wait for neutron to report a port as plugged
vif_plugging_is_fatal = false
vif_plugging_timeout = 0
shutdown_timeout = 10
# the first round of the periodic tasks at once, new hosts are usable quickly
periodic_fuzzy_delay = 0
resume_guests_state_on_host_boot = true
reclaim_instance_interval = 0
service_down_time = 60

[wsgi]
api_paste_config = /usr/share/nova-common/api-paste.ini

[api]
auth_strategy = keystone

[conductor]
workers = 1

[scheduler]
workers = 1
discover_hosts_in_cells_interval = 5
# leave zones to the filter below: nova only logs when the copy of an aggregate
# in placement fails, and then the zone would have no hosts
query_placement_for_availability_zone = false

[filter_scheduler]
enabled_filters = AvailabilityZoneFilter,ComputeFilter,ComputeCapabilitiesFilter,ImagePropertiesFilter,ServerGroupAntiAffinityFilter,ServerGroupAffinityFilter,AggregateInstanceExtraSpecsFilter,SameHostFilter,DifferentHostFilter,NUMATopologyFilter

[vnc]
enabled = true
server_listen = $HOST
server_proxyclient_address = $HOST
novncproxy_host = $HOST
novncproxy_port = $NOVNC_PORT
novncproxy_base_url = http://$HOST:$NOVNC_PORT/vnc_lite.html

[console]
allowed_origins = localhost,$HOST

[glance]
api_servers = http://$HOST:$GLANCE_PORT

[placement]
$(credentials placement)

[cinder]
os_region_name = $REGION
catalog_info = volumev3::publicURL
$(credentials cinder)

[neutron]
service_metadata_proxy = true
metadata_proxy_shared_secret = $PASSWORD
$(credentials neutron)

[libvirt]
virt_type = qemu
cpu_mode = none
connection_uri = qemu:///system
images_type = qcow2
inject_partition = -2
nfs_mount_point_base = $LAB_DIR/nova/compute01/mnt
# a guest without an operating system never answers a request to unplug
device_detach_attempts = 3
device_detach_timeout = 5

EOF
    } >"$ETC/nova.conf"
    {
        cat <<EOF
[DEFAULT]
host = compute01
state_path = $LAB_DIR/nova/compute01
compute_driver = libvirt.LibvirtDriver
reserved_host_memory_mb = 512

[oslo_concurrency]
lock_path = $LAB_DIR/nova/compute01/lock

EOF
        for h in nova_sys_admin privsep_osbrick vif_plug_linux_bridge_privileged vif_plug_ovs_privileged; do
            printf '[%s]\nhelper_command = privsep-helper --config-file %s --config-file %s\n\n' \
                $h "$ETC/nova.conf" "$ETC/nova-compute01.conf"
        done
    } >"$ETC/nova-compute01.conf"
    mkdir -p "$LAB_DIR/nova/compute01"/{instances,lock,mnt}
    for h in $SIM_HOSTS; do
        cat >"$ETC/nova-$h.conf" <<EOF
[DEFAULT]
host = $h
state_path = $LAB_DIR/nova/$h
compute_driver = fake.SimDriver
reserved_host_memory_mb = 512

[oslo_concurrency]
lock_path = $LAB_DIR/nova/$h/lock
EOF
        mkdir -p "$LAB_DIR/nova/$h"/{instances,lock}
    done
    launcher nova-api nova.cmd.api
    launcher nova-conductor nova.cmd.conductor
    launcher nova-scheduler nova.cmd.scheduler
    launcher nova-compute nova.cmd.compute
    launcher nova-novncproxy nova.cmd.novncproxy
}
