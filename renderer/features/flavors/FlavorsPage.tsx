import { mdiContentCopy, mdiDeleteOutline, mdiPencilOutline, mdiPlus, mdiRefresh, mdiTuneVariant } from '@mdi/js';
import { Alert, Box, Button, Stack } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { enqueueSnackbar } from 'notistack';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { SizePreset } from '../../../shared/contract/flavors.ts';
import { useScope } from '../../app/scope.tsx';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { useCloudLists, useClouds } from '../../core-client/cloud-lists.ts';
import { useConnections, usePresets } from '../../core-client/feeds.tsx';
import { defineAction, type Action, type MenuEntry } from '../../ui/action.tsx';
import { copyEntries } from '../../ui/copy-entries.ts';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { errorText } from '../../ui/error-text.ts';
import { Icon } from '../../ui/icon.tsx';
import type { Facet } from '../../ui/resource-table/column.ts';
import { ResourceTable } from '../../ui/resource-table/ResourceTable.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';
import { TableTitle } from '../../ui/resource-table/TableTitle.tsx';
import { CloudListProblems } from '../connections/CloudListProblems.tsx';
import { useStaleText } from '../machines/ConnectionProblems.tsx';
import { flavorColumns, flavorText, kindIcons } from './flavor-columns.tsx';
import { flavorKinds, flavorRows, presetOf, type FlavorRow } from './flavor-rows.ts';
import { DeletePresetsDialog, PresetDialog } from './PresetDialogs.tsx';
import { emptyPreset } from './preset-form.ts';

/** What is open above the table. */
type Open =
  | { what: 'preset'; how: 'new' | 'edit' | 'copy'; preset: SizePreset }
  | { what: 'delete'; presets: readonly { id: string; name: string }[] };

