import { Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HardwareBasics } from '../../../shared/contract/hardware.ts';
import type { HostCpus, Hugepages } from '../../../shared/contract/placement.ts';
import { formatBytes } from '../../ui/format.ts';
import { ChangeForm, type PageProps } from './ChangeForm.tsx';
import { Choice, OnOff } from './fields.tsx';
import { pageSizes } from './numa-plan.ts';
import { PagesNote } from './PagesNote.tsx';
import { useDraft } from './use-draft.ts';

/** Pages of a machine's memory, whether they may be swapped out, and whether others may map them. */
export function MemoryBackingForm(props: PageProps & { basics: HardwareBasics; host: HostCpus | null }): ReactNode {
  const { hardware, basics, host, locked } = props;
  const { t, i18n } = useTranslation('hardware');
  const { numa } = basics;
  const { values, set, isChanged, clear } = useDraft({
    hugepages: String(numa.hugepages),
    isLocked: numa.isLocked,
    isShared: basics.hasSharedMemory,
  });
  const size = Number(values.hugepages);
  const hugepages: Hugepages | null =
    values.hugepages === 'none' || values.hugepages === 'default' || values.hugepages === 'mixed'
      ? values.hugepages
      : Number.isSafeInteger(size)
        ? size
        : null;
  const needsShared = hardware.devices.some(
    ({ kind, spec, presence }) =>
      kind === 'filesystem' && presence !== 'now' && spec?.kind === 'filesystem' && spec.driver === 'virtiofs',
  );
  const isRefused = needsShared && !values.isShared;
  const textOf = (each: string): string =>
    /^\d+$/.test(each) ? formatBytes(Number(each), i18n.language) : t(`numa.hugepages.${each}`);
  return (
    <ChangeForm
      {...props}
      change={
        isChanged && hugepages !== null && !isRefused
          ? { what: 'memoryBacking', hugepages, isLocked: values.isLocked, isShared: values.isShared }
          : null
      }
      canNow={false}
      isChanged={isChanged}
      onDone={clear}
      onReset={clear}
    >
      <Typography variant="subtitle2" component="h3">
        {t('numa.pages')}
      </Typography>
      <Choice<string>
        label={t('numa.hugepages.label')}
        value={values.hugepages}
        options={['none', 'default', ...pageSizes(host).map(String)]}
        text={textOf}
        isDisabled={locked !== null}
        onChange={(next) => set({ hugepages: next })}
      />
      {typeof hugepages === 'number' && (
        <PagesNote {...props} sizeBytes={hugepages} isNow={hardware.now?.numa.hugepages === hugepages} />
      )}
      <OnOff
        label={t('numa.locked')}
        isOn={values.isLocked}
        isDisabled={locked !== null}
        onChange={(isLocked) => set({ isLocked })}
      />
      <OnOff
        label={t('numa.shared')}
        isOn={values.isShared}
        isDisabled={locked !== null}
        onChange={(isShared) => set({ isShared })}
      />
      {isRefused && (
        <Typography variant="body2" color="error" role="status">
          {t('numa.faults.needsShared')}
        </Typography>
      )}
      {values.isLocked && (
        <Typography variant="body2" color="text.secondary">
          {t('numa.lockedHint')}
        </Typography>
      )}
    </ChangeForm>
  );
}
