import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../../kernel/app-error.ts';
import { mergeCloud, readCloudsFile, targetsOf, type CloudsFile } from './openstack-clouds-yaml.ts';
import { looksLikeOpenrc, parseOpenrc } from './openstack-openrc.ts';
import { badCloud, type CloudFromFile } from './openstack-target.ts';

const MAX_FILE_BYTES = 1_000_000;
const EXTENSIONS = ['.yaml', '.yml', '.json'];

/** Where clouds.yaml is looked for; tests give their own. */
export interface CloudFilePlaces {
  cwd: string;
  home: string;
  env: Record<string, string | undefined>;
  /** The directory of all users' configuration. */
  site: string;
  platform: NodeJS.Platform;
}

/** A cloud of a file on this computer; `broken` says why it cannot be used. */
export interface FoundCloud extends CloudFromFile {
  file: string;
}

/** The clouds of the first clouds.yaml on this computer, in the order of openstacksdk; those that cannot be used are left out. */
export function findClouds(places: CloudFilePlaces = thisComputer()): Promise<FoundCloud[]> {
  return promised(() => {
    const files = findFiles(places);
    if (files === null) return [];
    return [...files.clouds.clouds.keys()].flatMap((name) => {
      try {
        return cloudsNamed(name, files);
      } catch (error) {
        if (AppError.from(error).code === 'INTERNAL') throw error;
        // One broken entry must not hide the others; naming it (loadCloud) tells what is wrong.
        return [];
      }
    });
  });
}

/** One cloud by name; null where no file has it. Throws BAD_INPUT or UNSUPPORTED for one that cannot be used. */
export function loadCloud(name: string, places: CloudFilePlaces = thisComputer()): Promise<FoundCloud | null> {
  return promised(() => {
    const files = findFiles(places);
    if (files === null) return null;
    if (files.clouds.clouds.has(name)) return cloudsNamed(name, files)[0] ?? null;
    // `NAME REGION`, as findClouds names the regions of a cloud with several.
    const base = [...files.clouds.clouds.keys()].find((cloud) => name.startsWith(`${cloud} `));
    return base === undefined ? null : (cloudsNamed(base, files).find((cloud) => cloud.name === name) ?? null);
  });
}

/** The text of a dropped clouds.yaml, clouds.json or openrc file. Throws BAD_INPUT with the line. */
export function parseCloudFile(fileName: string, text: string): CloudFromFile[] {
  if (text.length > MAX_FILE_BYTES) throw new AppError('LIMIT_EXCEEDED', { detail: `${fileName} is too large` });
  if (looksLikeOpenrc(text)) return [parseOpenrc(fileName, text)];
  const clouds = readCloudsFile(fileName, text);
  if (clouds.clouds.size === 0) throw badCloud(fileName, 'clouds', 'neither clouds.yaml nor openrc');
  return [...clouds.clouds.keys()].flatMap((name) =>
    targetsOf(name, mergeCloud(name, clouds, null, null), {
      where: whereOf(name, clouds),
      // A dropped text has no directory, and what it names on this computer is not read.
      readCa: () => '',
    }),
  );
}

interface Files {
  clouds: CloudsFile;
  secure: CloudsFile | null;
  vendors: CloudsFile | null;
}

function cloudsNamed(name: string, { clouds, secure, vendors }: Files): FoundCloud[] {
  const readCa = (path: string): string => {
    const pem = readBounded(resolve(dirname(clouds.fileName), path.replace(/^~(?=\/)/, homedir())));
    if (pem === null) throw badCloud(whereOf(name, clouds), 'cacert', `${path} cannot be read`);
    return pem;
  };
  const found = targetsOf(name, mergeCloud(name, clouds, secure, vendors), { where: whereOf(name, clouds), readCa });
  return found.map((cloud) => ({ ...cloud, file: clouds.fileName }));
}

function whereOf(name: string, { fileName, lines }: CloudsFile): string {
  return `${fileName} line ${lines.get(name) ?? 1} (${name})`;
}

function findFiles(places: CloudFilePlaces): Files | null {
  const { env } = places;
  const clouds = firstFile(places, 'clouds', env['OS_CLIENT_CONFIG_FILE']);
  if (clouds === null) return null;
  return {
    clouds: readCloudsFile(clouds.path, clouds.text),
    secure: read(firstFile(places, 'secure', env['OS_CLIENT_SECURE_FILE']), 'clouds'),
    vendors: read(firstFile(places, 'clouds-public', env['OS_CLIENT_VENDOR_FILE']), 'public-clouds'),
  };
}

function read(file: { path: string; text: string } | null, key: 'clouds' | 'public-clouds'): CloudsFile | null {
  return file === null ? null : readCloudsFile(file.path, file.text, key);
}

function firstFile(
  places: CloudFilePlaces,
  base: string,
  named: string | undefined,
): { path: string; text: string } | null {
  const paths = directories(places).flatMap((directory) => EXTENSIONS.map((ending) => join(directory, base + ending)));
  if (named !== undefined && named !== '') paths.unshift(named);
  for (const path of paths) {
    const text = readBounded(path);
    if (text !== null) return { path, text };
  }
  return null;
}

/** As openstacksdk's loader: current directory, the user's configuration, the site's. */
function directories({ cwd, home, env, site, platform }: CloudFilePlaces): string[] {
  const xdg = env['XDG_CONFIG_HOME'] || join(home, '.config');
  const own = { darwin: [join(home, 'Library', 'Application Support', 'openstack')], win32: [] as string[] };
  const appData = env['LOCALAPPDATA'];
  if (appData) own.win32.push(join(appData, 'OpenStack', 'openstack'));
  const platformOwn = platform === 'darwin' || platform === 'win32' ? own[platform] : [];
  return [cwd, ...platformOwn, join(xdg, 'openstack'), join(home, '.config', 'openstack'), site];
}

/** Null where there is no such file. Throws FILE_UNREADABLE and LIMIT_EXCEEDED. */
function readBounded(path: string): string | null {
  try {
    const { size } = statSync(path);
    if (size > MAX_FILE_BYTES)
      throw new AppError('LIMIT_EXCEEDED', { params: { path }, detail: `${path} is too large` });
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof AppError) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new AppError('FILE_UNREADABLE', { params: { path }, detail: `${path}: ${String(code)}`, cause: error });
  }
}

function thisComputer(): CloudFilePlaces {
  return { cwd: process.cwd(), home: homedir(), env: process.env, site: '/etc/openstack', platform: process.platform };
}

/** What `work` gives or throws, as a promise: the callers read other sources beside this one. */
function promised<T>(work: () => T): Promise<T> {
  return new Promise((done) => done(work()));
}
