import { AppError } from '../../kernel/app-error.ts';
import type { CatalogEntry } from './token.ts';

/** Service types as the service-types authority names them, with what clouds call them too. */
const ALIASES: Record<string, readonly string[]> = {
  'block-storage': ['block-storage', 'volumev3', 'block-store', 'volumev2', 'volume'],
  compute: ['compute'],
  identity: ['identity'],
  image: ['image'],
  network: ['network'],
  placement: ['placement'],
};

/** The services this program talks to. */
export type ServiceType = 'block-storage' | 'compute' | 'identity' | 'image' | 'network' | 'placement';

export interface EndpointChoice {
  region: string;
  interface: string;
}

/** An endpoint of the catalog. */
export interface Endpoint {
  serviceType: string;
  serviceName: string;
  url: string;
}

/** The regions that have endpoints, sorted. */
export function regionsOf(catalog: readonly CatalogEntry[]): string[] {
  const regions = catalog.flatMap((entry) => entry.endpoints.map(regionOf));
  return [...new Set(regions)].filter((region) => region !== '').sort();
}

/** The endpoints of a region and interface, each URL once per service. */
export function endpointsOf(catalog: readonly CatalogEntry[], choice: EndpointChoice): Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const { type, name, endpoints } of catalog) {
    for (const endpoint of endpoints) {
      if (!fits(endpoint, choice)) continue;
      found.set(`${type} ${endpoint.url}`, { serviceType: type, serviceName: name, url: endpoint.url });
    }
  }
  return [...found.values()];
}

/** The URL of a service, without a slash at its end. Throws SERVICE_MISSING. */
export function endpointUrl(catalog: readonly CatalogEntry[], service: ServiceType, choice: EndpointChoice): string {
  for (const type of ALIASES[service] ?? [service]) {
    const endpoints = catalog.filter((entry) => entry.type === type).flatMap((entry) => entry.endpoints);
    const found = endpoints.find((endpoint) => fits(endpoint, choice));
    if (found !== undefined) return found.url.replace(/\/+$/, '');
  }
  throw new AppError('SERVICE_MISSING', {
    params: { service, region: choice.region, interface: choice.interface, regions: regionsOf(catalog).join(', ') },
    detail: `the catalog has no ${choice.interface} endpoint for ${service} in region ${choice.region || '(any)'}`,
  });
}

type CatalogEndpoint = CatalogEntry['endpoints'][number];

function fits(endpoint: CatalogEndpoint, { region, interface: wanted }: EndpointChoice): boolean {
  // Old catalogs say `publicURL`.
  if (endpoint.interface.replace(/URL$/, '') !== wanted || !/^https?:\/\//i.test(endpoint.url)) return false;
  const own = regionOf(endpoint);
  return region === '' || own === '' || own === region;
}

function regionOf(endpoint: CatalogEndpoint): string {
  return endpoint.region_id ?? endpoint.region ?? '';
}
