import { streamProc } from './procedure.ts';
import { domain } from './references.ts';
import { optionalString, uint } from './xdr-types.ts';

/** Procedures for consoles of domains, which are streams. */
export const consolesProcedures = {
  DOMAIN_OPEN_CONSOLE: streamProc(201, 'both', { dom: domain, devName: optionalString, flags: uint }, {}),
  DOMAIN_OPEN_CHANNEL: streamProc(296, 'both', { dom: domain, name: optionalString, flags: uint }, {}),
  DOMAIN_SCREENSHOT: streamProc(211, 'receive', { dom: domain, screen: uint, flags: uint }, { mime: optionalString }),
};
