/** What is wrong with the MAC address of a network card, in letters of either case; null where nothing is. */
export function macFault(mac: string): 'mac' | 'macGroup' | null {
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac)) return 'mac';
  // The lowest bit of the first byte marks a group of cards.
  return Number.parseInt(mac.slice(0, 2), 16) % 2 === 1 ? 'macGroup' : null;
}
