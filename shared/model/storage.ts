/** virStoragePoolState, in its order. */
export const poolStates = ['inactive', 'building', 'running', 'degraded', 'inaccessible'] as const;
export type PoolState = (typeof poolStates)[number];
