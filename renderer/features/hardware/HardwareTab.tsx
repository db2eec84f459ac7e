import {
  mdiChip,
  mdiCpu64Bit,
  mdiDeveloperBoard,
  mdiViewGridOutline,
  mdiInformationOutline,
  mdiMemory,
  mdiPlus,
  mdiPower,
} from '@mdi/js';
import {
  Box,
  Button,
  List,
  ListItem,
  ListItemButton,
  ListItemIcon,
  ListItemText,
  Stack,
  Typography,
} from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CpuChoice, Hardware, HardwareDevice } from '../../../shared/contract/hardware.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ResourceWaiting } from '../../ui/resource-page.tsx';
import { AddHardwareDialog } from './AddHardwareDialog.tsx';
import { BootPage, CpuPage, MemoryPage, OverviewPage } from './BasicPages.tsx';
import type { PageProps } from './ChangeForm.tsx';
import { CpuModelForm } from './CpuModelForm.tsx';
import { DevicePage } from './DevicePage.tsx';
import { deviceTitle } from './device-texts.ts';
import { iconOf } from './hardware-entries.ts';
import { IothreadsForm } from './IothreadsForm.tsx';
import { NumaPage } from './NumaPage.tsx';
import { PagesShortage } from './PagesNote.tsx';
import { PlacementPage } from './PlacementPage.tsx';
import { PlatformPage } from './PlatformPage.tsx';
import { useEndedChanges } from './use-change.ts';

/** No event tells of every change of a definition; one made elsewhere shows this soon. */
const REFRESH_MS = 5_000;

const basicPages = ['overview', 'platform', 'cpu', 'placement', 'memory', 'numa', 'boot'] as const;
type BasicPageKey = (typeof basicPages)[number];

const basicIcons: Record<BasicPageKey, string> = {
  overview: mdiInformationOutline,
  platform: mdiDeveloperBoard,
  cpu: mdiChip,
  placement: mdiCpu64Bit,
  memory: mdiMemory,
  numa: mdiViewGridOutline,
  boot: mdiPower,
};

/** What people look for first; the rest follows in the order of the XML. */
const kindOrder = ['disk', 'interface', 'graphics', 'video', 'sound', 'input', 'serial', 'console', 'channel'];

interface HardwareTabProps {
  machine: Machine;
  isOnline: boolean;
}

/** The hardware of a domain: its parts at the left, the chosen one at the right. */
export function HardwareTab({ machine, isOnline }: HardwareTabProps): ReactNode {
  const { t } = useTranslation('hardware');
  const trpc = useTRPC();
  const { connectionId, id, state } = machine;
  const query = useQuery(
    trpc.hardware.read.queryOptions({ connectionId, id }, { enabled: isOnline, refetchInterval: REFRESH_MS }),
  );
  const { refetch, data: hardware } = query;
  const ended = useEndedChanges(connectionId, id);
  useEffect(() => {
    if (isOnline) void refetch();
  }, [ended, state, isOnline, refetch]);
  const locked = machine.ownedByNova ? t('ownedByNova') : isOnline ? null : t('offline');
  return (
    <Stack sx={{ flex: 1, minHeight: 0 }}>
      {query.error !== null && (
        <Box sx={{ px: 3, pt: 2 }}>
          <ErrorDetails
            error={toAppError(query.error)}
            context={{ machineName: machine.name }}
            actions={
              <Button size="small" variant="outlined" onClick={() => void refetch()}>
                {t('retry')}
              </Button>
            }
          />
        </Box>
      )}
      {query.isLoading && <ResourceWaiting label={t('loading')} />}
      {hardware !== undefined && <HardwareBody machine={machine} hardware={hardware} locked={locked} />}
    </Stack>
  );
}

