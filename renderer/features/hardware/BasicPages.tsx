import { mdiArrowDown, mdiArrowUp } from '@mdi/js';
import { Checkbox, FormControlLabel, IconButton, Stack, Switch, TextField, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { domainName, type HardwareBasics } from '../../../shared/contract/hardware.ts';
import { useMachines } from '../../core-client/feeds.tsx';
import { formatBytes } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { SizeField } from '../../ui/size-field.tsx';
import { sizeBytesOf, sizeInputOf } from '../../ui/size-input.ts';
import { ChangeForm, type PageProps } from './ChangeForm.tsx';
import { deviceTitle } from './device-texts.ts';
import { CountField, countOf } from './fields.tsx';
import { useDraft } from './use-draft.ts';

interface BasicPageProps extends PageProps {
  /** As it starts next, where it does, else as it runs. */
  basics: HardwareBasics;
}

/** Name, title and description. */
export function OverviewPage(props: BasicPageProps): ReactNode {
  const { machine, hardware, basics } = props;
  const { t } = useTranslation('hardware');
  const words = useDraft({ title: basics.title, description: basics.description });
  const rename = useDraft({ name: machine.name });
  const { items } = useMachines(machine.connectionId);
  const { title, description } = words.values;
  const { name } = rename.values;
  const isTaken = items.some((each) => each.name === name.trim() && each.id !== machine.id);
  const nameFault = !domainName.safeParse(name).success ? t('faults.name') : isTaken ? t('faults.nameTaken') : null;
  return (
    <Stack spacing={4}>
      <ChangeForm
        {...props}
        // libvirt renames only what is off.
        locked={props.locked ?? (hardware.isRunning ? t('renameOff') : null)}
        change={rename.isChanged && nameFault === null ? { what: 'rename', name: name.trim() } : null}
        canNow={false}
        isChanged={rename.isChanged}
        onDone={rename.clear}
        onReset={rename.clear}
      >
        <TextField
          size="small"
          label={t('fields.name')}
          value={name}
          required
          disabled={hardware.isRunning}
          error={nameFault !== null}
          helperText={nameFault ?? (hardware.isRunning ? t('renameOff') : ' ')}
          onChange={({ target }) => rename.set({ name: target.value })}
        />
      </ChangeForm>
      <ChangeForm
        {...props}
        change={words.isChanged ? { what: 'describe', title, description } : null}
        canNow
        isChanged={words.isChanged}
        onDone={words.clear}
        onReset={words.clear}
      >
        <TextField
          size="small"
          label={t('fields.title')}
          value={title}
          slotProps={{ htmlInput: { maxLength: 256 } }}
          onChange={({ target }) => words.set({ title: target.value })}
        />
        <TextField
          size="small"
          label={t('fields.description')}
          value={description}
          multiline
          minRows={3}
          maxRows={10}
          slotProps={{ htmlInput: { maxLength: 10_000 } }}
          onChange={({ target }) => words.set({ description: target.value })}
        />
      </ChangeForm>
    </Stack>
  );
}

/** vCPUs and how the guest sees them. */
export function CpuPage(props: BasicPageProps): ReactNode {
  const { hardware, basics } = props;
  const { t } = useTranslation('hardware');
  const present = basics.topology ?? { sockets: basics.maxVcpus, cores: 1, threads: 1 };
  const { values, set, isChanged, clear } = useDraft({
    vcpus: String(basics.vcpus),
    maxVcpus: String(basics.maxVcpus),
    hasTopology: basics.topology !== null,
    sockets: String(present.sockets),
    cores: String(present.cores),
    threads: String(present.threads),
  });
  const [vcpus, maxVcpus] = [countOf(values.vcpus), countOf(values.maxVcpus)];
  const [sockets, cores, threads] = [countOf(values.sockets), countOf(values.cores), countOf(values.threads)];
  const product = (sockets ?? 0) * (cores ?? 0) * (threads ?? 0);
  const liveMaximum = hardware.now?.maxVcpus ?? null;
  const vcpusFault =
    vcpus === null ? t('faults.count') : maxVcpus !== null && vcpus > maxVcpus ? t('faults.aboveMaximum') : null;
  const topologyFault =
    values.hasTopology && maxVcpus !== null && product !== maxVcpus
      ? t('faults.topology', { product, maximum: maxVcpus })
      : null;
  const isValid = vcpus !== null && maxVcpus !== null && vcpusFault === null && topologyFault === null;
  const topology =
    values.hasTopology && sockets !== null && cores !== null && threads !== null ? { sockets, cores, threads } : null;
  const isLiveTooMany = liveMaximum !== null && vcpus !== null && vcpus > liveMaximum;
  return (
    <ChangeForm
      {...props}
      change={isChanged && isValid ? { what: 'vcpus', vcpus, maxVcpus, topology } : null}
      canNow={!isLiveTooMany && hardware.now?.vcpus !== vcpus}
      hint={isLiveTooMany ? t('liveMaximum', { maximum: liveMaximum }) : t('cpuHint')}
      isChanged={isChanged}
      onDone={clear}
      onReset={clear}
    >
      <CountField
        label={t('fields.vcpus')}
        value={values.vcpus}
        fault={vcpusFault}
        onChange={(text) => set({ vcpus: text })}
      />
      <CountField
        label={t('fields.maxVcpus')}
        value={values.maxVcpus}
        fault={maxVcpus === null ? t('faults.count') : null}
        onChange={(text) => set({ maxVcpus: text })}
      />
      <FormControlLabel
        control={
          <Switch
            size="small"
            checked={values.hasTopology}
            onChange={({ target }) => set({ hasTopology: target.checked })}
          />
        }
        label={<Typography variant="body2">{t('fields.hasTopology')}</Typography>}
      />
      {values.hasTopology && (
        <Stack spacing={0.5}>
          <Stack direction="row" spacing={1}>
            {(['sockets', 'cores', 'threads'] as const).map((part) => (
              <CountField
                key={part}
                label={t(`fields.${part}`)}
                value={values[part]}
                fault={countOf(values[part]) === null ? t('faults.count') : null}
                onChange={(text) => set({ [part]: text })}
              />
            ))}
          </Stack>
          <Typography variant="body2" color={topologyFault === null ? 'text.secondary' : 'error'} role="status">
            {topologyFault ?? t('topologyFits', { product })}
          </Typography>
        </Stack>
      )}
    </ChangeForm>
  );
}

/** Memory now and at most. */
export function MemoryPage(props: BasicPageProps): ReactNode {
  const { hardware, basics } = props;
  const { t, i18n } = useTranslation('hardware');
  const { values, set, isChanged, clear } = useDraft({
    memory: sizeInputOf(basics.memoryBytes),
    maximum: sizeInputOf(basics.maxMemoryBytes),
  });
  const bytesOf = (input: typeof values.memory, bytes: number): number | null =>
    // What is shown is rounded: what nobody touched stays as it is to the byte.
    input.text === sizeInputOf(bytes).text && input.unit === sizeInputOf(bytes).unit ? bytes : sizeBytesOf(input);
  const memoryBytes = bytesOf(values.memory, basics.memoryBytes);
  const maxMemoryBytes = bytesOf(values.maximum, basics.maxMemoryBytes);
  const isOther = memoryBytes !== basics.memoryBytes || maxMemoryBytes !== basics.maxMemoryBytes;
  const fault =
    memoryBytes === null
      ? t('faults.size')
      : maxMemoryBytes !== null && memoryBytes > maxMemoryBytes
        ? t('faults.aboveMaximum')
        : null;
  const liveMaximum = hardware.now?.maxMemoryBytes ?? null;
  const isLiveTooMuch = liveMaximum !== null && memoryBytes !== null && memoryBytes > liveMaximum;
  const isValid = fault === null && memoryBytes !== null && maxMemoryBytes !== null;
  return (
    <ChangeForm
      {...props}
      locked={props.locked ?? (basics.hasNumaCells ? t('reasons.numaCells') : null)}
      change={isChanged && isOther && isValid ? { what: 'memory', memoryBytes, maxMemoryBytes } : null}
      canNow={!isLiveTooMuch && hardware.now?.memoryBytes !== memoryBytes}
      hint={isLiveTooMuch ? t('liveMaximum', { maximum: formatBytes(liveMaximum, i18n.language) }) : t('memoryHint')}
      isChanged={isChanged}
      onDone={clear}
      onReset={clear}
    >
      {basics.hasNumaCells && <Typography variant="body2">{t('reasons.numaCells')}</Typography>}
      <SizeField
        label={t('fields.memory')}
        value={values.memory}
        fault={fault}
        help=" "
        onChange={(memory) => set({ memory })}
      />
      <SizeField
        label={t('fields.maxMemory')}
        value={values.maximum}
        fault={maxMemoryBytes === null ? t('faults.size') : null}
        help={t('maxMemoryHint')}
        onChange={(maximum) => set({ maximum })}
      />
    </ChangeForm>
  );
}

const bootable = new Set(['disk', 'interface', 'hostdev', 'redirdev']);

/** The order in which the firmware tries devices. */
export function BootPage(props: PageProps): ReactNode {
  const { hardware } = props;
  const { t, i18n } = useTranslation('hardware');
  const devices = hardware.devices.filter(({ kind, presence }) => bootable.has(kind) && presence !== 'now');
  const present = devices
    .filter(({ bootOrder }) => bootOrder !== null)
    .sort((one, other) => (one.bootOrder ?? 0) - (other.bootOrder ?? 0))
    .map(({ key }) => key);
  // Compared as text: a list read again is another list of the same keys.
  const { values, set, isChanged, clear } = useDraft({ order: JSON.stringify(present) });
  const order = JSON.parse(values.order) as string[];
  const setOrder = (keys: string[]): void => set({ order: JSON.stringify(keys) });
  const rows = [
    ...order.flatMap((key) => devices.filter((device) => device.key === key)),
    ...devices.filter(({ key }) => !order.includes(key)),
  ];
  const move = (key: string, by: number): void => {
    const from = order.indexOf(key);
    const rest = order.filter((each) => each !== key);
    setOrder([...rest.slice(0, from + by), key, ...rest.slice(from + by)]);
  };
  return (
    <ChangeForm
      {...props}
      change={isChanged ? { what: 'bootOrder', keys: order } : null}
      canNow={false}
      isChanged={isChanged}
      onDone={clear}
      onReset={clear}
    >
      <Stack component="ol" spacing={0.5} sx={{ m: 0, p: 0, listStyle: 'none' }} aria-label={t('pages.boot')}>
        {rows.map((device) => {
          const place = order.indexOf(device.key);
          const name = deviceTitle(device, t, i18n);
          return (
            <Stack component="li" key={device.key} direction="row" sx={{ alignItems: 'center' }}>
              <FormControlLabel
                sx={{ flex: 1, minWidth: 0 }}
                control={
                  <Checkbox
                    size="small"
                    checked={place !== -1}
                    onChange={({ target }) =>
                      setOrder(target.checked ? [...order, device.key] : order.filter((each) => each !== device.key))
                    }
                  />
                }
                label={
                  <Typography variant="body2" noWrap>
                    {place === -1 ? name : t('bootPlace', { place: place + 1, name })}
                  </Typography>
                }
              />
              <IconButton
                size="small"
                aria-label={t('moveUp', { name })}
                disabled={place < 1}
                onClick={() => move(device.key, -1)}
              >
                <Icon path={mdiArrowUp} />
              </IconButton>
              <IconButton
                size="small"
                aria-label={t('moveDown', { name })}
                disabled={place === -1 || place === order.length - 1}
                onClick={() => move(device.key, 1)}
              >
                <Icon path={mdiArrowDown} />
              </IconButton>
            </Stack>
          );
        })}
      </Stack>
    </ChangeForm>
  );
}
