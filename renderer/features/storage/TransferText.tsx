import { TextField, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTRPC } from '../../core-client/core.tsx';
import { CopyLine } from '../../ui/copy.tsx';
import { formatBytes, formatBytesPerSecond } from '../../ui/format.ts';
import type { TransferMeter } from './transfer-meter.ts';

const TICK_MS = 500;

/** How much of a transfer is done and how fast it is; `totalBytes` is null where it is not known. */
export function TransferText({ meter, totalBytes }: { meter: TransferMeter; totalBytes: number | null }): ReactNode {
  const { t, i18n } = useTranslation('storage');
  const [bytesPerSecond, setRate] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setRate(meter.read()), TICK_MS);
    return () => clearInterval(timer);
  }, [meter]);
  const done = formatBytes(meter.bytes, i18n.language);
  return (
    <Typography variant="body2" color="text.secondary">
      {t(totalBytes === null ? 'transfer.done' : 'transfer.doneOf', {
        done,
        total: formatBytes(totalBytes ?? 0, i18n.language),
        speed: formatBytesPerSecond(bytesPerSecond, i18n.language),
      })}
    </Typography>
  );
}

/** The SHA-256 of what a task transferred, to be read, copied and compared. */
export function Checksum({ taskId }: { taskId: string }): ReactNode {
  const { t } = useTranslation('storage');
  const trpc = useTRPC();
  const { data } = useQuery(trpc.storage.checksum.queryOptions({ id: taskId }));
  const [other, setOther] = useState('');
  if (data === undefined || data.sha256 === null) return null;
  // A line of SHA256SUMS has the name of the file behind it.
  const given = other.trim().toLowerCase().split(/\s/)[0] ?? '';
  const isSame = given === data.sha256;
  return (
    <>
      <Typography variant="body2" color="text.secondary">
        {t('transfer.checksum')}
      </Typography>
      <CopyLine text={data.sha256} />
      <TextField
        label={t('transfer.compare')}
        size="small"
        fullWidth
        value={other}
        onChange={(event) => setOther(event.target.value)}
        error={given !== '' && !isSame}
        color={isSame ? 'success' : 'primary'}
        helperText={given === '' ? ' ' : t(isSame ? 'transfer.same' : 'transfer.different')}
        slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off' } }}
      />
    </>
  );
}
