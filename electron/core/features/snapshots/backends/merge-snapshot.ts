import { AppError } from '../../../kernel/app-error.ts';
import { errorNumber } from '../../../libvirt/protocol/constants.ts';
import type { DomainRef } from '../../../libvirt/protocol/references.ts';
import { blockCommitFlags } from '../../../libvirt/protocol/snapshot-flags.ts';
import type { ArgsOf } from '../../../libvirt/protocol/procedures.ts';
import type { RpcClient } from '../../../libvirt/rpc/client.ts';
import type { DomainStorage, StorageDisk } from '../../../libvirt/xml/domain-storage.ts';
import { runBlockJob, type BlockJobDeps } from './block-job.ts';
import type { KnownSnapshot } from './snapshot-rules.ts';

/**
 * Merges the files that an external snapshot put above the disks into what is below them, one disk after the other,
 * while the domain runs. What a stop has left is done by the next run. Rejects as `runBlockJob` does.
 */
export async function mergeOverlays(
  dom: DomainRef,
  snapshot: KnownSnapshot,
  storage: DomainStorage,
  deps: BlockJobDeps,
): Promise<void> {
  const work = snapshot.disks.flatMap(({ target, overlay }) => {
    const disk = storage.disks.find((each) => each.target === target);
    const top = disk?.layers.findIndex(({ path }) => path === overlay) ?? -1;
    return disk === undefined || top === -1 ? [] : [{ disk, top }];
  });
  for (const [index, { disk, top }] of work.entries()) {
    const share = { from: index / work.length, to: (index + 1) / work.length };
    await commitLayer(dom, disk, top, share, deps);
  }
}

/**
 * Merges layer number `top` of a disk into the one below it and removes its file. Throws NOT_FOUND where nothing is
 * below; rejects as `runBlockJob` does.
 */
export async function commitLayer(
  dom: DomainRef,
  { target, layers }: StorageDisk,
  top: number,
  share: { from: number; to: number },
  deps: BlockJobDeps,
): Promise<void> {
  const base = layers[top + 1]?.path ?? null;
  if (base === null) throw new AppError('NOT_FOUND', { detail: `nothing is below layer ${top} of ${target}` });
  const isActive = top === 0;
  const flags = isActive ? blockCommitFlags.active : 0;
  const topPath = isActive ? null : (layers[top]?.path ?? null);
  const args = { dom, disk: target, base, top: topPath, bandwidth: 0, flags };
  await runBlockJob(
    {
      dom,
      target,
      step: 'merging',
      share,
      pivot: isActive,
      start: (rpc, options) => begin(rpc, args, options),
    },
    deps,
  );
}

/** Old versions of libvirt do not remove the file, and refuse to be asked for it. */
async function begin(
  rpc: RpcClient,
  args: ArgsOf<'DOMAIN_BLOCK_COMMIT'>,
  options: { timeoutMs: number },
): Promise<unknown> {
  try {
    return await rpc.call('DOMAIN_BLOCK_COMMIT', { ...args, flags: args.flags | blockCommitFlags.delete }, options);
  } catch (thrown) {
    const { source } = AppError.from(thrown);
    const isRefused = source?.kind === 'libvirt' && refusals.has(source.code);
    if (!isRefused) throw thrown;
    return rpc.call('DOMAIN_BLOCK_COMMIT', args, options);
  }
}

const refusals: ReadonlySet<number> = new Set([errorNumber.invalidArg, errorNumber.argumentUnsupported]);
