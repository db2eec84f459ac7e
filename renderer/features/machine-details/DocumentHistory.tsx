import {
  Alert,
  Box,
  Button,
  Chip,
  List,
  ListItem,
  ListItemButton,
  Stack,
  ToggleButton,
  ToggleButtonGroup,
  Typography,
} from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocumentVersion } from '../../../shared/contract/documents.ts';
import { toAppError, useTRPC } from '../../core-client/core.tsx';
import { ErrorDetails } from '../../ui/error-details.tsx';
import { formatDateTime } from '../../ui/format.ts';
import { ResourceWaiting } from '../../ui/resource-page.tsx';
import { changeWords } from './change-words.ts';
import type { DocumentDraft } from './document-drafts.ts';
import { refOf, type DocumentSubject } from './document-subject.ts';
import { useDocumentHistory } from './use-document-history.ts';

const XmlDiff = lazy(() => import('./xml-code.tsx').then(({ XmlDiff: diff }) => ({ default: diff })));

/** Of a version with many changes the diff tells the rest. */
const MAX_WORDS = 4;

interface DocumentHistoryProps {
  subject: DocumentSubject;
  canEdit: boolean;
  isOnline: boolean;
  onClose: () => void;
  /** An older version is ready to be reviewed and saved. */
  onReturn: (draft: DocumentDraft) => void;
}

/** The versions of a document: what changed with each, and the way back to one. */
export function DocumentHistory({ subject, onClose, ...rest }: DocumentHistoryProps): ReactNode {
  const { t } = useTranslation('documents');
  const { versions, error } = useDocumentHistory(refOf(subject));
  return (
    <Stack
      role="region"
      aria-label={t('history.region', { name: subject.name })}
      sx={{ flex: 1, minHeight: 0, width: '100%' }}
    >
      <Stack
        direction="row"
        spacing={1.5}
        sx={{ alignItems: 'center', px: 2, py: 1, borderBottom: 1, borderColor: 'divider' }}
      >
        <Typography variant="subtitle2" component="h2">
          {t('history.title')}
        </Typography>
        <Typography variant="body2" color="text.secondary" noWrap sx={{ flex: 1 }}>
          {t('history.hint')}
        </Typography>
        <Button size="small" color="inherit" onClick={onClose} autoFocus>
          {t('history.close')}
        </Button>
      </Stack>
      {error !== null && (
        <Box sx={{ p: 2 }}>
          <ErrorDetails error={error} context={{ machineName: subject.name }} />
        </Box>
      )}
      {versions === null && error === null && <ResourceWaiting label={t('history.loading')} />}
      {versions?.length === 0 && (
        <Stack spacing={1} role="status" sx={{ p: 6, alignItems: 'center', textAlign: 'center' }}>
          <Typography variant="subtitle1" component="h3">
            {t('history.empty.title')}
          </Typography>
          <Typography variant="body2" color="text.secondary" sx={{ maxWidth: 480 }}>
            {t('history.empty.text')}
          </Typography>
        </Stack>
      )}
      {versions !== null && versions.length > 0 && <Versions subject={subject} versions={versions} {...rest} />}
    </Stack>
  );
}

type VersionsProps = Omit<DocumentHistoryProps, 'onClose'> & { versions: readonly DocumentVersion[] };

function Versions({ versions, ...rest }: VersionsProps): ReactNode {
  const { t } = useTranslation('documents');
  const [chosenId, setChosen] = useState<string | null>(null);
  const found = versions.findIndex(({ id }) => id === chosenId);
  const at = found === -1 ? 0 : found;
  const chosen = versions[at];
  return (
    <Stack direction="row" sx={{ flex: 1, minHeight: 0 }}>
      <List
        dense
        aria-label={t('history.list')}
        sx={{ width: 340, flexShrink: 0, overflow: 'auto', py: 0, borderRight: 1, borderColor: 'divider' }}
      >
        {versions.map((version, index) => (
          <VersionEntry
            key={version.id}
            version={version}
            isNow={index === 0}
            isChosen={index === at}
            onChoose={() => setChosen(version.id)}
          />
        ))}
      </List>
      {chosen !== undefined && (
        <VersionPage
          {...rest}
          version={chosen}
          older={versions[at + 1] ?? null}
          newest={at === 0 ? null : (versions[0] ?? null)}
        />
      )}
    </Stack>
  );
}

interface VersionEntryProps {
  version: DocumentVersion;
  isNow: boolean;
  isChosen: boolean;
  onChoose: () => void;
}

