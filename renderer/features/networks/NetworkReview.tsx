import { Box, Stack, Tab, Tabs, Typography } from '@mui/material';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NewNetworkInput } from '../../../shared/contract/networks.ts';
import { monospace } from '../../app/theme.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';

const tabs = ['xml', 'commands'] as const;

/** What libvirt will get, and the commands that do the same; `input` is null while something is wrong. */
export function NetworkReview({ input }: { input: NewNetworkInput | null }): ReactNode {
  const { t } = useTranslation('networks');
  const trpc = useTRPC();
  const [tab, setTab] = useState<(typeof tabs)[number]>('xml');
  const preview = useQuery(
    trpc.networks.preview.queryOptions(input ?? skipToken, { placeholderData: keepPreviousData }),
  );
  const text = input === null ? '' : (preview.data?.[tab] ?? '');
  return (
    <Stack
      component="section"
      aria-label={t('review.label')}
      sx={{ border: 1, borderColor: 'divider', borderRadius: 1, minHeight: 0, maxHeight: '100%' }}
    >
      <Stack direction="row" sx={{ alignItems: 'center', borderBottom: 1, borderColor: 'divider', pr: 0.5 }}>
        <Tabs
          value={tab}
          onChange={(_event, next: (typeof tabs)[number]) => setTab(next)}
          aria-label={t('review.label')}
        >
          {tabs.map((id) => (
            <Tab key={id} value={id} id={`review-${id}`} aria-controls="review-text" label={t(`review.${id}`)} />
          ))}
        </Tabs>
        <Box sx={{ flex: 1 }} />
        {text !== '' && <CopyButton text={text} label={t('review.copy')} />}
      </Stack>
      {preview.error !== null && input !== null && <ErrorDetails error={toAppError(preview.error)} />}
      <Box
        id="review-text"
        role="tabpanel"
        aria-labelledby={`review-${tab}`}
        tabIndex={0}
        sx={{ p: 1.5, overflow: 'auto', minHeight: 120 }}
      >
        {input === null ? (
          <Typography variant="body2" color="text.secondary">
            {t('review.later')}
          </Typography>
        ) : (
          <Box component="pre" sx={{ m: 0, fontFamily: monospace, fontSize: '0.75rem', lineHeight: 1.5 }}>
            {text}
          </Box>
        )}
      </Box>
    </Stack>
  );
}