function HardwareBody(props: PageProps): ReactNode {
  const { hardware, locked } = props;
  const { t, i18n } = useTranslation('hardware');
  const [chosen, setChosen] = useState<string>('overview');
  const [isAdding, setAdding] = useState(false);
  const devices = sorted(hardware.devices);
  const [chosenKind] = chosen.split(':');
  // A device without a name of its own is called by its model: with another one it is found among its like.
  const device = devices.find(({ key }) => key === chosen) ?? devices.find(({ kind }) => kind === chosenKind);
  const basic = basicPages.find((page) => page === chosen) ?? (device === undefined ? 'overview' : null);
  const current = basic ?? device?.key ?? 'overview';
  return (
    <Stack direction="row" sx={{ flex: 1, minHeight: 0 }}>
      <Stack sx={{ width: 280, flexShrink: 0, borderRight: 1, borderColor: 'divider', minHeight: 0 }}>
        <Box sx={{ p: 1.5 }}>
          <Button
            size="small"
            fullWidth
            variant="outlined"
            startIcon={<Icon path={mdiPlus} />}
            aria-haspopup="dialog"
            disabled={locked !== null}
            onClick={() => setAdding(true)}
          >
            {t('add.action')}
          </Button>
          {isAdding && (
            <AddHardwareDialog machine={props.machine} hardware={hardware} onClose={() => setAdding(false)} />
          )}
        </Box>
        <List dense component="ul" aria-label={t('list')} sx={{ flex: 1, overflow: 'auto', py: 0 }}>
          {basicPages.map((page) => (
            <Entry
              key={page}
              icon={basicIcons[page]}
              text={t(`pages.${page}`)}
              note={isPendingPage(page, hardware) ? t('afterNextStart') : null}
              isChosen={current === page}
              onChoose={() => setChosen(page)}
            />
          ))}
          {devices.map((each) => (
            <Entry
              key={each.key}
              icon={iconOf(each)}
              text={deviceTitle(each, t, i18n)}
              note={each.pending.length > 0 || each.presence !== 'both' ? t('afterNextStart') : null}
              isChosen={current === each.key}
              onChoose={() => setChosen(each.key)}
            />
          ))}
        </List>
      </Stack>
      <Box
        role="region"
        aria-label={t('chosen')}
        tabIndex={0}
        sx={{ flex: 1, minWidth: 0, overflow: 'auto', px: 3, py: 2 }}
      >
        {locked !== null && (
          <Typography variant="body2" color="text.secondary" sx={{ mb: 2 }}>
            {locked}
          </Typography>
        )}
        {!hardware.isRunning && typeof hardware.next?.numa.hugepages === 'number' && current !== 'numa' && (
          <Box sx={{ mb: 2 }}>
            <PagesShortage machine={props.machine} basics={hardware.next} />
          </Box>
        )}
        {/* What was typed for one part is not for the next. */}
        <Box key={current}>
          {basic === null && device !== undefined ? (
            <DevicePage {...props} device={device} />
          ) : (
            <BasicPage {...props} page={basic ?? 'overview'} />
          )}
        </Box>
      </Box>
    </Stack>
  );
}

function BasicPage({ page, ...props }: PageProps & { page: BasicPageKey }): ReactNode {
  const { t } = useTranslation('hardware');
  const basics = props.hardware.next ?? props.hardware.now;
  if (basics === null) return null;
  return (
    <Stack spacing={3}>
      <Typography variant="h6" component="h2">
        {t(`pages.${page}`)}
      </Typography>
      {isPendingPage(page, props.hardware) && <PendingBasics page={page} hardware={props.hardware} />}
      {page === 'overview' && <OverviewPage {...props} basics={basics} />}
      {page === 'platform' && <PlatformPage {...props} basics={basics} />}
      {page === 'cpu' && (
        <Stack spacing={4}>
          <CpuPage {...props} basics={basics} />
          <CpuModelForm {...props} basics={basics} />
          <IothreadsForm {...props} />
        </Stack>
      )}
      {page === 'placement' && <PlacementPage {...props} basics={basics} />}
      {page === 'memory' && <MemoryPage {...props} basics={basics} />}
      {page === 'numa' && <NumaPage {...props} basics={basics} />}
      {page === 'boot' && <BootPage {...props} />}
    </Stack>
  );
}