/** Sizes of machines: the presets of this profile, and the flavors of the clouds in the scope. */
export function FlavorsPage(): ReactNode {
  const { t, i18n } = useTranslation('flavors');
  const navigate = useNavigate();
  const { connectionId } = useScope();
  const { items: connections, byId } = useConnections();
  const presets = usePresets();
  const clouds = useClouds(connectionId);
  // A cloud's admin changes them rarely: they are read when the page is opened, and when asked to.
  const {
    items: flavors,
    errors,
    refresh,
    ...read
  } = useCloudLists(clouds, {
    key: 'flavors',
    read: (client, id, signal) => client.flavors.list.query({ connectionId: id }, { signal }),
  });
  const rows = useMemo(() => flavorRows(presets.items, flavors, byId), [presets.items, flavors, byId]);
  const columns = useMemo(() => flavorColumns(t, i18n), [t, i18n]);
  const textOf = useMemo(() => flavorText(t), [t]);
  const facet = useMemo(
    (): Facet<FlavorRow> => ({
      label: t('kindFilter'),
      valueOf: ({ kind }) => kind,
      options: flavorKinds.map((kind) => ({
        id: kind,
        label: t(`kinds.${kind}`),
        mark: <Icon path={kindIcons[kind]} />,
      })),
    }),
    [t],
  );
  const stale = useStaleText();
  const staleTextOf = useCallback(
    ({ connection }: FlavorRow) =>
      connection === undefined ? null : stale({ connection, isOnline: connection.phase === 'online' }),
    [stale],
  );
  const trpc = useTRPC();
  const { mutateAsync: save } = useMutation(trpc.flavors.savePreset.mutationOptions());
  const { mutate: addUsual, isPending: isAdding } = useMutation(
    trpc.flavors.addUsualPresets.mutationOptions({
      onError: (error) => enqueueSnackbar(errorText(toAppError(error), t, i18n).title, { variant: 'error' }),
    }),
  );
  const [open, setOpen] = useState<Open | null>(null);
  const close = useCallback(() => setOpen(null), []);
  const names = new Set(presets.items.map(({ name }) => name));
  const edit = (row: FlavorRow): void => {
    const preset = presets.byId.get(row.id);
    if (row.kind === 'preset' && preset !== undefined) setOpen({ what: 'preset', how: 'edit', preset });
    else copy([row]);
  };
  const copy = (targets: readonly FlavorRow[]): void => {
    const [first] = targets;
    if (first === undefined) return;
    if (targets.length === 1) {
      setOpen({ what: 'preset', how: 'copy', preset: presetOf(first, names) });
      return;
    }
    const taken = new Set(names);
    const copies = targets.map((row) => {
      const preset = presetOf(row, taken);
      taken.add(preset.name);
      return preset;
    });
    Promise.all(copies.map((preset) => save(preset))).then(
      () => enqueueSnackbar(t('copied', { count: copies.length })),
      (thrown: unknown) => enqueueSnackbar(errorText(toAppError(thrown), t, i18n).title, { variant: 'error' }),
    );
  };
  const hasHost = connections.some(({ target }) => target.kind === 'libvirt');
  const before = ([row, ...others]: readonly FlavorRow[]): readonly MenuEntry[] =>
    row?.kind !== 'preset' || others.length > 0
      ? []
      : [
          ...(hasHost
            ? [
                {
                  id: 'use',
                  icon: mdiPlus,
                  label: 'flavors:newMachine',
                  run: () => void navigate(`/machines/new?preset=${encodeURIComponent(row.id)}`),
                },
              ]
            : []),
          { id: 'edit', icon: mdiPencilOutline, label: 'flavors:edit', run: () => edit(row) },
        ];
  const isLoading = presets.freshness === 'loading' && presets.error === null;
  return (
    <Stack sx={{ height: '100%', minHeight: 0 }}>
      <ResourceTable
        label={t('title')}
        viewKey="flavors"
        items={rows}
        keyOf={keyOf}
        nameOf={nameOf}
        textOf={textOf}
        staleTextOf={staleTextOf}
        columns={columns}
        defaultSort="vcpus,memory"
        facet={facet}
        group={null}
        actions={actions}
        onRun={({ id }, targets) => {
          if (id === 'copy') copy(targets);
          else setOpen({ what: 'delete', presets: targets.filter(({ kind }) => kind === 'preset') });
        }}
        onOpen={edit}
        menuBefore={before}
        menuAfter={copies}
        isLoading={isLoading}
        empty={<TableMessage icon={mdiTuneVariant} title={t('empty.title')} text={t('empty.text')} />}
        filterHint={t('filterHint')}
        start={<TableTitle level={1} title={t('title')} count={isLoading ? null : rows.length} />}
        end={
          <>
            <Box sx={{ flex: 1 }} />
            {clouds.length > 0 && (
              <Button
                size="small"
                variant="outlined"
                startIcon={<Icon path={mdiRefresh} />}
                loading={read.isFetching}
                disabled={clouds.every(({ phase }) => phase !== 'online')}
                onClick={refresh}
                sx={{ whiteSpace: 'nowrap' }}
              >
                {t('refresh')}
              </Button>
            )}
            {!isLoading && presets.items.length === 0 && (
              <Button
                size="small"
                variant="outlined"
                loading={isAdding}
                onClick={() => addUsual()}
                sx={{ whiteSpace: 'nowrap' }}
              >
                {t('addUsual')}
              </Button>
            )}
            <Button
              size="small"
              variant="contained"
              startIcon={<Icon path={mdiPlus} />}
              disabled={isLoading}
              onClick={() => setOpen({ what: 'preset', how: 'new', preset: emptyPreset() })}
              sx={{ whiteSpace: 'nowrap' }}
            >
              {t('newPreset')}
            </Button>
          </>
        }
        notice={
          <>
            {presets.error !== null && (
              <Alert role="none" severity="error" icon={false} sx={{ mx: 2, mb: 1 }}>
                <ErrorDetails error={presets.error} />
              </Alert>
            )}
            <CloudListProblems clouds={clouds} errors={errors} />
          </>
        }
      />
      {open?.what === 'preset' && (
        <PresetDialog
          title={t(`dialog.${open.how}`, { name: open.preset.name })}
          preset={open.preset}
          taken={new Set(presets.items.filter(({ id }) => id !== open.preset.id).map(({ name }) => name))}
          onClose={close}
        />
      )}
      {open?.what === 'delete' && <DeletePresetsDialog presets={open.presets} onClose={close} />}
    </Stack>
  );
}

const keyOf = ({ key }: FlavorRow): string => key;
const nameOf = ({ name }: FlavorRow): string => name;

const actions: readonly Action<FlavorRow>[] = [
  defineAction<FlavorRow>({
    id: 'copy',
    icon: mdiContentCopy,
    group: 'copy',
    isPrimary: true,
    label: (rows) =>
      rows.every(({ kind }) => kind === 'preset') ? 'flavors:actions.copy' : 'flavors:actions.copyFrom',
    isFor: () => true,
    canRun: () => true,
  }),
  defineAction<FlavorRow>({
    id: 'delete',
    icon: mdiDeleteOutline,
    group: 'delete',
    isDangerous: true,
    isPrimary: true,
    shortcut: 'Delete',
    label: () => 'flavors:actions.delete',
    isFor: ({ kind }) => kind === 'preset',
    canRun: ({ kind }) => kind === 'preset' || 'flavors:reasons.ofCloud',
  }),
];

function copies(rows: readonly FlavorRow[]): MenuEntry[] {
  return copyEntries('flavors', [{ id: 'copyName', lines: rows.map(({ name }) => name) }]);
}
