import { mdiChevronDown, mdiChevronRight, mdiConsole, mdiDesktopClassic, mdiLockOutline } from '@mdi/js';
import { Box, Button, Collapse, Stack, TextField, Typography } from '@mui/material';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useWatch, type UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { AppInfo } from '../../../shared/contract/settings.ts';
import { CopyLine } from '../../ui/copy.tsx';
import { Icon } from '../../ui/icon.tsx';
import { followName, type HostForm } from './connection-forms.ts';
import { FormText, SecretField, Segmented } from './form-fields.tsx';
import {
  formatLibvirtUri,
  isPort,
  isSshTransport,
  parseLibvirtUri,
  virshCommand,
  type LibvirtUriParts,
} from '../../ui/libvirt-uri.ts';

interface HostFieldsProps {
  form: UseFormReturn<HostForm, unknown, unknown>;
  storage: AppInfo['secretStorage'] | undefined;
  isEdit: boolean;
}

/** Looks the same in every language. */
const exampleSocket = '/run/libvirt/libvirt-sock';

const emptyParts: LibvirtUriParts = {
  driver: 'qemu',
  transport: 'ssh',
  user: '',
  host: '',
  port: '',
  path: 'system',
  keyFile: '',
  socket: '',
  rest: [],
};

/** The form of a KVM host. The URI is the truth; the other fields are a view of it, in step both ways. */
export function HostFields({ form, storage, isEdit }: HostFieldsProps): ReactNode {
  const { t } = useTranslation('connections');
  const { control, getValues, setValue } = form;
  // Read while rendering: react-hook-form tracks only what is read here.
  const { errors, isSubmitted } = form.formState;
  const target = useWatch({ control, name: 'target' });
  const secret = useWatch({ control, name: 'secret' });
  const [parts, setParts] = useState(() => readParts(target.uri, emptyParts));
  // A URI typed by hand or filled from a suggestion shows in the fields as soon as it can be read.
  const [shownUri, setShownUri] = useState(target.uri);
  if (shownUri !== target.uri) {
    setShownUri(target.uri);
    setParts(readParts(target.uri, parts));
  }

  const change = (changed: Partial<LibvirtUriParts>): void => {
    const next = { ...parts, ...changed };
    const uri = formatLibvirtUri(next);
    setParts(next);
    setShownUri(uri);
    setValue('target.uri', uri, { shouldDirty: true, shouldValidate: isSubmitted });
  };

  // Whichever way the address is given, the name follows it until a person gives one.
  const named = useRef(target);
  useEffect(() => {
    setValue('name', followName(getValues('name'), named.current, target));
    named.current = target;
  }, [target, getValues, setValue]);

  const isSsh = isSshTransport(parts.transport);
  const uriFault = errors.target?.uri?.message;
  const isHostWrong = uriFault === 'badHost';
  const transport = isSsh ? 'ssh' : parts.transport === 'unix' || parts.transport === 'tls' ? parts.transport : 'other';
  const auth = target.sshAuth ?? 'auto';
  const isPortWrong = parts.port !== '' && !isPort(parts.port);
  const instance = parts.path === 'system' || parts.path === 'session' ? parts.path : 'other';

  return (
    <Stack spacing={2}>
      <Segmented
        label={t('fields.where')}
        value={transport}
        options={[
          { value: 'ssh', label: t('fields.transports.ssh'), icon: mdiConsole },
          { value: 'unix', label: t('fields.transports.unix'), icon: mdiDesktopClassic },
          { value: 'tls', label: t('fields.transports.tls'), icon: mdiLockOutline },
          ...(transport === 'other' ? [{ value: 'other' as const, label: parts.transport }] : []),
        ]}
        onChange={(value) => {
          if (value !== 'other') change({ transport: value });
        }}
      />
      {transport !== 'unix' && (
        <Stack direction="row" spacing={1.5}>
          {isSsh && (
            <TextField
              label={t('fields.user')}
              size="small"
              sx={{ width: '30%' }}
              value={parts.user}
              onChange={(event) => change({ user: event.target.value.trim() })}
              helperText={t('fields.userHelp')}
              slotProps={plainInput}
            />
          )}
          <TextField
            label={t('fields.host')}
            size="small"
            required
            autoFocus={!isEdit}
            sx={{ flex: 1 }}
            value={parts.host}
            onChange={(event) => change({ host: event.target.value.trim() })}
            error={isHostWrong}
            helperText={isHostWrong ? t('faults.badHost') : ' '}
            slotProps={plainInput}
          />
          <TextField
            label={t('fields.port')}
            size="small"
            sx={{ width: 96 }}
            value={parts.port}
            placeholder={isSsh ? '22' : '16514'}
            onChange={(event) => change({ port: event.target.value.trim() })}
            error={isPortWrong}
            helperText={isPortWrong ? t('faults.badPort') : ' '}
            slotProps={{ ...plainInput, inputLabel: { shrink: true } }}
          />
        </Stack>
      )}
      {isSsh && (
        <>
          <Segmented
            label={t('fields.auth')}
            value={auth}
            options={(['auto', 'agent', 'key', 'password'] as const).map((value) => ({
              value,
              label: t(`fields.auths.${value}`),
            }))}
            onChange={(value) => {
              setValue('target.sshAuth', value, { shouldDirty: true, shouldValidate: isSubmitted });
            }}
            help={t(`fields.authHelp.${auth}`)}
          />
          {auth === 'key' && (
            <TextField
              label={t('fields.keyFile')}
              size="small"
              value={parts.keyFile}
              onChange={(event) => change({ keyFile: event.target.value })}
              error={errors.target?.sshAuth !== undefined}
              helperText={errors.target?.sshAuth === undefined ? t('fields.keyFileHelp') : t('faults.badKeyFile')}
              slotProps={plainInput}
            />
          )}
          {auth === 'password' && (
            <SecretField
              label={t('fields.password')}
              help={t(isEdit ? 'fields.secretKept' : 'fields.secretAsk')}
              value={secret}
              onChange={(value) => setValue('secret', value, { shouldDirty: true })}
              storage={storage}
            />
          )}
        </>
      )}
      <Segmented
        label={t('fields.instance')}
        value={instance}
        options={[
          { value: 'system', label: t('fields.instances.system') },
          { value: 'session', label: t('fields.instances.session') },
          ...(instance === 'other' ? [{ value: 'other' as const, label: `/${parts.path}` }] : []),
        ]}
        onChange={(value) => {
          if (value !== 'other') change({ path: value });
        }}
        help={t(`fields.instanceHelp.${instance}`, { path: `/${parts.path}` })}
      />
      <MoreOptions startsOpen={parts.socket !== '' || target.proxyJump !== ''}>
        <Stack direction="row" spacing={1.5}>
          {isSsh && (
            <FormText
              control={control}
              name="target.proxyJump"
              label={t('fields.proxyJump')}
              help={t('fields.proxyJumpHelp')}
            />
          )}
          <TextField
            label={t('fields.socket')}
            size="small"
            fullWidth
            value={parts.socket}
            placeholder={exampleSocket}
            onChange={(event) => change({ socket: event.target.value })}
            helperText={t('fields.socketHelp')}
            slotProps={plainInput}
          />
        </Stack>
      </MoreOptions>
      <Box sx={{ p: 1.5, borderRadius: 1, bgcolor: 'action.hover' }}>
        <Stack spacing={1}>
          <FormText
            control={control}
            name="target.uri"
            label={t('fields.uri')}
            help={t('fields.uriHelp')}
            required
            monospace
          />
          {typeof parseLibvirtUri(target.uri) !== 'string' && (
            <Stack spacing={0.5}>
              <Typography variant="caption" color="text.secondary">
                {t('fields.virsh')}
              </Typography>
              <CopyLine text={virshCommand(target.uri)} />
              {isSsh && target.proxyJump !== '' && (
                <Typography variant="caption" color="text.secondary">
                  {t('fields.virshJump')}
                </Typography>
              )}
            </Stack>
          )}
        </Stack>
      </Box>
    </Stack>
  );
}

const plainInput = { htmlInput: { spellCheck: false, autoCapitalize: 'off', autoCorrect: 'off' } };

/** The parts of a URI; while it cannot be read, the ones shown last. */
function readParts(uri: string, shown: LibvirtUriParts): LibvirtUriParts {
  const parsed = parseLibvirtUri(uri);
  return typeof parsed === 'string' ? shown : parsed;
}

/** Options that few people need, folded away until asked for. */
export function MoreOptions({ startsOpen, children }: { startsOpen: boolean; children: ReactNode }): ReactNode {
  const { t } = useTranslation('connections');
  const [isOpen, setOpen] = useState(startsOpen);
  return (
    <Box>
      <Button
        size="small"
        color="inherit"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        startIcon={<Icon path={isOpen ? mdiChevronDown : mdiChevronRight} />}
      >
        {t('fields.more')}
      </Button>
      <Collapse in={isOpen} unmountOnExit>
        <Box sx={{ pt: 1.5 }}>{children}</Box>
      </Collapse>
    </Box>
  );
}
