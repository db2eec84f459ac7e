import { limits } from './limits.ts';
import { proc, streamProc } from './procedure.ts';
import { domain } from './references.ts';
import { typedParam } from './typed-params.ts';
import { int, list, opaque, optionalString, string, uhyper, uint } from './xdr-types.ts';

/** Procedures for the steps of a migration, which the client drives itself. */
export const migrationProcedures = {
  DOMAIN_MIGRATE_BEGIN3_PARAMS: proc(
    302,
    { dom: domain, params: list(typedParam, limits.domainMigrateParamList), flags: uint },
    { cookieOut: opaque(limits.migrateCookie), xml: string },
  ),
  DOMAIN_MIGRATE_PREPARE3_PARAMS: proc(
    303,
    { params: list(typedParam, limits.domainMigrateParamList), cookieIn: opaque(limits.migrateCookie), flags: uint },
    { cookieOut: opaque(limits.migrateCookie), uriOut: optionalString },
  ),
  DOMAIN_MIGRATE_PREPARE_TUNNEL3_PARAMS: streamProc(
    304,
    'send',
    { params: list(typedParam, limits.domainMigrateParamList), cookieIn: opaque(limits.migrateCookie), flags: uint },
    { cookieOut: opaque(limits.migrateCookie) },
  ),
  DOMAIN_MIGRATE_PERFORM3_PARAMS: proc(
    305,
    {
      dom: domain,
      dconnuri: optionalString,
      params: list(typedParam, limits.domainMigrateParamList),
      cookieIn: opaque(limits.migrateCookie),
      flags: uint,
    },
    { cookieOut: opaque(limits.migrateCookie) },
  ),
  DOMAIN_MIGRATE_FINISH3_PARAMS: proc(
    306,
    {
      params: list(typedParam, limits.domainMigrateParamList),
      cookieIn: opaque(limits.migrateCookie),
      flags: uint,
      cancelled: int,
    },
    { dom: domain, cookieOut: opaque(limits.migrateCookie) },
  ),
  DOMAIN_MIGRATE_CONFIRM3_PARAMS: proc(
    307,
    {
      dom: domain,
      params: list(typedParam, limits.domainMigrateParamList),
      cookieIn: opaque(limits.migrateCookie),
      flags: uint,
      cancelled: int,
    },
    {},
  ),
  DOMAIN_MIGRATE_SET_MAX_SPEED: proc(207, { dom: domain, bandwidth: uhyper, flags: uint }, {}),
  DOMAIN_MIGRATE_GET_MAX_SPEED: proc(242, { dom: domain, flags: uint }, { bandwidth: uhyper }),
  DOMAIN_MIGRATE_SET_MAX_DOWNTIME: proc(166, { dom: domain, downtime: uhyper, flags: uint }, {}),
  DOMAIN_MIGRATE_GET_MAX_DOWNTIME: proc(387, { dom: domain, flags: uint }, { downtime: uhyper }),
  DOMAIN_MIGRATE_START_POST_COPY: proc(364, { dom: domain, flags: uint }, {}),
};
