import { Alert, Box, Button, CircularProgress, Stack, Tab, Tabs, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppErrorData } from '../../../shared/contract/errors.ts';
import type { NewMachineInput } from '../../../shared/contract/provisioning.ts';
import { monospace } from '../../app/theme.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { findXmlProblem } from '../machine-details/xml-problems.ts';
import { StartSwitch } from './fields.tsx';
import type { CompleteForm, MachineForm } from './machine-form.ts';

const XmlCode = lazy(() =>
  import('../machine-details/xml-code.tsx').then(({ XmlCode: editor }) => ({ default: editor })),
);

interface ReviewStepProps {
  form: CompleteForm;
  input: NewMachineInput;
  /** Why it could not be made; null where nothing was wrong yet. */
  error: AppErrorData | null;
  change: (change: Partial<MachineForm>) => void;
}

/** Answers are kept by their questions, and neither document holds a password or what was changed by hand. */
function withoutPassword(input: NewMachineInput): NewMachineInput {
  const { cloudInit } = input;
  if (cloudInit?.userData.kind !== 'form') return { ...input, xml: null };
  const form = { ...cloudInit.userData.form, password: '' };
  return { ...input, xml: null, cloudInit: { ...cloudInit, userData: { kind: 'form', form } } };
}

/** What libvirt will get, to be changed by hand where one likes, and the command that does the same. */
export function ReviewStep({ form, input, error, change }: ReviewStepProps): ReactNode {
  const { t } = useTranslation('provisioning');
  const trpc = useTRPC();
  const [tab, setTab] = useState<'xml' | 'command'>('xml');
  const preview = useQuery(trpc.provisioning.preview.queryOptions(withoutPassword(input)));
  const isOne = form.names.length === 1;
  const edited = isOne ? form.edited : null;
  const made = preview.data?.xml;
  const text = tab === 'xml' ? (edited?.text ?? made ?? '') : (preview.data?.command ?? '');
  return (
    <Stack spacing={1.5}>
      <StartSwitch isOn={input.start} onChange={(start) => change({ start })} />
      <Stack direction="row" spacing={1} sx={{ alignItems: 'center', borderBottom: 1, borderColor: 'divider' }}>
        <Tabs value={tab} onChange={(_, next: 'xml' | 'command') => setTab(next)} aria-label={t('review.label')}>
          <Tab value="xml" label={t('review.xml')} id="review-xml" aria-controls="review-text" />
          <Tab value="command" label={t('review.command')} id="review-command" aria-controls="review-text" />
        </Tabs>
        <Box sx={{ flex: 1 }} />
        {tab === 'xml' && isOne && edited === null && (
          <Button
            size="small"
            disabled={made === undefined}
            onClick={() => change({ edited: { base: made ?? '', text: made ?? '' } })}
          >
            {t('review.edit')}
          </Button>
        )}
        {tab === 'xml' && edited !== null && (
          <Button size="small" color="inherit" onClick={() => change({ edited: null })}>
            {t('review.discard')}
          </Button>
        )}
        <CopyButton text={text} label={t('review.copy')} />
      </Stack>
      {preview.error !== null && <ErrorDetails error={toAppError(preview.error)} />}
      {preview.isPending && <CircularProgress size={24} aria-label={t('review.loading')} />}
      {edited !== null && made !== undefined && made !== edited.base && (
        <Alert severity="warning" variant="outlined">
          {t('review.formChanged')}
        </Alert>
      )}
      {tab === 'xml' && edited !== null ? (
        <Edited
          text={edited.text}
          error={error}
          onChange={(next) => change({ edited: { base: edited.base, text: next } })}
        />
      ) : (
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
      )}
      {tab === 'command' && (
        <Typography variant="body2" color="text.secondary">
          {t(edited === null ? 'review.commandHint' : 'review.commandHintEdited')}
        </Typography>
      )}
    </Stack>
  );
}

interface EditedProps {
  text: string;
  error: AppErrorData | null;
  onChange: (text: string) => void;
}

/** The XML in an editor, with a mark at the line that libvirt names in its refusal. */
function Edited({ text, error, onChange }: EditedProps): ReactNode {
  const { t } = useTranslation('provisioning');
  const problem = findXmlProblem(text);
  return (
    <Stack id="review-text" role="tabpanel" aria-labelledby="review-xml" spacing={0.5}>
      <Box
        sx={{ display: 'flex', height: 380, border: 1, borderColor: 'divider', borderRadius: 1, overflow: 'hidden' }}
      >
        <Suspense fallback={<CircularProgress size={24} aria-label={t('review.loading')} />}>
          <XmlCode label={t('review.xml')} initial={text} refusal={error?.detail ?? ''} onChange={onChange} />
        </Suspense>
      </Box>
      <Typography variant="body2" role="status" color={problem === null ? 'text.secondary' : 'error'}>
        {problem === null ? t('review.editHint') : t('review.notXml', { line: problem.line ?? 1 })}
      </Typography>
    </Stack>
  );
}
