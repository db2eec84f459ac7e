# Configuration of Neutron and Cinder; sourced by openstack-up.

configure_neutron() {
    mkdir -p "$LAB_DIR/neutron/lock"
    {
        common neutron neutron
        db_section neutron
        cat <<EOF
[DEFAULT]
bind_host = $HOST
bind_port = $NEUTRON_PORT
api_paste_config = /usr/share/neutron-common/api-paste.ini
core_plugin = ml2
service_plugins = router,qos,trunk,port_forwarding,segments,metering
dns_domain = lab.local.
# everything in one process
api_workers = 0
rpc_workers = 0
rpc_state_report_workers = 0
dhcp_agents_per_network = 1
allow_automatic_dhcp_failover = true
notify_nova_on_port_status_changes = true
notify_nova_on_port_data_changes = true

[experimental]
linuxbridge = true

[nova]
$(credentials nova)

[placement]
$(credentials placement)

[agent]
root_helper = sudo
report_interval = 20

[ml2]
type_drivers = flat,vlan,vxlan,local
tenant_network_types = vxlan
mechanism_drivers = linuxbridge
extension_drivers = port_security,qos,dns

[ml2_type_flat]
flat_networks = *

[ml2_type_vlan]
network_vlan_ranges = provider:100:199

[ml2_type_vxlan]
vni_ranges = 1:1000

[securitygroup]
enable_security_group = true
enable_ipset = true
firewall_driver = iptables
EOF
    } >"$ETC/neutron.conf"
    cat >"$ETC/neutron-agents.conf" <<EOF
[DEFAULT]
host = compute01
interface_driver = linuxbridge
# dhcp
dhcp_driver = neutron.agent.linux.dhcp.Dnsmasq
enable_isolated_metadata = true
# metadata
nova_metadata_host = $HOST
nova_metadata_port = $NOVA_METADATA_PORT
metadata_proxy_shared_secret = $PASSWORD
metadata_workers = 0

[linux_bridge]
physical_interface_mappings = provider:lab-prov0

[vxlan]
enable_vxlan = true
local_ip = $TUNNEL_IP
EOF
    printf '[agent]\nextensions = qos\n' >"$ETC/neutron-l2.conf"
    printf '[agent]\nextensions = port_forwarding,fip_qos,gateway_ip_qos\n' >"$ETC/neutron-l3.conf"
    launcher neutron-server neutron.cmd.eventlet.server
    local a
    for a in linuxbridge:plugins.linuxbridge_neutron_agent dhcp:agents.dhcp l3:agents.l3 metadata:agents.metadata; do
        launcher "neutron-${a%%:*}-agent" "neutron.cmd.eventlet.${a#*:}"
    done
}
configure_cinder() {
    local b
    mkdir -p "$LAB_DIR/cinder"/{lock,mnt,conversion,backup}
    {
        common cinder cinder
        db_section cinder
        cat <<EOF
[DEFAULT]
host = controller01
my_ip = $HOST
api_paste_config = /usr/share/cinder-common/api-paste.ini
osapi_volume_listen = $HOST
osapi_volume_listen_port = $CINDER_PORT
osapi_volume_workers = 1
resource_query_filters_file = /etc/cinder/resource_filters.json
image_conversion_dir = $LAB_DIR/cinder/conversion
glance_api_servers = http://$HOST:$GLANCE_PORT
storage_availability_zone = nova
default_volume_type = standard
enabled_backends = nfs1,nfs2
volume_clear = none
backup_driver = cinder.backup.drivers.posix.PosixBackupDriver
backup_posix_path = $LAB_DIR/cinder/backup
backup_compression_algorithm = zstd
backup_workers = 1

[nova]
$(credentials nova)

[privsep_osbrick]
helper_command = privsep-helper --config-file $ETC/cinder.conf

[cinder_sys_admin]
helper_command = privsep-helper --config-file $ETC/cinder.conf

EOF
        for b in nfs1 nfs2; do
            cat <<EOF
[$b]
volume_driver = cinder.volume.drivers.nfs.NfsDriver
volume_backend_name = $b
nfs_shares_config = $ETC/cinder-$b.shares
nfs_mount_point_base = $LAB_DIR/cinder/mnt
nfs_snapshot_support = true
nfs_qcow2_volumes = true
nas_secure_file_operations = false
nas_secure_file_permissions = false

EOF
            echo "$HOST:$LAB_DIR/cinder/$b" >"$ETC/cinder-$b.shares"
        done
    } >"$ETC/cinder.conf"
    ln -sf /bin/true "$BIN/mount.nfs" # cinder looks whether there is one
    launcher cinder-api cinder.cmd.api
    launcher cinder-scheduler cinder.cmd.scheduler
    # The image check of this cinder refuses every file with a backing file, the
    # NFS driver's own snapshots included; let those pass (third default argument).
    local patch="from cinder.image import image_utils
image_utils.qemu_img_info.__defaults__ = (True, False, True)"
    launcher cinder-volume cinder.cmd.volume "$patch"
    launcher cinder-backup cinder.cmd.backup "$patch"
}
