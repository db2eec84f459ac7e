import { XMLSerializer } from '@xmldom/xmldom';
import { parseRoot } from './elements.ts';
import { newVolumeXml } from './storage-xml.ts';

interface LinkedVolume {
  name: string;
  capacityBytes: number;
  /** Path and format of what it stands on. */
  base: { path: string; format: string };
}

/** The XML by which a qcow2 volume is created that holds only what differs from its base. */
export function linkedVolumeXml({ name, capacityBytes, base }: LinkedVolume): string {
  const root = parseRoot(newVolumeXml({ name, capacityBytes, allocationBytes: 0, format: 'qcow2' }), 'volume');
  const document = root.ownerDocument;
  if (document === null) throw new TypeError('a parsed element has a document');
  const store = root.appendChild(document.createElement('backingStore'));
  const path = store.appendChild(document.createElement('path'));
  path.appendChild(document.createTextNode(base.path));
  const format = document.createElement('format');
  format.setAttribute('type', base.format);
  store.appendChild(format);
  return new XMLSerializer().serializeToString(root);
}
