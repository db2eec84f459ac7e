import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { AppError } from '../../kernel/app-error.ts';
import { badCloud, targetOf, type CloudFromFile, type CloudSettings } from './openstack-target.ts';

type Tree = Record<string, unknown>;

/** A YAML or JSON file with its clouds, and the line of each for messages. */
export interface CloudsFile {
  fileName: string;
  /** The mapping below `clouds:` (or `public-clouds:`). */
  clouds: Map<string, Tree>;
  lines: Map<string, number>;
}

const MAX_CLOUDS = 500;
const MAX_DEPTH = 10;

/** Reads `clouds:` of clouds.yaml, secure.yaml or clouds.json. Throws BAD_INPUT with the line. */
export function readCloudsFile(fileName: string, text: string, key: 'clouds' | 'public-clouds' = 'clouds'): CloudsFile {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, merge: true });
  const error = document.errors[0];
  if (error !== undefined) {
    const line = counter.linePos(error.pos[0]).line;
    throw badCloud(`${fileName} line ${line}`, '', error.message.split('\n')[0] ?? 'not valid YAML');
  }
  const root: unknown = toPlain(document, fileName);
  const listed = isTree(root) ? root[key] : undefined;
  if (listed === undefined || listed === null) return { fileName, clouds: new Map(), lines: new Map() };
  if (!isTree(listed)) throw badCloud(fileName, key, `${key} is not a mapping`);
  const entries = Object.entries(listed);
  if (entries.length > MAX_CLOUDS) {
    throw new AppError('LIMIT_EXCEEDED', { detail: `${fileName}: more than ${MAX_CLOUDS} clouds` });
  }
  const lines = linesOf(document, key, counter);
  const clouds = new Map<string, Tree>();
  for (const [name, cloud] of entries) {
    if (!isTree(cloud)) throw badCloud(`${fileName} line ${lines.get(name) ?? 1}`, name, `${name} is not a mapping`);
    clouds.set(name, cloud);
  }
  return { fileName, clouds, lines };
}

/** Anchors may be used, but not to blow a small file up. */
function toPlain(document: Document, fileName: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    throw badCloud(fileName, '', error instanceof Error ? error.message : 'not valid YAML');
  }
}

function linesOf(document: Document, key: string, counter: LineCounter): Map<string, number> {
  const lines = new Map<string, number>();
  const clouds = document.get(key);
  if (!isMap(clouds)) return lines;
  for (const { key: name } of clouds.items) {
    if (isScalar(name) && name.range) lines.set(String(name.value), counter.linePos(name.range[0]).line);
  }
  return lines;
}

/** What `secure` adds wins over `clouds`, and that over the public profile it names (`profile` or `cloud`). */
export function mergeCloud(
  name: string,
  clouds: CloudsFile,
  secure: CloudsFile | null,
  vendors: CloudsFile | null,
): Tree {
  const own = merged(clouds.clouds.get(name) ?? {}, secure?.clouds.get(name) ?? {});
  const profile = own['profile'] ?? own['cloud'];
  const vendor = typeof profile === 'string' ? vendors?.clouds.get(profile) : undefined;
  return vendor === undefined ? own : merged(vendor, own);
}

/** The cloud's target; a cloud with `regions` gives one for each. `readCa` reads the file of `cacert`. */
export function targetsOf(
  name: string,
  cloud: Tree,
  { where, readCa }: { where: string; readCa: (path: string) => string },
): CloudFromFile[] {
  const settings: CloudSettings = {};
  const auth = isTree(cloud['auth']) ? cloud['auth'] : {};
  for (const [key, value] of [...Object.entries(cloud), ...Object.entries(auth)]) {
    const text = textOf(value);
    if (text !== null) settings[key.replaceAll('-', '_')] = text;
  }
  const caPath = settings['cacert'];
  const caPem = caPath === undefined || caPath === '' ? '' : readCa(caPath);
  const regions = settings['region_name'] === undefined ? regionsOf(cloud['regions']) : [];
  if (regions.length < 2) return [targetOf(name, { region_name: regions[0], ...settings }, caPem, where)];
  return regions.map((region) => targetOf(`${name} ${region}`, { ...settings, region_name: region }, caPem, where));
}

function regionsOf(regions: unknown): string[] {
  if (!Array.isArray(regions)) return [];
  const names = regions.map((region: unknown) => textOf(isTree(region) ? region['name'] : region));
  return names.filter((name) => name !== null).slice(0, 50);
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

function merged(base: Tree, over: Tree, depth = 0): Tree {
  const result: Tree = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const present = result[key];
    const isDeep = isTree(present) && isTree(value) && depth < MAX_DEPTH;
    result[key] = isDeep ? merged(present, value, depth + 1) : value;
  }
  return result;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
