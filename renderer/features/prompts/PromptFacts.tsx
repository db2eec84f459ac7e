import { Box, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PromptRequest } from '../../../shared/contract/prompts.ts';
import { CopyLine } from '../../ui/copy.tsx';
import { formatDateTime } from '../../ui/format.ts';

/** What the person must look at before answering: fingerprints, the certificate, the server's own words. */
export function PromptFacts({ request }: { request: PromptRequest }): ReactNode {
  const { t, i18n } = useTranslation('prompts');
  switch (request.kind) {
    case 'hostKey':
      return (
        <Stack spacing={1.5}>
          <Fingerprint label={t('hostKey.fingerprint', { keyType: request.keyType })} value={request.fingerprint} />
          <Stack spacing={0.5}>
            <Typography variant="caption" color="text.secondary">
              {t('hostKey.howTo')}
            </Typography>
            <CopyLine text={`ssh-keygen -lf ${keyFileOf(request.keyType)}`} />
          </Stack>
        </Stack>
      );
    case 'certificate': {
      const date = formatDateTime(request.validTo, i18n.language);
      const isExpired = request.reason.includes('EXPIRED');
      const facts: [string, string][] = [
        [t('certificate.subject'), request.subject],
        [t('certificate.issuer'), request.issuer],
        [t('certificate.validTo'), isExpired ? t('certificate.expired', { date }) : date],
        [t('certificate.reason'), request.reason],
      ];
      return (
        <Stack spacing={1.5}>
          <Fingerprint label={t('certificate.fingerprint')} value={request.fingerprint} />
          <Box
            component="dl"
            sx={{ display: 'grid', gridTemplateColumns: 'auto 1fr', columnGap: 2, rowGap: 0.5, m: 0 }}
          >
            {facts.map(([label, value]) => (
              <Box key={label} sx={{ display: 'contents' }}>
                <Typography component="dt" variant="body2" color="text.secondary">
                  {label}
                </Typography>
                <Typography component="dd" variant="body2" sx={{ m: 0, overflowWrap: 'anywhere' }}>
                  {value}
                </Typography>
              </Box>
            ))}
          </Box>
        </Stack>
      );
    }
    case 'keyboardInteractive': {
      const words = [request.title, request.instructions].filter((text) => text.trim() !== '').join('\n');
      return words === '' ? null : (
        <Box sx={{ maxHeight: 200, overflow: 'auto', p: 1.5, borderRadius: 1, bgcolor: 'action.hover' }}>
          <Typography variant="body2" sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {words}
          </Typography>
        </Box>
      );
    }
    case 'password':
    case 'passphrase':
    case 'cloudPassword':
    case 'consolePassword':
    case 'vaultPassphrase':
      return null;
  }
}

/** A fingerprint in groups that can be read aloud and compared. */
function Fingerprint({ label, value }: { label: string; value: string }): ReactNode {
  const [algorithm, digest] = value.includes(':') && value.startsWith('SHA') ? splitAt(value, ':') : ['', value];
  return (
    <Stack spacing={0.5}>
      <Typography variant="caption" color="text.secondary">
        {label}
      </Typography>
      <Box
        role="group"
        aria-label={label}
        sx={{
          p: 1.5,
          borderRadius: 1,
          border: 1,
          borderColor: 'divider',
          fontFamily: 'monospace',
          fontSize: '0.9375rem',
          lineHeight: 1.7,
          letterSpacing: '0.02em',
          overflowWrap: 'anywhere',
          userSelect: 'all',
        }}
      >
        {algorithm !== '' && (
          <Typography component="span" color="text.secondary" sx={{ font: 'inherit' }}>
            {algorithm}:
          </Typography>
        )}
        {groupsOf(digest).map((group, at) => (
          <Box
            key={at}
            component="span"
            sx={{ '& + &': { ml: '0.6ch' }, color: at % 2 === 0 ? 'text.primary' : 'primary.main' }}
          >
            {group}
          </Box>
        ))}
      </Box>
    </Stack>
  );
}

function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}

/** Groups of four characters; of hexadecimal pairs with colons, groups of four pairs. */
function groupsOf(digest: string): string[] {
  if (/^(?:[0-9a-f]{2}:)+[0-9a-f]{2}$/i.test(digest)) return digest.match(/(?:[0-9a-f]{2}:?){1,4}/gi) ?? [digest];
  return digest.match(/.{1,4}/g) ?? [digest];
}

/** Where OpenSSH keeps the host's public key of this type. */
function keyFileOf(keyType: string): string {
  const kind = ['ed25519', 'ecdsa', 'rsa', 'dsa'].find((name) => keyType.toLowerCase().includes(name)) ?? 'ed25519';
  return `/etc/ssh/ssh_host_${kind}_key.pub`;
}
