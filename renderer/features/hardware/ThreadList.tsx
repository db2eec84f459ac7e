import { Box, List, ListItem, ListItemButton, ListItemText } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Plan, ThreadKey } from './placement-plan.ts';
import { threadName } from './thread-name.ts';

interface ThreadListProps {
  threads: readonly ThreadKey[];
  /** How many vCPUs the guest has now; more are plugged in later. */
  plugged: number;
  plan: Plan;
  faulty: readonly ThreadKey[];
  chosen: readonly ThreadKey[];
  onChoose: (threads: readonly ThreadKey[]) => void;
}

/** The threads of a machine with their CPUs; all vCPUs can be chosen as one. */
export function ThreadList({ threads, plugged, plan, faulty, chosen, onChoose }: ThreadListProps): ReactNode {
  const { t } = useTranslation('hardware');
  const vcpus = threads.filter((key) => key.startsWith('vcpu:'));
  const isAll = vcpus.length > 1 && chosen.length === vcpus.length && vcpus.every((key) => chosen.includes(key));
  const setOf = (key: ThreadKey): string =>
    faulty.includes(key) ? t('placement.faults.short') : (plan[key] ?? t('placement.any'));
  const sets = new Set(vcpus.map(setOf));
  return (
    <Box sx={{ border: 1, borderColor: 'divider', borderRadius: 1, maxHeight: 340, overflow: 'auto' }} tabIndex={-1}>
      <List dense disablePadding aria-label={t('placement.list')}>
        {vcpus.length > 1 && (
          <Row
            name={t('placement.allVcpus')}
            set={sets.size === 1 ? [...sets].join() : t('placement.differs')}
            isFaulty={vcpus.some((key) => faulty.includes(key))}
            isChosen={isAll}
            onChoose={() => onChoose(vcpus)}
          />
        )}
        {threads.map((key, place) => (
          <Row
            key={key}
            name={
              key.startsWith('vcpu:') && place >= plugged
                ? t('placement.unplugged', { name: threadName(key, t) })
                : threadName(key, t)
            }
            set={setOf(key)}
            isFaulty={faulty.includes(key)}
            isChosen={!isAll && chosen.length === 1 && chosen[0] === key}
            onChoose={() => onChoose([key])}
          />
        ))}
      </List>
    </Box>
  );
}

interface RowProps {
  name: string;
  set: string;
  isFaulty: boolean;
  isChosen: boolean;
  onChoose: () => void;
}

function Row({ name, set, isFaulty, isChosen, onChoose }: RowProps): ReactNode {
  return (
    <ListItem disablePadding>
      <ListItemButton
        selected={isChosen}
        aria-current={isChosen ? 'true' : undefined}
        onClick={onChoose}
        sx={{ py: 0 }}
      >
        <ListItemText
          primary={name}
          secondary={set}
          sx={{ display: 'flex', gap: 1, justifyContent: 'space-between', alignItems: 'baseline' }}
          slotProps={{
            primary: { noWrap: true },
            secondary: {
              noWrap: true,
              title: set,
              color: isFaulty ? 'error' : 'text.secondary',
              sx: { fontVariantNumeric: 'tabular-nums', fontSize: 12 },
            },
          }}
        />
      </ListItemButton>
    </ListItem>
  );
}
