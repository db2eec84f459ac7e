/** Of the element in a domain's metadata that names the seed that cloud-init reads (docs/metadata.md). */
export const SEED_NAMESPACE = 'urn:virtdeck:seed:1';