/** What the running machine has, where the next start changes it. */
function PendingBasics({ page, hardware }: { page: BasicPageKey; hardware: Hardware }): ReactNode {
  const { t, i18n } = useTranslation('hardware');
  const { now } = hardware;
  // The others tell it in tables of their own.
  if (now === null || page === 'boot' || page === 'placement' || page === 'numa') return null;
  const mebibytes = (bytes: number): string =>
    new Intl.NumberFormat(i18n.language).format(Math.round(bytes / 1024 ** 2));
  const values = {
    title: now.title === '' ? t('pending.unset') : now.title,
    vcpus: now.vcpus,
    maximum: page === 'cpu' ? now.maxVcpus : mebibytes(now.maxMemoryBytes),
    memory: mebibytes(now.memoryBytes),
    machineType: now.machineType,
    firmware: now.firmware,
    cpu: now.cpu.model ?? now.cpu.mode ?? t('hypervisorDefault'),
  };
  return (
    <Typography variant="body2" color="text.secondary" role="status">
      {t(`runsWith.${page}`, values)}
    </Typography>
  );
}

function isPendingPage(page: BasicPageKey, { now, next }: Hardware): boolean {
  if (now === null || next === null) return false;
  switch (page) {
    case 'overview':
      return now.title !== next.title || now.description !== next.description;
    case 'cpu':
      return (
        now.vcpus !== next.vcpus ||
        now.maxVcpus !== next.maxVcpus ||
        JSON.stringify(now.topology) !== JSON.stringify(next.topology) ||
        isOtherCpu(now.cpu, next.cpu) ||
        JSON.stringify(now.iothreads) !== JSON.stringify(next.iothreads)
      );
    case 'placement':
      return JSON.stringify(now.placement) !== JSON.stringify(next.placement);
    case 'numa':
      return JSON.stringify(now.numa) !== JSON.stringify(next.numa) || now.hasSharedMemory !== next.hasSharedMemory;
    case 'platform':
      return (
        now.machineType !== next.machineType ||
        now.firmware !== next.firmware ||
        now.hasSecureBoot !== next.hasSecureBoot
      );
    case 'memory':
      return now.memoryBytes !== next.memoryBytes || now.maxMemoryBytes !== next.maxMemoryBytes;
    case 'boot':
      return false;
  }
}

/** `host-model` runs as a model with features, which says nothing about what it was asked to be. */
function isOtherCpu(now: CpuChoice, next: CpuChoice): boolean {
  if (next.mode === 'custom') return now.mode !== 'custom' || now.model !== next.model;
  return (next.mode === 'host-passthrough' || next.mode === 'maximum') && now.mode !== next.mode;
}

interface EntryProps {
  icon: string;
  text: string;
  note: string | null;
  isChosen: boolean;
  onChoose: () => void;
}

function Entry({ icon, text, note, isChosen, onChoose }: EntryProps): ReactNode {
  return (
    <ListItem disablePadding>
      <ListItemButton selected={isChosen} aria-current={isChosen ? 'true' : undefined} onClick={onChoose}>
        <ListItemIcon sx={{ minWidth: 34 }}>
          <Icon path={icon} />
        </ListItemIcon>
        <ListItemText
          primary={text}
          secondary={note}
          slotProps={{ primary: { noWrap: true, title: text }, secondary: { color: 'warning.main' } }}
        />
      </ListItemButton>
    </ListItem>
  );
}

function sorted(devices: readonly HardwareDevice[]): HardwareDevice[] {
  const place = ({ kind }: HardwareDevice): number => {
    const found = kindOrder.indexOf(kind);
    return found === -1 ? kindOrder.length : found;
  };
  return [...devices].sort((one, other) => place(one) - place(other));
}
