# What second-up and second-down share, after lib.sh; source it.

SECOND=libvirtd-second
SECOND_HOST=lab-second
SECOND_DIR=$LAB_DIR/libvirt/second
# the host side of the veth pair; the names and addresses of it
SECOND_LINK=lab-second
FIRST_ADDRESS=10.255.77.1
SECOND_ADDRESS=10.255.77.2

second_virsh() { timeout 20 virsh -q -c "qemu:///system?socket=$SECOND_DIR/run/libvirt-sock" "$@"; }
