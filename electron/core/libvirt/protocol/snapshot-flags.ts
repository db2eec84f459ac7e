/** Those flags of DOMAIN_SNAPSHOT_CREATE_XML that are used. */
export const snapshotCreateFlags = {
  /** Writes the record of a snapshot that is there anew. */
  redefine: 1 << 0,
  /** With `redefine`: it stays the current one. */
  current: 1 << 1,
  diskOnly: 1 << 4,
  /** Has the guest agent freeze the file systems meanwhile; with `diskOnly` only. */
  quiesce: 1 << 6,
  /** All disks or none. */
  atomic: 1 << 7,
  /** The guest goes on while its memory is written. */
  live: 1 << 8,
} as const;

/** Flags of DOMAIN_SNAPSHOT_GET_XML_DESC: `secure` has the passwords in it, which a redefinition would lose otherwise. */
export const snapshotXmlFlags = { secure: 1 << 0 } as const;

/** Flags of DOMAIN_SNAPSHOT_DELETE: `metadataOnly` removes the record and leaves the files alone. */
export const snapshotDeleteFlags = { metadataOnly: 1 << 1 } as const;

/** Those flags of DOMAIN_BLOCK_COMMIT that are used. */
export const blockCommitFlags = {
  /** Removes the files that were merged. */
  delete: 1 << 1,
  /** The top is what the domain writes to: the job waits for the pivot when all is merged. */
  active: 1 << 2,
} as const;

/** Those flags of DOMAIN_BLOCK_COPY that are used. */
export const blockCopyFlags = {
  /** Writes to a volume that is there already. */
  reuseExternal: 1 << 1,
  /** The domain may be a persistent one: the copy ends with the domain's run (libvirt 3.5). */
  transientJob: 1 << 2,
} as const;

/** Flags of DOMAIN_BLOCK_JOB_ABORT: `pivot` goes over to the merged file. */
export const blockJobAbortFlags = { pivot: 1 << 1 } as const;

/** `status` of DOMAIN_EVENT_BLOCK_JOB_2. */
export const blockJobStatus = { completed: 0, failed: 1, canceled: 2, ready: 3 } as const;
