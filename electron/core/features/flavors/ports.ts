import type { CloudFlavor } from '../../../../shared/contract/flavors.ts';

/** Flavors of one cloud, while it is online. */
export interface FlavorBackend {
  list(): Promise<CloudFlavor[]>;
}
