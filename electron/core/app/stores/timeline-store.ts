import { join } from 'node:path';
import { z } from 'zod';
import { timelineEntry } from '../../../../shared/contract/timeline.ts';
import type { TimelineStore } from '../../features/timeline/ports.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { ConnectionFiles, type OnDamaged } from './json-file.ts';

const timelineFile = z.object({
  version: z.literal(1),
  machines: z.array(z.object({ id: z.string().max(64), entries: z.array(timelineEntry).max(1_000) })).max(20_000),
});

/** What has happened to the machines of each connection, in `timeline/<connection>.json`. */
export function createTimelineStore(
  profileDir: string,
  clock: Clock,
  log: Logger,
  onDamaged: OnDamaged,
): TimelineStore {
  const files = new ConnectionFiles(join(profileDir, 'timeline'), {
    schema: timelineFile,
    fallback: () => ({ version: 1 as const, machines: [] }),
    clock,
    onDamaged,
  });
  return {
    load: async (connectionId) => {
      try {
        return (await files.of(connectionId).load()).machines;
      } catch (error) {
        log.warn('a timeline cannot be read', { connectionId, error });
        return [];
      }
    },
    save: async (connectionId, machines) => {
      try {
        await files.of(connectionId).save({ version: 1, machines });
      } catch (error) {
        log.warn('a timeline was not kept', { connectionId, error });
      }
    },
    forget: async (connectionId) => {
      try {
        await files.remove(connectionId);
      } catch (error) {
        log.warn('a timeline was not removed', { connectionId, error });
      }
    },
  };
}
