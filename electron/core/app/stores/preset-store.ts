import { join } from 'node:path';
import { z } from 'zod';
import { MAX_PRESETS, sizePreset } from '../../../../shared/contract/flavors.ts';
import type { PresetFile } from '../../features/flavors/flavors-service.ts';
import type { Clock } from '../../kernel/clock.ts';
import { JsonFile, type OnDamaged } from './json-file.ts';

const presetsFile = z.object({ version: z.literal(1), presets: z.array(sizePreset).max(MAX_PRESETS).nullable() });

/** The sizes for new machines, in `presets.json`. */
export function createPresetStore(profileDir: string, clock: Clock, onDamaged: OnDamaged): PresetFile {
  const file = new JsonFile({
    path: join(profileDir, 'presets.json'),
    schema: presetsFile,
    fallback: () => ({ version: 1 as const, presets: null }),
    clock,
    onDamaged,
  });
  return {
    load: async () => (await file.load()).presets,
    save: (presets) => file.save({ version: 1, presets: [...presets] }),
  };
}
