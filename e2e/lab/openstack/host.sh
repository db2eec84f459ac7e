# Filesystems, network links and images of the host; sourced by openstack-up.

mount_shares() {
    local b dir
    for b in nfs1 nfs2; do
        dir=$LAB_DIR/cinder/$b
        mkdir -p "$dir"
        mountpoint -q "$dir" && continue
        if [ ! -e "$dir.img" ]; then
            truncate -s 40G "$dir.img"
            mkfs.ext4 -q -E lazy_itable_init=1,lazy_journal_init=1,nodiscard -O ^has_journal -m 0 "$dir.img"
        fi
        mount -o loop "$dir.img" "$dir" || mount -t tmpfs -o size=4G tmpfs "$dir"
    done
    # libvirt gives each qemu a mount namespace of its own: without shared
    # propagation a running guest would not see what nova mounts later
    dir=$LAB_DIR/nova/compute01/mnt
    if ! mountpoint -q "$dir"; then
        mount --bind "$dir" "$dir"
        mount --make-shared "$dir"
    fi
}

# lab-prov: the physical network "provider"; one end of a veth pair goes into
#     neutron's bridge, the other carries the gateway address, so floating IPs
#     answer on this machine.
# lab-tun: the tunnel endpoint for vxlan; on "lo" every flooded packet would come
#     back and spoil the address tables of the bridges.
setup_links() {
    local l
    for l in lab-prov lab-tun; do
        ip link show ${l}0 >/dev/null 2>&1 || ip link add ${l}0 type veth peer name ${l}1
        ip link set ${l}0 up
        ip link set ${l}1 up
    done
    ip address replace $TUNNEL_IP/30 dev lab-tun0
    if ! ip route show to match "$PUBLIC_NET.1" | grep -qv '^default'; then
        ip address add "$PUBLIC_NET.1/24" dev lab-prov1
    fi
}

# tiny: the GRUB rescue disk, something visible on the VGA console in 64 MB.
make_grub_image() {
    [ ! -e "$LAB_CACHE/tiny.qcow2" ] || return 0
    qemu-img convert -f raw -O qcow2 /usr/lib/grub-rescue/grub-rescue-cdrom.iso "$LAB_CACHE/tiny.qcow2.tmp"
    mv "$LAB_CACHE/tiny.qcow2.tmp" "$LAB_CACHE/tiny.qcow2"
}

# tiny-linux: the guest of ../guest on the GRUB rescue disk; asks the metadata service for its name, answers on port 80,
# and notices hot-plugged disks and network cards.
make_linux_image() {
    local image=$LAB_CACHE/tiny-linux.qcow2 guest=$LAB_CACHE/guest dir
    "$LAB_SCRIPTS/guest/build-guest"
    if [ "$image" -nt "$guest/stamp" ]; then return; fi
    say "building the tiny-linux image"
    dir=$(mktemp -d)
    cat >"$dir/grub.cfg" <<'EOF'
set timeout=0
menuentry tiny-linux {
    linux /vmlinuz console=tty0 console=ttyS0 panic=10 quiet cryptomgr.notests
    initrd /initrd
}
EOF
    xorriso -abort_on FAILURE -report_about SORRY -indev /usr/lib/grub-rescue/grub-rescue-cdrom.iso -outdev "$dir/disk.iso" \
        -boot_image any replay -map "$guest/vmlinuz" /vmlinuz -map "$guest/initrd" /initrd \
        -update "$dir/grub.cfg" /boot/grub/grub.cfg >"$LOG/tiny-linux.log" 2>&1 || fail tiny-linux "no image"
    qemu-img convert -f raw -O qcow2 -c "$dir/disk.iso" "$image.tmp"
    mv "$image.tmp" "$image"
    rm -rf "$dir"
}
