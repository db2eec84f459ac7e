import { limits } from './limits.ts';
import { proc } from './procedure.ts';
import { domain, domainCheckpoint, domainSnapshot } from './references.ts';
import { int, list, optionalString, string, uint } from './xdr-types.ts';

/** Procedures for snapshots, checkpoints and backups. */
export const snapshotsProcedures = {
  DOMAIN_SNAPSHOT_CREATE_XML: proc(185, { dom: domain, xmlDesc: string, flags: uint }, { snap: domainSnapshot }),
  DOMAIN_SNAPSHOT_GET_XML_DESC: proc(186, { snap: domainSnapshot, flags: uint }, { xml: string }),
  DOMAIN_SNAPSHOT_LOOKUP_BY_NAME: proc(189, { dom: domain, name: string, flags: uint }, { snap: domainSnapshot }),
  DOMAIN_SNAPSHOT_CURRENT: proc(191, { dom: domain, flags: uint }, { snap: domainSnapshot }),
  DOMAIN_REVERT_TO_SNAPSHOT: proc(192, { snap: domainSnapshot, flags: uint }, {}),
  DOMAIN_SNAPSHOT_DELETE: proc(193, { snap: domainSnapshot, flags: uint }, {}),
  DOMAIN_SNAPSHOT_GET_PARENT: proc(244, { snap: domainSnapshot, flags: uint }, { snap: domainSnapshot }),
  DOMAIN_SNAPSHOT_IS_CURRENT: proc(271, { snap: domainSnapshot, flags: uint }, { current: int }),
  DOMAIN_SNAPSHOT_HAS_METADATA: proc(272, { snap: domainSnapshot, flags: uint }, { metadata: int }),
  DOMAIN_LIST_ALL_SNAPSHOTS: proc(
    274,
    { dom: domain, needResults: int, flags: uint },
    { snapshots: list(domainSnapshot, limits.domainSnapshotList), ret: int },
  ),
  DOMAIN_SNAPSHOT_LIST_ALL_CHILDREN: proc(
    275,
    { snapshot: domainSnapshot, needResults: int, flags: uint },
    { snapshots: list(domainSnapshot, limits.domainSnapshotList), ret: int },
  ),
  DOMAIN_CHECKPOINT_CREATE_XML: proc(
    411,
    { dom: domain, xmlDesc: string, flags: uint },
    { checkpoint: domainCheckpoint },
  ),
  DOMAIN_CHECKPOINT_GET_XML_DESC: proc(412, { checkpoint: domainCheckpoint, flags: uint }, { xml: string }),
  DOMAIN_LIST_ALL_CHECKPOINTS: proc(
    413,
    { dom: domain, needResults: int, flags: uint },
    { checkpoints: list(domainCheckpoint, limits.domainCheckpointList), ret: int },
  ),
  DOMAIN_CHECKPOINT_LIST_ALL_CHILDREN: proc(
    414,
    { checkpoint: domainCheckpoint, needResults: int, flags: uint },
    { checkpoints: list(domainCheckpoint, limits.domainCheckpointList), ret: int },
  ),
  DOMAIN_CHECKPOINT_LOOKUP_BY_NAME: proc(
    415,
    { dom: domain, name: string, flags: uint },
    { checkpoint: domainCheckpoint },
  ),
  DOMAIN_CHECKPOINT_GET_PARENT: proc(416, { checkpoint: domainCheckpoint, flags: uint }, { parent: domainCheckpoint }),
  DOMAIN_CHECKPOINT_DELETE: proc(417, { checkpoint: domainCheckpoint, flags: uint }, {}),
  DOMAIN_BACKUP_BEGIN: proc(421, { dom: domain, backupXml: string, checkpointXml: optionalString, flags: uint }, {}),
  DOMAIN_BACKUP_GET_XML_DESC: proc(422, { dom: domain, flags: uint }, { xml: string }),
};
