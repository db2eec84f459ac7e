import { mdiChevronDown } from '@mdi/js';
import {
  Accordion,
  AccordionDetails,
  AccordionSummary,
  Box,
  FormControlLabel,
  MenuItem,
  Stack,
  Switch,
  TextField,
  Typography,
} from '@mui/material';
import { skipToken, useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/contract/connections.ts';
import type { NewPoolInput, StoragePool } from '../../../shared/contract/storage.ts';
import {
  fieldsOf,
  poolFieldFault,
  poolKindRules,
  poolKinds,
  poolNameFault,
  type PoolField,
  type PoolKind,
  type PoolValues,
} from '../../../shared/model/pool-kinds.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { Icon } from '../../ui/icon.tsx';
import { TaskDialog } from '../../ui/task-dialog.tsx';
import { PoolFields, Text } from './PoolFields.tsx';

interface CreatePoolDialogProps {
  /** Those that are online; the first is proposed. */
  hosts: readonly Connection[];
  /** All pools that are known. */
  pools: readonly StoragePool[];
  onClose: () => void;
}

const switches = ['build', 'start', 'autostart'] as const;

/** Asks for what a new pool needs, shows its XML and creates it. */
export function CreatePoolDialog({ hosts, pools, onClose }: CreatePoolDialogProps): ReactNode {
  const { t } = useTranslation('storage');
  const trpc = useTRPC();
  const create = useMutation(trpc.storage.createPool.mutationOptions());
  const [connectionId, setConnectionId] = useState(hosts[0]?.id ?? '');
  const offered = useQuery(trpc.storage.poolKinds.queryOptions({ connectionId })).data;
  const kinds =
    offered === undefined || offered === null ? poolKinds : poolKinds.filter((kind) => offered.includes(kind));
  const [name, setName] = useState<string | null>(null);
  const [kind, setKind] = useState<PoolKind>('dir');
  const [entered, setEntered] = useState<PoolValues>({});
  const [wishes, setWishes] = useState({ build: true, start: true, autostart: true });
  const rule = poolKindRules[kind];
  const present = pools.filter((pool) => pool.connectionId === connectionId);
  const proposed: PoolValues = { targetPath: proposedPath(rule.targetPath, name ?? ''), format: rule.formats[0] ?? '' };
  const valueOf = (field: PoolField): string => entered[field] ?? proposed[field] ?? '';
  const fields = fieldsOf(kind);
  const faults = new Map(fields.map((field) => [field, poolFieldFault(kind, field, valueOf(field), present)]));
  const nameFault = poolNameFault(name ?? '', present);
  const isValid = nameFault === null && [...faults.values()].every((fault) => fault === null);
  const input: NewPoolInput = {
    connectionId,
    name: name ?? '',
    kind,
    values: Object.fromEntries(fields.map((field) => [field, valueOf(field)])),
    ...wishes,
    build: wishes.build && rule.builds,
  };
  return (
    <TaskDialog
      title={t('poolForm.title')}
      submit={t('form.create')}
      canSubmit={isValid}
      start={async () => [(await create.mutateAsync(input)).taskId]}
      onClose={onClose}
    >
      {hosts.length > 1 && (
        <TextField
          select
          size="small"
          label={t('columns.host')}
          value={connectionId}
          onChange={(event) => setConnectionId(event.target.value)}
        >
          {hosts.map((host) => (
            <MenuItem key={host.id} value={host.id}>
              {host.name}
            </MenuItem>
          ))}
        </TextField>
      )}
      <Stack direction="row" spacing={1.5}>
        <Text
          label={t('form.name')}
          value={name ?? ''}
          isRequired
          fault={name === null || nameFault === null ? null : t(`faults.${nameFault}`)}
          help=" "
          onChange={setName}
          autoFocus
        />
        <TextField
          select
          size="small"
          label={t('columns.type')}
          value={kind}
          sx={{ minWidth: 200 }}
          onChange={(event) => {
            setKind(event.target.value as PoolKind);
            setEntered({});
          }}
        >
          {kinds.map((each) => (
            <MenuItem key={each} value={each}>
              {t(`types.${each}`)}
            </MenuItem>
          ))}
        </TextField>
      </Stack>
      <Typography variant="body2" color="text.secondary">
        {t(`poolForm.kinds.${kind}`)}
      </Typography>
      <PoolFields
        kind={kind}
        fields={fields}
        valueOf={valueOf}
        faults={faults}
        // A field that nobody has touched is not wrong yet.
        isTouched={(field) => entered[field] !== undefined}
        onChange={(change) => setEntered((before) => ({ ...before, ...change }))}
      />
      <Box>
        {switches
          .filter((wish) => wish !== 'build' || rule.builds)
          .map((wish) => (
            <FormControlLabel
              key={wish}
              sx={{ display: 'flex' }}
              control={
                <Switch
                  size="small"
                  checked={wishes[wish]}
                  onChange={(event) => setWishes((before) => ({ ...before, [wish]: event.target.checked }))}
                />
              }
              label={
                <Typography variant="body2">{t(`poolForm.${wish === 'build' ? `build_${kind}` : wish}`)}</Typography>
              }
            />
          ))}
      </Box>
      <XmlPreview input={isValid ? input : null} />
    </TaskDialog>
  );
}

/** The pool's own directory below where such pools are kept. */
function proposedPath(base: string, name: string): string {
  return base.endsWith('/') ? (name === '' ? '' : `${base}${name.replaceAll(/[^\w.-]+/g, '-')}`) : base;
}

function XmlPreview({ input }: { input: NewPoolInput | null }): ReactNode {
  const { t } = useTranslation('storage');
  const trpc = useTRPC();
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery(trpc.storage.newPoolXml.queryOptions(isOpen && input !== null ? input : skipToken));
  return (
    <Accordion
      variant="outlined"
      disableGutters
      expanded={isOpen}
      onChange={(_event, expanded) => setOpen(expanded)}
      slotProps={{ transition: { unmountOnExit: true } }}
    >
      <AccordionSummary expandIcon={<Icon path={mdiChevronDown} />}>
        <Typography variant="body2">{t('poolForm.xml')}</Typography>
      </AccordionSummary>
      <AccordionDetails>
        <Typography
          component="pre"
          variant="body2"
          sx={{
            m: 0,
            fontFamily: 'monospace',
            fontSize: '0.8125rem',
            whiteSpace: 'pre-wrap',
            overflowWrap: 'anywhere',
          }}
        >
          {input === null ? t('poolForm.xmlLater') : (data ?? '').replaceAll('><', '>\n<')}
        </Typography>
      </AccordionDetails>
    </Accordion>
  );
}
