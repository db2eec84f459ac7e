import { Box, Button, Stack, TextField, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HardwareBasics } from '../../../shared/contract/hardware.ts';
import type { HostCpus } from '../../../shared/contract/placement.ts';
import { parseCpuSet } from '../../../shared/model/cpu-set.ts';
import { formatCount } from '../../ui/format.ts';
import { ChangeForm, type PageProps } from './ChangeForm.tsx';
import { Choice, TextEntry } from './fields.tsx';
import { cellsOf, mebibytesOf, splitEvenly, vcpusFault, type CellDraft } from './numa-plan.ts';
import { useDraft } from './use-draft.ts';

const MEBIBYTE = 1024 ** 2;
const MAX_CELLS = 64;
const ANYWHERE = 'default';

/** The NUMA cells that the guest sees, with their vCPUs and memory. */
export function GuestCellsForm(props: PageProps & { basics: HardwareBasics; host: HostCpus | null }): ReactNode {
  const { hardware, basics, host, locked } = props;
  const { t, i18n } = useTranslation('hardware');
  const present: CellDraft[] = basics.numa.cells.map(({ vcpus, memoryBytes, nodes }) => ({
    vcpus,
    mebibytes: String(Math.round(memoryBytes / MEBIBYTE)),
    nodes,
  }));
  // Compared as text: what is read again is another list of the same cells.
  const draft = useDraft({
    count: String(present.length),
    total: String(Math.round(basics.maxMemoryBytes / MEBIBYTE)),
    cells: JSON.stringify(present),
  });
  const { values, set, isChanged, clear } = draft;
  const cells = JSON.parse(values.cells) as CellDraft[];
  const count = /^\d{1,2}$/.test(values.count.trim()) ? Number(values.count) : null;
  const most = Math.min(MAX_CELLS, basics.maxVcpus);
  const total = mebibytesOf(values.total);
  const split = (wanted: number): void =>
    set({
      cells: JSON.stringify(splitEvenly(wanted, { vcpus: basics.maxVcpus, mebibytes: total ?? 0, before: cells })),
    });
  const setCell = (place: number, part: Partial<CellDraft>): void =>
    set({ cells: JSON.stringify(cells.map((cell, index) => (index === place ? { ...cell, ...part } : cell))) });
  const sum = cells.reduce((all, { mebibytes }) => all + (mebibytesOf(mebibytes) ?? 0), 0);
  const wrong = vcpusFault(cells, basics.maxVcpus);
  const countFault = count === null || count > most ? t('numa.faults.count', { most }) : null;
  const known = cellsOf(cells);
  const sumFault =
    cells.length === 0
      ? null
      : wrong !== null
        ? t(`numa.faults.${wrong.kind}`, { vcpus: wrong.vcpus })
        : sum !== total
          ? t('numa.faults.sum', {
              sum: formatCount(sum, i18n.language),
              total: formatCount(total ?? 0, i18n.language),
            })
          : null;
  const nodes = host?.cells.map(({ id }) => String(id)) ?? [];
  const hasNodes = nodes.length > 1 || cells.some((cell) => cell.nodes !== '');
  const hasModules = hardware.devices.some(({ kind }) => kind === 'memory');
  const isValid = countFault === null && sumFault === null && known !== null && count === cells.length;
  return (
    <ChangeForm
      {...props}
      locked={locked ?? (hasModules ? t('reasons.memoryModules') : null)}
      isWide
      change={isChanged && isValid ? { what: 'guestCells', cells: known } : null}
      canNow={false}
      isChanged={isChanged}
      onDone={clear}
      onReset={clear}
    >
      <Box>
        <Typography variant="subtitle2" component="h3">
          {t('numa.guest')}
        </Typography>
        <Typography variant="body2" color="text.secondary">
          {t(hasModules ? 'reasons.memoryModules' : 'numa.guestHint')}
        </Typography>
      </Box>
      <Stack direction="row" spacing={1} sx={{ maxWidth: 560, alignItems: 'flex-start' }}>
        <TextField
          size="small"
          label={t('numa.count')}
          value={values.count}
          disabled={locked !== null || hasModules}
          error={countFault !== null}
          helperText={countFault ?? t('numa.countHint')}
          slotProps={{ htmlInput: { inputMode: 'numeric', autoComplete: 'off' } }}
          onChange={({ target }) => {
            set({ count: target.value });
            const wanted = Number(target.value.trim());
            if (/^\d{1,2}$/.test(target.value.trim()) && wanted <= most) split(wanted);
          }}
          sx={{ flex: 1 }}
        />
        {cells.length > 0 && (
          <>
            <TextField
              size="small"
              label={t('numa.total')}
              value={values.total}
              disabled={locked !== null || hasModules}
              error={total === null}
              helperText={total === null ? t('numa.faults.mebibytes') : ' '}
              slotProps={{ htmlInput: { inputMode: 'numeric', autoComplete: 'off' } }}
              onChange={({ target }) => set({ total: target.value })}
              sx={{ flex: 1 }}
            />
            <Button
              size="small"
              disabled={locked !== null || hasModules || total === null}
              sx={{ height: 40, flexShrink: 0 }}
              onClick={() => split(cells.length)}
            >
              {t('numa.split')}
            </Button>
          </>
        )}
      </Stack>
      {cells.map((cell, place) => {
        const name = t('numa.guestCell', { number: place });
        const ids = parseCpuSet(cell.vcpus);
        return (
          <Stack
            key={place}
            direction="row"
            spacing={1}
            role="group"
            aria-label={name}
            sx={{ maxWidth: hasNodes ? 760 : 560 }}
          >
            <Typography variant="body2" sx={{ width: 72, flexShrink: 0, pt: 1.25 }}>
              {name}
            </Typography>
            <TextEntry
              label={t('fields.vcpus')}
              value={cell.vcpus}
              isFaulty={ids === null || ids.length === 0}
              fault={t('numa.faults.set')}
              isDisabled={locked !== null || hasModules}
              onChange={(vcpus) => setCell(place, { vcpus })}
            />
            <TextEntry
              label={t('numa.mebibytes')}
              value={cell.mebibytes}
              isFaulty={mebibytesOf(cell.mebibytes) === null}
              fault={t('numa.faults.mebibytes')}
              isDisabled={locked !== null || hasModules}
              onChange={(mebibytes) => setCell(place, { mebibytes })}
            />
            {hasNodes && (
              <Choice<string>
                label={t('numa.from')}
                value={cell.nodes === '' ? ANYWHERE : cell.nodes}
                options={[ANYWHERE, ...nodes]}
                text={(each) => (each === ANYWHERE ? t('numa.asMachine') : t('placement.cell', { number: each }))}
                isDisabled={locked !== null || hasModules}
                onChange={(next) => setCell(place, { nodes: next === ANYWHERE ? '' : next })}
              />
            )}
          </Stack>
        );
      })}
      {cells.length > 0 && (
        <Typography variant="body2" role="status" color={sumFault === null ? 'text.secondary' : 'error'}>
          {sumFault ?? t('numa.sumFits', { sum: formatCount(sum, i18n.language), count: basics.maxVcpus })}
        </Typography>
      )}
    </ChangeForm>
  );
}