function VersionEntry({ version: { timeMs, changes }, isNow, isChosen, onChoose }: VersionEntryProps): ReactNode {
  const { t, i18n } = useTranslation('documents');
  const more = (changes?.length ?? 0) - MAX_WORDS;
  return (
    <ListItem disablePadding divider>
      <ListItemButton
        selected={isChosen}
        aria-current={isChosen ? 'true' : undefined}
        onClick={onChoose}
        sx={{ display: 'block', px: 2, py: 1 }}
      >
        <Stack direction="row" spacing={1} sx={{ alignItems: 'center' }}>
          <Typography variant="body2" sx={{ flex: 1, fontWeight: 500, fontVariantNumeric: 'tabular-nums' }}>
            {formatDateTime(timeMs, i18n.language)}
          </Typography>
          {isNow && <Chip size="small" variant="outlined" color="primary" label={t('history.now')} />}
        </Stack>
        <Typography component="div" variant="body2" color="text.secondary" sx={{ overflowWrap: 'anywhere' }}>
          {changes === null && t('history.first')}
          {changes?.length === 0 && t('history.nothing')}
          {changes?.slice(0, MAX_WORDS).map((change, index) => (
            <div key={index}>{changeWords(change, t, i18n)}</div>
          ))}
          {more > 0 && <div>{t('history.more', { count: more })}</div>}
        </Typography>
      </ListItemButton>
    </ListItem>
  );
}

interface VersionPageProps extends Omit<DocumentHistoryProps, 'onClose'> {
  version: DocumentVersion;
  /** The one before; null for the first. */
  older: DocumentVersion | null;
  /** Null where this is the newest. */
  newest: DocumentVersion | null;
}

function VersionPage(props: VersionPageProps): ReactNode {
  const { subject, canEdit, isOnline, version, older, newest, onReturn } = props;
  const { t, i18n } = useTranslation('documents');
  const trpc = useTRPC();
  const [wanted, setWanted] = useState<'before' | 'now'>('before');
  const prepare = useMutation(trpc.documents.prepareReturn.mutationOptions());
  const document = refOf(subject);
  const isWithNow = newest !== null && (wanted === 'now' || older === null);
  const [left, right] = isWithNow ? [version, newest] : [older, version];
  const nameOf = ({ timeMs }: DocumentVersion): string =>
    t('history.versionOf', { time: formatDateTime(timeMs, i18n.language) });
  const goBack = (): void => {
    prepare.mutate(
      { document, versionId: version.id },
      { onSuccess: ({ base, text, lost }) => onReturn({ base, text, returned: { timeMs: version.timeMs, lost } }) },
    );
  };
  return (
    <Stack spacing={1.5} sx={{ flex: 1, minWidth: 0, minHeight: 0, p: 2 }}>
      <Stack direction="row" spacing={1.5} sx={{ alignItems: 'center', flexWrap: 'wrap', rowGap: 1 }}>
        <Typography variant="subtitle2" component="h3" sx={{ flex: 1, minWidth: 0 }}>
          {nameOf(version)}
        </Typography>
        {newest !== null && older !== null && (
          <ToggleButtonGroup
            exclusive
            size="small"
            value={wanted}
            aria-label={t('history.compare')}
            onChange={(_event, next: 'before' | 'now' | null) => next !== null && setWanted(next)}
          >
            <ToggleButton value="before">{t('history.withBefore')}</ToggleButton>
            <ToggleButton value="now">{t('history.withNow')}</ToggleButton>
          </ToggleButtonGroup>
        )}
        {newest !== null && (
          <Button
            size="small"
            variant="contained"
            disabled={!isOnline || !canEdit}
            loading={prepare.isPending}
            onClick={goBack}
          >
            {t('history.back')}
          </Button>
        )}
      </Stack>
      {newest !== null && !(isOnline && canEdit) && (
        <Alert severity="info" variant="outlined">
          {t(isOnline ? 'history.locked' : 'history.offline')}
        </Alert>
      )}
      {prepare.error !== null && (
        <ErrorDetails error={toAppError(prepare.error)} context={{ machineName: subject.name }} />
      )}
      {left === null ? (
        <Typography variant="body2" color="text.secondary">
          {t('history.firstText')}
        </Typography>
      ) : (
        <VersionDiff
          subject={subject}
          left={left}
          right={right}
          labels={[nameOf(left), isWithNow ? t('history.now') : nameOf(right)]}
        />
      )}
    </Stack>
  );
}

interface VersionDiffProps {
  subject: DocumentSubject;
  left: DocumentVersion;
  right: DocumentVersion;
  labels: [string, string];
}

function VersionDiff({ subject, left, right, labels }: VersionDiffProps): ReactNode {
  const { t } = useTranslation('documents');
  const trpc = useTRPC();
  const document = refOf(subject);
  // A version never changes.
  const options = { staleTime: Infinity, gcTime: 0 };
  const before = useQuery(trpc.documents.version.queryOptions({ document, versionId: left.id }, options));
  const after = useQuery(trpc.documents.version.queryOptions({ document, versionId: right.id }, options));
  const error = before.error ?? after.error;
  if (error !== null) return <ErrorDetails error={toAppError(error)} context={{ machineName: subject.name }} />;
  if (before.data === undefined || after.data === undefined) return <ResourceWaiting label={t('history.loading')} />;
  return (
    <>
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', fontSize: 13 }}>
        <span>{labels[0]}</span>
        <span>{labels[1]}</span>
      </Box>
      <Suspense fallback={<ResourceWaiting label={t('history.loading')} />}>
        <XmlDiff before={before.data} after={after.data} labels={labels} />
      </Suspense>
    </>
  );
}
