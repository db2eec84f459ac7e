/** Why an address for the data of a migration cannot be one; null where it can, or is empty. */
export function migrationAddressFault(address: string): 'notAnAddress' | null {
  if (address === '' || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(address)) return null;
  return /^[0-9A-Fa-f:]+$/.test(address) && address.includes(':') ? null : 'notAnAddress';
}
