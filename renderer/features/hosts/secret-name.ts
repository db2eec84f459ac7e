import type { HostSecret } from '../../../shared/contract/secrets.ts';

/** By what a person knows a secret: what it is for, else its description, else its UUID. */
export function secretName({ usageName, description, id }: HostSecret): string {
  return usageName ?? description ?? id;
}
