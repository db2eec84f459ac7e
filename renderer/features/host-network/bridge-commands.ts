/** What keeps the network configuration of a host: NetworkManager, or nothing, until its next start. */
export const bridgeWays = ['nmcli', 'ip'] as const;
export type BridgeWay = (typeof bridgeWays)[number];

/** What is wrong with the name of a new bridge; null where nothing is. Names a text (hostNetwork:bridge.faults.<fault>). */
export function bridgeFault(name: string, taken: readonly string[]): 'name' | 'taken' | null {
  // Linux takes 15 characters; these need no quotes in a shell either.
  if (!/^[A-Za-z][A-Za-z0-9_.-]{0,14}$/.test(name)) return 'name';
  return taken.includes(name) ? 'taken' : null;
}

/** The commands for a shell of root on the host; an empty port makes a bridge without a card. */
export function bridgeCommands(way: BridgeWay, name: string, port: string): string {
  const card = quoted(port);
  if (way === 'ip') {
    return [
      `ip link add name ${name} type bridge`,
      ...(port === '' ? [] : [`ip link set ${card} master ${name}`]),
      `ip link set ${name} up`,
    ].join('\n');
  }
  return [
    `nmcli connection add type bridge con-name ${name} ifname ${name} stp no`,
    ...(port === ''
      ? []
      : [
          `nmcli connection add type ethernet slave-type bridge con-name ${quoted(`${name}-${port}`)} ifname ${card} master ${name}`,
        ]),
    `nmcli connection up ${port === '' ? name : quoted(`${name}-${port}`)}`,
  ].join('\n');
}

/** Names of interfaces come from the host: whatever is in them stays one word of the shell. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_.:-]+$/.test(word) && !word.startsWith('-') ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
