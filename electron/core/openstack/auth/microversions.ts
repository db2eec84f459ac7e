import { z } from 'zod';
import type { HttpReply } from '../http/http-client.ts';
import type { ServiceType } from './catalog.ts';

/** The newest microversion of each service that this program was tested with. */
const TESTED: Partial<Record<ServiceType, string>> = {
  compute: '2.93',
  'block-storage': '3.70',
  placement: '1.39',
};

/** What `OpenStack-API-Version` calls a service. */
const HEADER_NAMES: Partial<Record<ServiceType, string>> = {
  compute: 'compute',
  'block-storage': 'volume',
  placement: 'placement',
};

const version = z.looseObject({
  id: z.string().default(''),
  status: z.string().default(''),
  version: z.string().nullish(),
  max_version: z.string().nullish(),
  min_version: z.string().nullish(),
});
const versions = z.union([
  z.looseObject({ versions: z.array(version).max(100) }).transform((document) => document.versions),
  z.looseObject({ version }).transform((document) => [document.version]),
  z
    .looseObject({ versions: z.looseObject({ values: z.array(version).max(100) }) })
    .transform((document) => document.versions.values),
]);

/** A service's microversions; `max` is '' for a service that has none. */
export interface MicroversionRange {
  min: string;
  max: string;
}

/** The newest major version of a version document, with its microversions; null where it is no such document. */
export function readVersions(document: unknown): { id: string; range: MicroversionRange } | null {
  const parsed = versions.safeParse(document);
  if (!parsed.success) return null;
  const usable = parsed.data.filter(({ status }) => !/deprecated/i.test(status));
  const newest = (usable.length > 0 ? usable : parsed.data).toSorted((a, b) => compareVersions(b.id, a.id))[0];
  if (newest === undefined) return null;
  const max = newest.max_version ?? newest.version ?? '';
  return { id: newest.id, range: { min: newest.min_version ?? '', max } };
}

/** The newest microversion of a service to ask for; undefined for one that has none. */
export function tested(service: ServiceType): string | undefined {
  return TESTED[service];
}

/**
 * What the reply to a call that asked for `asked` says of the service's microversions: that it was taken, so there is
 * no need to know newer ones, or (406) what there is instead. Null where it says neither.
 */
export function rangeTold(
  service: ServiceType,
  asked: string,
  { status, headers, text }: Pick<HttpReply, 'status' | 'headers' | 'text'>,
): MicroversionRange | null {
  if (status === 406) {
    const [, min, max] = /Minimum is (\d+\.\d+) and maximum is (\d+\.\d+)/i.exec(text.slice(0, 2_000)) ?? [];
    return min === undefined || max === undefined ? null : { min, max };
  }
  const isTaken = headers['openstack-api-version'] === versionHeaders(service, asked)['openstack-api-version'];
  return isTaken ? { min: '', max: asked } : null;
}

/** What to ask for: the newest version that both sides know, no newer than `wanted`; '' for none. */
export function negotiate(service: ServiceType, range: MicroversionRange, wanted?: string): string {
  const tested = TESTED[service];
  if (tested === undefined || range.max === '') return '';
  const ours = wanted !== undefined && compareVersions(wanted, tested) < 0 ? wanted : tested;
  return compareVersions(ours, range.max) < 0 ? ours : range.max;
}

/** The headers that ask for a microversion; Nova before 2.27 knows only its own. */
export function versionHeaders(service: ServiceType, microversion: string): Record<string, string> {
  const name = HEADER_NAMES[service];
  if (name === undefined || microversion === '') return {};
  return {
    'openstack-api-version': `${name} ${microversion}`,
    ...(service === 'compute' ? { 'x-openstack-nova-api-version': microversion } : {}),
  };
}

/** Negative where `a` is older; both like `2.93` or `v3`. */
export function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = numbers(a);
  const [majorB = 0, minorB = 0] = numbers(b);
  return majorA - majorB || minorA - minorB;
}

function numbers(text: string): number[] {
  return text
    .replace(/^v/, '')
    .split('.')
    .map(Number)
    .map((n) => (Number.isFinite(n) ? n : 0));
}
