import { mdiDeleteOutline, mdiImport, mdiKeyOutline, mdiKeyPlus } from '@mdi/js';
import { Box, Button, Stack } from '@mui/material';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keyPairTypes, type KeyPair } from '../../../shared/contract/key-pairs.ts';
import { useScope } from '../../app/scope.tsx';
import { hasProject, useCloudLists, useClouds } from '../../core-client/cloud-lists.ts';
import { useConnections } from '../../core-client/feeds.tsx';
import { defineAction, type Action, type MenuEntry } from '../../ui/action.tsx';
import { copyEntries } from '../../ui/copy-entries.ts';
import { Icon } from '../../ui/icon.tsx';
import type { Facet } from '../../ui/resource-table/column.ts';
import { ResourceTable } from '../../ui/resource-table/ResourceTable.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { TableTitle } from '../../ui/resource-table/TableTitle.tsx';
import { CloudListProblems } from '../connections/CloudListProblems.tsx';
import { useStaleText } from '../machines/ConnectionProblems.tsx';
import { keyPairColumns, keyPairText } from './key-pair-columns.tsx';
import { keyPairRowOf, type KeyPairRow } from './key-pair-rows.ts';
import { CreateKeyPairDialog, DeleteKeyPairsDialog, ImportKeyPairDialog } from './KeyPairDialogs.tsx';

/** Nova has no events: what others change shows when the list is read again. */
const EVERY_MS = 15_000;

type Open = { what: 'create' } | { what: 'import' } | { what: 'delete'; keyPairs: readonly KeyPair[] };

/** The person's key pairs at the clouds in the scope. */
export function KeyPairsPage(): ReactNode {
  const { t } = useTranslation('keyPairs');
  const { connectionId } = useScope();
  const { byId } = useConnections();
  const clouds = useClouds(connectionId);
  const { items, isLoading, errors, refresh } = useCloudLists(clouds, {
    key: 'keyPairs',
    read: (client, id, signal) => client.keyPairs.list.query({ connectionId: id }, { signal }),
    everyMs: EVERY_MS,
  });
  const rows = useMemo(() => items.map((keyPair) => keyPairRowOf(keyPair, byId)), [items, byId]);
  const facet = useMemo(
    (): Facet<KeyPairRow> => ({
      label: t('typeFilter'),
      valueOf: ({ keyPair }) => keyPair.type,
      options: keyPairTypes.map((type) => ({
        id: type,
        label: t(`types.${type}`),
        mark: <Icon path={mdiKeyOutline} />,
      })),
    }),
    [t],
  );
  const online = clouds.filter(hasProject);
  const [open, setOpen] = useState<Open | null>(null);
  const close = useCallback(() => setOpen(null), []);
  const closeAndRead = useCallback(() => {
    setOpen(null);
    refresh();
  }, [refresh]);
  const stale = useStaleText();
  const staleTextOf = useCallback(
    ({ connection }: KeyPairRow) =>
      connection === undefined ? null : stale({ connection, isOnline: connection.phase === 'online' }),
    [stale],
  );
  const isFirst = isLoading && rows.length === 0;
  return (
    <Stack sx={{ height: '100%', minHeight: 0 }}>
      <ResourceTable
        label={t('title')}
        viewKey="keyPairs"
        items={rows}
        keyOf={keyOf}
        nameOf={nameOf}
        textOf={keyPairText}
        staleTextOf={staleTextOf}
        columns={keyPairColumns}
        defaultSort="name"
        facet={facet}
        group={null}
        actions={actions}
        onRun={(_action, targets) => setOpen({ what: 'delete', keyPairs: targets.map(({ keyPair }) => keyPair) })}
        onOpen={({ keyPair }) => void navigator.clipboard.writeText(keyPair.publicKey)}
        menuBefore={noEntries}
        menuAfter={copies}
        isLoading={isFirst}
        empty={
          <TableMessage
            icon={mdiKeyOutline}
            title={t(clouds.length === 0 ? 'noClouds.title' : 'empty.title')}
            text={t(clouds.length === 0 ? 'noClouds.text' : 'empty.text')}
          />
        }
        filterHint={t('filterHint')}
        start={<TableTitle level={1} title={t('title')} count={isFirst ? null : rows.length} />}
        end={
          <>
            <Box sx={{ flex: 1 }} />
            <Button
              size="small"
              variant="outlined"
              startIcon={<Icon path={mdiImport} />}
              disabled={online.length === 0}
              onClick={() => setOpen({ what: 'import' })}
              sx={{ whiteSpace: 'nowrap' }}
            >
              {t('import.action')}
            </Button>
            <Button
              size="small"
              variant="contained"
              startIcon={<Icon path={mdiKeyPlus} />}
              disabled={online.length === 0}
              onClick={() => setOpen({ what: 'create' })}
              sx={{ whiteSpace: 'nowrap' }}
            >
              {t('create.action')}
            </Button>
          </>
        }
        notice={<CloudListProblems clouds={clouds} errors={errors} />}
      />
      {open?.what === 'create' && (
        <CreateKeyPairDialog clouds={online} keyPairs={items} onMade={refresh} onClose={close} />
      )}
      {open?.what === 'import' && (
        <ImportKeyPairDialog clouds={online} keyPairs={items} onMade={refresh} onClose={close} />
      )}
      {open?.what === 'delete' && <DeleteKeyPairsDialog keyPairs={open.keyPairs} onClose={closeAndRead} />}
    </Stack>
  );
}

const keyOf = ({ key }: KeyPairRow): string => key;
const noEntries = (): MenuEntry[] => [];
const nameOf = ({ keyPair }: KeyPairRow): string => keyPair.name;

const actions: readonly Action<KeyPairRow>[] = [
  defineAction<KeyPairRow>({
    id: 'delete',
    icon: mdiDeleteOutline,
    group: 'delete',
    isDangerous: true,
    isPrimary: true,
    shortcut: 'Delete',
    label: () => 'keyPairs:actions.delete',
    isFor: () => true,
    canRun: ({ connection }) => connection?.phase === 'online' || 'keyPairs:offline',
  }),
];

function copies(rows: readonly KeyPairRow[]): MenuEntry[] {
  return copyEntries('keyPairs', [
    { id: 'copyPublicKey', lines: rows.map(({ keyPair }) => keyPair.publicKey) },
    { id: 'copyFingerprint', lines: rows.map(({ keyPair }) => keyPair.fingerprint) },
    { id: 'copyName', lines: rows.map(({ keyPair }) => keyPair.name) },
  ]);
}
