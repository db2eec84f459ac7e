import type { NewMachineInput, NicModel, ProvisioningOffer } from '../../../shared/contract/provisioning.ts';
import { macFault } from '../../../shared/model/mac-address.ts';
import type { AddFault } from './faults.ts';

/** More cards are added to the machine when it is there. */
export const MAX_NICS = 16;

/** What a person has entered for one network card; null where the suggestion stands. */
export interface NicDraft {
  key: string;
  kind: 'network' | 'bridge';
  network: string | null;
  bridge: string;
  model: NicModel | null;
  mac: string;
}

/** A card with every suggestion filled in. */
export interface CompleteNic extends NicDraft {
  model: NicModel;
}

/** A card of which nothing was entered yet. */
export function emptyNic(): NicDraft {
  return { key: crypto.randomUUID(), kind: 'network', network: null, bridge: '', model: null, mac: randomMac() };
}

/** Of the range that QEMU's machines have. */
export function randomMac(): string {
  const tail = [...crypto.getRandomValues(new Uint8Array(3))].map((byte) => byte.toString(16).padStart(2, '0'));
  return ['52', '54', '00', ...tail].join(':');
}

/** Fills in what the person has left to us. */
export function completeNic(nic: NicDraft, { networks }: ProvisioningOffer, model: NicModel): CompleteNic {
  const active = networks.filter(({ isActive }) => isActive);
  const suggested = active.find(({ name }) => name === 'default') ?? active[0] ?? networks[0];
  return { ...nic, network: nic.network ?? suggested?.name ?? null, model: nic.model ?? model };
}

/** Notes what is wrong with a card, given the others. */
export function addNicFaults(
  { key, kind, network: name, bridge, mac }: CompleteNic,
  beside: { offer: ProvisioningOffer; start: boolean; others: readonly CompleteNic[] },
  add: AddFault,
): void {
  if (kind === 'network') {
    const network = beside.offer.networks.find((each) => each.name === name);
    if (network === undefined) add(`nic:${key}:network`, 'networkMissing');
    else if (beside.start && !network.isActive) add(`nic:${key}:network`, 'networkInactive');
  } else if (bridge === '') add(`nic:${key}:bridge`, 'bridgeMissing');
  // As Linux names interfaces.
  else if (!/^[^\s/]{1,15}$/.test(bridge)) add(`nic:${key}:bridge`, 'bridgeName');
  add(`nic:${key}:mac`, macFault(mac));
  if (beside.others.some((other) => other.mac.toLowerCase() === mac.toLowerCase())) add(`nic:${key}:mac`, 'macTwice');
}

/** How the core is asked for a card without faults. */
export function nicInput({ kind, bridge, network, model, mac }: CompleteNic): NewMachineInput['networks'][number] {
  return { kind, source: kind === 'bridge' ? bridge : (network ?? ''), model, mac: mac.toLowerCase() };
}
