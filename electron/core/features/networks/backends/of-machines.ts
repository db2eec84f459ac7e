/** Whether an interface is one that libvirt makes for a card of a machine: nothing is built on it. */
export function ofMachines(name: string): boolean {
  return /^(vnet|macvtap|macvlan)\d+(_|$)/.test(name);
}
