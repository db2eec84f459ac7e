import { mdiPlus } from '@mdi/js';
import { Button, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { Hardware, HardwareChange, HardwareDevice } from '../../../shared/contract/hardware.ts';
import type { Machine } from '../../../shared/contract/machines.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { errorText } from '../../ui/error-text.ts';
import { Icon } from '../../ui/icon.tsx';
import { firstSpec } from './hardware-entries.ts';
import { useChange, useEndedChanges } from './use-change.ts';

const LOOPBACK = '127.0.0.1';

/** What makes a console that is not there: a VNC server (beside SPICE's or alone), one that can be reached, or a serial port. */
export type OfferedConsole = 'vnc' | 'vncBesideSpice' | 'listen' | 'serial';

const offers: ReadonlyMap<string, OfferedConsole> = new Map([
  ['none', 'vnc'],
  ['spiceOnly', 'vncBesideSpice'],
  ['listenNone', 'listen'],
  ['socket', 'listen'],
  ['noSerial', 'serial'],
  ['noPty', 'serial'],
]);

/** What can be done about a console that cannot be shown; null where it takes more than one click. */
export function offerFor({ code, params }: AppErrorData): OfferedConsole | null {
  return code === 'NO_CONSOLE' ? (offers.get(String(params['reason'])) ?? null) : null;
}

/** Gives a machine the console that it has not, from its next start on, with one click. */
export function ConsoleOffer({ machine, offer }: { machine: Machine; offer: OfferedConsole }): ReactNode {
  const { t, i18n } = useTranslation('console');
  const { connectionId, id } = machine;
  const query = useQuery(useTRPC().hardware.read.queryOptions({ connectionId, id }));
  const { data: hardware, refetch } = query;
  const change = useChange(machine);
  const ended = useEndedChanges(connectionId, id);
  useEffect(() => {
    if (ended > 0) void refetch();
  }, [ended, refetch]);
  const note = (text: string): ReactNode => (
    <Typography variant="body2" color="text.secondary" role="status">
      {text}
    </Typography>
  );
  if (machine.ownedByNova) return note(t('offer.ownedByNova'));
  if (hardware === undefined)
    return query.error === null ? null : note(errorText(toAppError(query.error), t, i18n).title);
  if (!hardware.isPersistent) return note(t('offer.transient'));
  if (isReady(hardware, offer)) return note(t('offer.ready'));
  const wanted = changeFor(hardware, offer);
  if (wanted === null) return null;
  return (
    <>
      <Button
        variant="contained"
        startIcon={<Icon path={mdiPlus} />}
        loading={change.isRunning}
        onClick={() => change.start(wanted, 'next')}
      >
        {t(`offer.${offer}`)}
      </Button>
      {note(t('offer.hint'))}
      {change.failure !== null && (
        <Typography variant="body2" color="error" role="alert">
          {errorText(change.failure, t, i18n, { machineName: machine.name }).text}
        </Typography>
      )}
    </>
  );
}

function vncOf({ devices }: Hardware): HardwareDevice | undefined {
  return devices.find(({ key, presence }) => key.startsWith('graphics:vnc:') && presence !== 'now');
}

/** The next start brings it without anybody's doing. */
function isReady(hardware: Hardware, offer: OfferedConsole): boolean {
  if (offer === 'serial') {
    return hardware.devices.some(
      ({ kind, presence, facts }) =>
        (kind === 'serial' || kind === 'console') &&
        presence === 'next' &&
        facts.some(({ path, value }) => path === 'type' && value === 'pty'),
    );
  }
  const vnc = vncOf(hardware);
  if (offer === 'listen') return vnc?.pending.some(({ path }) => path.startsWith('listen')) === true;
  return vnc?.presence === 'next';
}

function changeFor(hardware: Hardware, offer: OfferedConsole): HardwareChange | null {
  if (offer === 'listen') {
    const vnc = vncOf(hardware);
    return vnc === undefined ? null : { what: 'editGraphics', key: vnc.key, listen: LOOPBACK, password: null };
  }
  const device = firstSpec(offer === 'serial' ? 'serial' : 'graphics', hardware, undefined);
  return device === null ? null : { what: 'addDevice', device };
}
