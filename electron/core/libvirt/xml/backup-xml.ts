import { attribute, child, children, parseRoot, textOf } from './elements.ts';
import { renderXml, type XmlNode } from './render-xml.ts';

/** What the XML of a checkpoint tells (https://libvirt.org/formatcheckpoint.html). */
export interface CheckpointXml {
  parent: string | null;
  description: string;
  createdAtMs: number | null;
  disks: string[];
}

/** Throws PROTOCOL for text that is not well-formed checkpoint XML. */
export function readCheckpointXml(text: string): CheckpointXml {
  const root = parseRoot(text, 'domaincheckpoint');
  const seconds = Number(textOf(child(root, 'creationTime')) ?? Number.NaN);
  const disks = child(root, 'disks');
  return {
    parent: textOf(child(root, 'parent', 'name')),
    description: textOf(child(root, 'description')) ?? '',
    createdAtMs: Number.isFinite(seconds) ? seconds * 1_000 : null,
    disks: (disks === null ? [] : children(disks))
      .filter((disk) => attribute(disk, 'checkpoint') === 'bitmap')
      .flatMap((disk) => attribute(disk, 'name') ?? []),
  };
}

/** A backup to ask for (https://libvirt.org/formatbackup.html). */
export interface WantedBackup {
  /** Path of the new qcow2 file of each disk. */
  files: ReadonlyMap<string, string>;
  /** The other disks, which must be named too: libvirt would take them along. */
  without: readonly string[];
  /** The checkpoint since which changes are written; null for everything. */
  since: string | null;
}

export function writeBackupXml({ files, without, since }: WantedBackup): string {
  return renderXml([
    'domainbackup',
    { mode: 'push' },
    since === null ? null : ['incremental', {}, since],
    [
      'disks',
      {},
      ...[...files].map(([target, file]): XmlNode => [
        'disk',
        { name: target, backup: 'yes', type: 'file' },
        ['driver', { type: 'qcow2' }],
        ['target', { file }],
      ]),
      ...without.map((target): XmlNode => ['disk', { name: target, backup: 'no' }]),
    ],
  ]);
}

/** XML that asks for a checkpoint of some disks. */
export function writeCheckpointXml(
  name: string,
  description: string,
  disks: readonly string[],
  without: readonly string[],
): string {
  return renderXml([
    'domaincheckpoint',
    {},
    ['name', {}, name],
    ['description', {}, description],
    [
      'disks',
      {},
      ...disks.map((target): XmlNode => ['disk', { name: target, checkpoint: 'bitmap' }]),
      ...without.map((target): XmlNode => ['disk', { name: target, checkpoint: 'no' }]),
    ],
  ]);
}
