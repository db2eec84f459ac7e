import { limits } from './limits.ts';
import { proc, streamProc } from './procedure.ts';
import { storagePool, storageVolume } from './references.ts';
import { int, list, optionalString, string, uhyper, uint, uuid } from './xdr-types.ts';

/** Procedures for storage pools and volumes. */
export const storageProcedures = {
  CONNECT_LIST_ALL_STORAGE_POOLS: proc(
    281,
    { needResults: int, flags: uint },
    { pools: list(storagePool, limits.storagePoolList), ret: uint },
  ),
  STORAGE_POOL_LOOKUP_BY_NAME: proc(84, { name: string }, { pool: storagePool }),
  STORAGE_POOL_LOOKUP_BY_UUID: proc(85, { uuid }, { pool: storagePool }),
  STORAGE_POOL_LOOKUP_BY_VOLUME: proc(86, { vol: storageVolume }, { pool: storagePool }),
  CONNECT_FIND_STORAGE_POOL_SOURCES: proc(75, { type: string, srcSpec: optionalString, flags: uint }, { xml: string }),
  STORAGE_POOL_CREATE_XML: proc(76, { xml: string, flags: uint }, { pool: storagePool }),
  STORAGE_POOL_DEFINE_XML: proc(77, { xml: string, flags: uint }, { pool: storagePool }),
  STORAGE_POOL_CREATE: proc(78, { pool: storagePool, flags: uint }, {}),
  STORAGE_POOL_BUILD: proc(79, { pool: storagePool, flags: uint }, {}),
  STORAGE_POOL_DESTROY: proc(80, { pool: storagePool }, {}),
  STORAGE_POOL_DELETE: proc(81, { pool: storagePool, flags: uint }, {}),
  STORAGE_POOL_UNDEFINE: proc(82, { pool: storagePool }, {}),
  STORAGE_POOL_IS_PERSISTENT: proc(155, { pool: storagePool }, { persistent: int }),
  STORAGE_POOL_REFRESH: proc(83, { pool: storagePool, flags: uint }, {}),
  STORAGE_POOL_GET_INFO: proc(
    87,
    { pool: storagePool },
    { state: uint, capacity: uhyper, allocation: uhyper, available: uhyper },
  ),
  STORAGE_POOL_GET_XML_DESC: proc(88, { pool: storagePool, flags: uint }, { xml: string }),
  STORAGE_POOL_GET_AUTOSTART: proc(89, { pool: storagePool }, { autostart: int }),
  STORAGE_POOL_SET_AUTOSTART: proc(90, { pool: storagePool, autostart: int }, {}),
  STORAGE_POOL_LIST_ALL_VOLUMES: proc(
    282,
    { pool: storagePool, needResults: int, flags: uint },
    { vols: list(storageVolume, limits.storageVolList), ret: uint },
  ),
  STORAGE_VOL_CREATE_XML: proc(93, { pool: storagePool, xml: string, flags: uint }, { vol: storageVolume }),
  STORAGE_VOL_DELETE: proc(94, { vol: storageVolume, flags: uint }, {}),
  STORAGE_VOL_LOOKUP_BY_NAME: proc(95, { pool: storagePool, name: string }, { vol: storageVolume }),
  STORAGE_VOL_LOOKUP_BY_KEY: proc(96, { key: string }, { vol: storageVolume }),
  STORAGE_VOL_LOOKUP_BY_PATH: proc(97, { path: string }, { vol: storageVolume }),
  STORAGE_VOL_GET_INFO: proc(98, { vol: storageVolume }, { type: int, capacity: uhyper, allocation: uhyper }),
  STORAGE_VOL_GET_XML_DESC: proc(99, { vol: storageVolume, flags: uint }, { xml: string }),
  STORAGE_VOL_GET_PATH: proc(100, { vol: storageVolume }, { name: string }),
  STORAGE_VOL_CREATE_XML_FROM: proc(
    125,
    { pool: storagePool, xml: string, clonevol: storageVolume, flags: uint },
    { vol: storageVolume },
  ),
  STORAGE_VOL_UPLOAD: streamProc(208, 'send', { vol: storageVolume, offset: uhyper, length: uhyper, flags: uint }, {}),
  STORAGE_VOL_DOWNLOAD: streamProc(
    209,
    'receive',
    { vol: storageVolume, offset: uhyper, length: uhyper, flags: uint },
    {},
  ),
  STORAGE_VOL_WIPE_PATTERN: proc(259, { vol: storageVolume, algorithm: uint, flags: uint }, {}),
  STORAGE_VOL_RESIZE: proc(260, { vol: storageVolume, capacity: uhyper, flags: uint }, {}),
  STORAGE_VOL_GET_INFO_FLAGS: proc(
    378,
    { vol: storageVolume, flags: uint },
    { type: int, capacity: uhyper, allocation: uhyper },
  ),
  STORAGE_POOL_LOOKUP_BY_TARGET_PATH: proc(391, { path: string }, { pool: storagePool }),
};
