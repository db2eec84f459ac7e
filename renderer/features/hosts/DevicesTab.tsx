import { mdiExpansionCardVariant } from '@mdi/js';
import { Alert, Box, LinearProgress, Stack, ToggleButton, ToggleButtonGroup, Typography } from '@mui/material';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/contract/connections.ts';
import { useCore } from '../../core-client/core.tsx';
import { useNodeDevices } from '../../core-client/feeds.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { formatCount } from '../../ui/format.ts';
import { ResourceWaiting } from '../../ui/resource-page.tsx';
import { FilterBox } from '../../ui/resource-table/FilterBox.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { DeviceDetails } from './DeviceDetails.tsx';
import { deviceLines, type DeviceLine, type DeviceOrder } from './device-tree.ts';
import { DeviceTree } from './DeviceTree.tsx';

/** The contract's limit for one call. */
const MAX_NAMES = 500;
/** Each costs a call where they are to stand below what they are attached to. */
const MAX_BY_PARENT = 2_000;

/** The devices of a host: a tree, and what is known of the one that is chosen. */
export function DevicesTab({ connection }: { connection: Connection }): ReactNode {
  const { t, i18n } = useTranslation('hosts');
  const { client } = useCore();
  const { items, byId, freshness, error } = useNodeDevices(connection.id);
  const [order, setOrder] = useState<DeviceOrder>('kind');
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [filter, setFilter] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const tree = useRef<HTMLDivElement>(null);
  const isOnline = connection.phase === 'online';
  const lines = useMemo(
    () => deviceLines(items, { order, closed, filter: filter.trim().toLowerCase() }),
    [items, order, closed, filter],
  );
  const unread = items.filter(({ details }) => details === null).length;
  const look = (names: readonly string[]): void => {
    if (!isOnline) return;
    // Without an answer the rows keep their dashes until they are looked at again.
    client.hosts.lookAtDevices
      .mutate({ connectionId: connection.id, names: names.slice(0, MAX_NAMES) })
      .catch(() => undefined);
  };
  const arrange = (next: DeviceOrder): void => {
    setOrder(next);
    if (next === 'kind') return;
    const names = items.filter(({ details }) => details === null).map(({ id }) => id);
    for (let from = 0; from < names.length; from += MAX_NAMES) look(names.slice(from, from + MAX_NAMES));
  };
  const toggle = ({ key }: DeviceLine): void =>
    setClosed((present) => {
      const next = new Set(present);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  const device = byId.get(chosen ?? '');

  if (error !== null && isOnline && error.code !== 'DISCONNECTED') {
    return error.code === 'UNSUPPORTED' ? (
      <TableMessage
        icon={mdiExpansionCardVariant}
        title={t('devices.unsupported.title')}
        text={t('devices.unsupported.text')}
      />
    ) : (
      <Alert role="none" severity="error" icon={false} sx={{ m: 2 }}>
        <ErrorDetails error={error} context={{ connectionName: connection.name, target: connection.target }} />
      </Alert>
    );
  }
  if (freshness === 'loading' && items.length === 0) return isOnline ? <ResourceWaiting label={t('loading')} /> : null;
  return (
    <Stack sx={{ flex: 1, minHeight: 0 }}>
      <Stack
        direction="row"
        spacing={2}
        sx={{ alignItems: 'center', px: 2, py: 1, borderBottom: 1, borderColor: 'divider' }}
      >
        <FilterBox
          text={filter}
          onText={setFilter}
          placeholder={t('devices.filter')}
          onLeave={() => tree.current?.focus()}
        />
        <ToggleButtonGroup
          size="small"
          exclusive
          value={order}
          aria-label={t('devices.order')}
          onChange={(_event, next: DeviceOrder | null) => next !== null && arrange(next)}
        >
          <ToggleButton value="kind" sx={{ py: 0.25 }}>
            {t('devices.byKind')}
          </ToggleButton>
          <ToggleButton
            value="parent"
            sx={{ py: 0.25 }}
            disabled={items.length > MAX_BY_PARENT || !isOnline}
            title={items.length > MAX_BY_PARENT ? t('devices.tooMany') : t('devices.cost', { count: unread })}
          >
            {t('devices.byParent')}
          </ToggleButton>
        </ToggleButtonGroup>
        <Box sx={{ flex: 1 }} />
        <Typography variant="caption" color="text.secondary" role="status" noWrap>
          {order === 'parent' && unread > 0 && isOnline
            ? t('devices.reading', {
                done: formatCount(items.length - unread, i18n.language),
                total: formatCount(items.length, i18n.language),
              })
            : t('devices.count', { count: items.length, number: formatCount(items.length, i18n.language) })}
        </Typography>
      </Stack>
      {order === 'parent' && unread > 0 && isOnline && (
        <LinearProgress
          variant="determinate"
          aria-label={t('devices.progress')}
          value={((items.length - unread) / Math.max(1, items.length)) * 100}
          sx={{ height: 2 }}
        />
      )}
      <Stack direction="row" sx={{ flex: 1, minHeight: 0 }}>
        <DeviceTree
          label={t('tabs.devices')}
          treeRef={tree}
          lines={lines}
          chosen={chosen}
          onChoose={({ key }) => setChosen(key)}
          onToggle={toggle}
          onVisible={look}
        />
        {device !== undefined && (
          <Stack sx={{ width: '46%', minWidth: 340, minHeight: 0, borderLeft: 1, borderColor: 'divider' }}>
            <DeviceDetails
              key={device.id}
              device={device}
              isOnline={isOnline}
              onParent={byId.has(device.details?.parent ?? '') ? setChosen : null}
            />
          </Stack>
        )}
      </Stack>
    </Stack>
  );
}
