import { Box, CircularProgress, FormControlLabel, Stack, Switch, Tab, Tabs, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NewMachineInput } from '../../../shared/contract/provisioning.ts';
import { monospace } from '../../app/theme.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';

interface ReviewStepProps {
  input: NewMachineInput;
  onStart: (start: boolean) => void;
}

/** Answers are kept by their questions, and neither document holds a password. */
function withoutPassword(input: NewMachineInput): NewMachineInput {
  const { cloudInit } = input;
  if (cloudInit?.userData.kind !== 'form') return input;
  const form = { ...cloudInit.userData.form, password: '' };
  return { ...input, cloudInit: { ...cloudInit, userData: { kind: 'form', form } } };
}

/** What libvirt will get, and the command that does the same. */
export function ReviewStep({ input, onStart }: ReviewStepProps): ReactNode {
  const { t } = useTranslation('provisioning');
  const trpc = useTRPC();
  const [tab, setTab] = useState<'xml' | 'command'>('xml');
  const preview = useQuery(trpc.provisioning.preview.queryOptions(withoutPassword(input)));
  const text = preview.data?.[tab] ?? '';
  return (
    <Stack spacing={1.5}>
      <FormControlLabel
        control={<Switch size="small" checked={input.start} onChange={(event) => onStart(event.target.checked)} />}
        label={<Typography variant="body2">{t('review.start')}</Typography>}
      />
      <Stack direction="row" sx={{ alignItems: 'center', borderBottom: 1, borderColor: 'divider' }}>
        <Tabs value={tab} onChange={(_, next: 'xml' | 'command') => setTab(next)} aria-label={t('review.label')}>
          <Tab value="xml" label={t('review.xml')} id="review-xml" aria-controls="review-text" />
          <Tab value="command" label={t('review.command')} id="review-command" aria-controls="review-text" />
        </Tabs>
        <Box sx={{ flex: 1 }} />
        <CopyButton text={text} label={t('review.copy')} />
      </Stack>
      {preview.error !== null && <ErrorDetails error={toAppError(preview.error)} />}
      {preview.isPending && <CircularProgress size={24} aria-label={t('review.loading')} />}
      <Box
        component="pre"
        id="review-text"
        role="tabpanel"
        aria-labelledby={`review-${tab}`}
        tabIndex={0}
        sx={{
          m: 0,
          p: 1.5,
          maxHeight: 380,
          overflow: 'auto',
          borderRadius: 1,
          bgcolor: 'action.hover',
          fontFamily: monospace,
          fontSize: '0.75rem',
          lineHeight: 1.5,
        }}
      >
        {text}
      </Box>
      {tab === 'command' && (
        <Typography variant="body2" color="text.secondary">
          {t('review.commandHint')}
        </Typography>
      )}
    </Stack>
  );
}
