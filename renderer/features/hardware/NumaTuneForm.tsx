import { Box, Checkbox, FormControlLabel, Paper, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HardwareBasics } from '../../../shared/contract/hardware.ts';
import { numaModes, type HostCpuCell, type HostCpus } from '../../../shared/contract/placement.ts';
import { formatCpuSet, normalCpuSet, parseCpuSet } from '../../../shared/model/cpu-set.ts';
import { formatBytes, formatCount } from '../../ui/format.ts';
import { cellText } from './cell-text.ts';
import { ChangeForm, type PageProps } from './ChangeForm.tsx';
import { Choice, TextEntry } from './fields.tsx';
import { cpusOfCell } from './placement-plan.ts';
import { useDraft } from './use-draft.ts';

const FREE = 'default';

/** From which cells of the host the memory of a machine comes. */
export function NumaTuneForm(props: PageProps & { basics: HardwareBasics; host: HostCpus | null }): ReactNode {
  const { hardware, basics, host, locked } = props;
  const { t } = useTranslation('hardware');
  const present = basics.numa.tune;
  const { values, set, isChanged, clear } = useDraft({
    mode: present?.mode ?? FREE,
    nodes: present?.nodes ?? '',
  });
  const mode = numaModes.find((each) => each === values.mode) ?? null;
  const nodes = parseCpuSet(values.nodes);
  const known = host?.cells.map(({ id }) => id) ?? [];
  const missing = known.length === 0 ? [] : (nodes ?? []).filter((id) => !known.includes(id));
  const fault =
    nodes === null || nodes.length === 0
      ? t('numa.faults.nodes')
      : missing.length > 0
        ? t('numa.faults.noNode', { nodes: formatCpuSet(missing) })
        : null;
  const isFree = values.mode === FREE;
  const isValid = isFree || (mode !== null && fault === null);
  const tune = mode === null ? null : { mode, nodes: normalCpuSet(values.nodes) ?? '' };
  return (
    <ChangeForm
      {...props}
      isWide
      change={isChanged && isValid ? { what: 'numaTune', tune } : null}
      canNow={hardware.now?.numa.tune?.mode === 'restrictive' && mode === 'restrictive'}
      hint={t('numa.tuneHint')}
      isChanged={isChanged}
      onDone={clear}
      onReset={clear}
    >
      <Typography variant="subtitle2" component="h3">
        {t('numa.tune')}
      </Typography>
      <Box sx={{ maxWidth: 560 }}>
        <Choice<string>
          label={t('numa.mode')}
          value={values.mode}
          options={[FREE, ...numaModes]}
          text={(each) => t(`numa.modes.${each}`, each)}
          help={t(`numa.modeHints.${values.mode}`, '')}
          isDisabled={locked !== null}
          onChange={(next) => set({ mode: next })}
        />
      </Box>
      {!isFree && known.length > 0 && (
        <Box
          role="group"
          aria-label={t('numa.nodes')}
          sx={{ display: 'grid', gap: 1, gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 240px), 1fr))' }}
        >
          {host?.cells.map((cell) => (
            <CellCard
              key={cell.id}
              cell={cell}
              isChosen={nodes?.includes(cell.id) === true}
              isDisabled={locked !== null}
              onChange={(isOn) => {
                const rest = (nodes ?? []).filter((id) => id !== cell.id);
                set({ nodes: formatCpuSet(isOn ? [...rest, cell.id] : rest) });
              }}
            />
          ))}
        </Box>
      )}
      {!isFree && known.length > 0 && fault !== null && (
        <Typography variant="body2" color="error" role="status">
          {fault}
        </Typography>
      )}
      {!isFree && known.length === 0 && (
        <Box sx={{ maxWidth: 560 }}>
          <TextEntry
            label={t('numa.nodes')}
            value={values.nodes}
            isFaulty={fault !== null}
            fault={fault ?? ''}
            isDisabled={locked !== null}
            onChange={(text) => set({ nodes: text })}
          />
        </Box>
      )}
    </ChangeForm>
  );
}

interface CellCardProps {
  cell: HostCpuCell;
  isChosen: boolean;
  isDisabled: boolean;
  onChange: (isChosen: boolean) => void;
}

function CellCard({ cell, isChosen, isDisabled, onChange }: CellCardProps): ReactNode {
  const { t, i18n } = useTranslation('hardware');
  const pages = cell.hugepages.filter(({ count }) => count > 0);
  return (
    <Paper variant="outlined" sx={{ px: 1.5, py: 1, borderColor: isChosen ? 'primary.main' : 'divider', minWidth: 0 }}>
      <FormControlLabel
        disabled={isDisabled}
        control={<Checkbox size="small" checked={isChosen} onChange={({ target }) => onChange(target.checked)} />}
        label={
          <Typography variant="subtitle2" component="span">
            {t('placement.cell', { number: cell.id })}
          </Typography>
        }
      />
      <Typography variant="caption" color="text.secondary" component="p">
        {cellText(cell, cpusOfCell(cell).length, t, i18n.language)}
      </Typography>
      {pages.map(({ sizeBytes, count, free }) => (
        <Typography key={sizeBytes} variant="caption" color="text.secondary" component="p">
          {t(free === null ? 'numa.pagesAll' : 'numa.pagesFree', {
            size: formatBytes(sizeBytes, i18n.language),
            total: formatCount(count, i18n.language),
            free: formatCount(free ?? 0, i18n.language),
          })}
        </Typography>
      ))}
    </Paper>
  );
}
