import { Chip } from '@mui/material';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MachineDetails } from '../../../shared/contract/machines.ts';
import { CopyButton } from '../../ui/copy.tsx';
import type { CodeTokenKind } from '../../ui/code-look.ts';
import { tokenLines } from './document-tokens.ts';
import { TextViewer, type PieceStyle, type StyledLine } from './TextViewer.tsx';

/** Colours of the theme, as CSS variables: they follow light and dark by themselves. */
const styles: Record<CodeTokenKind, PieceStyle> = {
  text: {},
  tag: { color: 'var(--vd-code-tag)' },
  name: { color: 'var(--vd-code-name)' },
  value: { color: 'var(--vd-code-value)' },
  number: { color: 'var(--vd-code-number)' },
  keyword: { color: 'var(--vd-code-number)', bold: true },
  comment: { color: 'var(--vd-code-comment)' },
  punctuation: { color: 'var(--vd-code-comment)' },
};

interface DocumentTabProps {
  document: MachineDetails['document'];
  name: string;
  /** In place of the words that it cannot be changed. */
  status?: ReactNode;
  /** Further tools. */
  tools?: ReactNode;
}

/** A document to be read: a domain's XML or an instance's record. */
export function DocumentTab({ document, name, status, tools }: DocumentTabProps): ReactNode {
  const { t } = useTranslation('machineDetails');
  const { text, language } = document;
  const lines = useMemo<StyledLine[]>(
    () =>
      tokenLines(text.trimEnd(), language).map((line) =>
        line.map((token) => ({ text: token.text, style: styles[token.kind] })),
      ),
    [text, language],
  );
  return (
    <TextViewer
      label={t('document.region', { name })}
      lines={lines}
      searchLabel={t('document.search')}
      hasLineNumbers
      tools={
        <>
          {status ?? <Chip size="small" variant="outlined" label={t('document.readOnly')} />}
          <CopyButton text={text} label={t('document.copy')} />
          {tools}
        </>
      }
    />
  );
}
