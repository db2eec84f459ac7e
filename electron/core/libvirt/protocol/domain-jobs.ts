import { limits } from './limits.ts';
import { proc } from './procedure.ts';
import { domain } from './references.ts';
import { typedParam } from './typed-params.ts';
import { int, list, optionalString, string, uhyper, uint } from './xdr-types.ts';

/** Procedures for long operations on domains: jobs and block jobs. */
export const domainJobsProcedures = {
  DOMAIN_GET_JOB_INFO: proc(
    163,
    { dom: domain },
    {
      type: int,
      timeElapsed: uhyper,
      timeRemaining: uhyper,
      dataTotal: uhyper,
      dataProcessed: uhyper,
      dataRemaining: uhyper,
      memTotal: uhyper,
      memProcessed: uhyper,
      memRemaining: uhyper,
      fileTotal: uhyper,
      fileProcessed: uhyper,
      fileRemaining: uhyper,
    },
  ),
  DOMAIN_GET_JOB_STATS: proc(
    298,
    { dom: domain, flags: uint },
    { type: int, params: list(typedParam, limits.domainJobStats) },
  ),
  DOMAIN_ABORT_JOB: proc(164, { dom: domain }, {}),
  DOMAIN_ABORT_JOB_FLAGS: proc(442, { dom: domain, flags: uint }, {}),
  DOMAIN_GET_BLOCK_JOB_INFO: proc(
    238,
    { dom: domain, path: string, flags: uint },
    { found: int, type: int, bandwidth: uhyper, cur: uhyper, end: uhyper },
  ),
  DOMAIN_BLOCK_JOB_ABORT: proc(237, { dom: domain, path: string, flags: uint }, {}),
  DOMAIN_BLOCK_COPY: proc(
    345,
    {
      dom: domain,
      path: string,
      destxml: string,
      params: list(typedParam, limits.domainBlockCopyParameters),
      flags: uint,
    },
    {},
  ),
  DOMAIN_BLOCK_COMMIT: proc(
    290,
    { dom: domain, disk: string, base: optionalString, top: optionalString, bandwidth: uhyper, flags: uint },
    {},
  ),
  DOMAIN_BLOCK_PULL: proc(240, { dom: domain, path: string, bandwidth: uhyper, flags: uint }, {}),
  DOMAIN_BLOCK_REBASE: proc(
    266,
    { dom: domain, path: string, base: optionalString, bandwidth: uhyper, flags: uint },
    {},
  ),
  DOMAIN_SET_LAUNCH_SECURITY_STATE: proc(
    439,
    { dom: domain, params: list(typedParam, limits.domainLaunchSecurityStateParams), flags: uint },
    {},
  ),
  DOMAIN_SET_BLOCK_THRESHOLD: proc(386, { dom: domain, dev: string, threshold: uhyper, flags: uint }, {}),
};
