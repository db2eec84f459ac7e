import { xml } from '@codemirror/lang-xml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, linter } from '@codemirror/lint';
import { MergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { Box } from '@mui/material';
import { basicSetup } from 'codemirror';
import { useEffect, useEffectEvent, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { codeColouring, codeLook, diagnosticOf, showProblem, type CodeProblem } from '../../ui/code-look.ts';
import { tokenLines } from './document-tokens.ts';
import { findXmlProblem } from './xml-problems.ts';

const base: Extension = [
  basicSetup,
  xml(),
  syntaxHighlighting(HighlightStyle.define([])),
  codeColouring((text) => tokenLines(text, 'xml')),
  codeLook,
];

interface XmlEditorProps {
  label: string;
  initial: string;
  /** What the server says of the text as it stands. */
  problem: CodeProblem | null;
  onChange: (text: string) => void;
}

/** An editor for XML with marks at the lines that are wrong. Tab leaves it. */
export function XmlCode({ label, initial, problem, onChange }: XmlEditorProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useEffectEvent((text: string) => onChange(text));
  const start = useEffectEvent((parent: HTMLElement): EditorView => {
    const check = linter(
      ({ state }) => {
        const found = findXmlProblem(state.doc.toString());
        return found === null ? [] : [diagnosticOf(found, state.doc)];
      },
      { delay: 300 },
    );
    const listen = EditorView.updateListener.of((update) => {
      if (update.docChanged) changed(update.state.doc.toString());
    });
    const attributes = EditorView.contentAttributes.of({ 'aria-label': label });
    return new EditorView({ parent, doc: initial, extensions: [base, check, lintGutter(), listen, attributes] });
  });

  useEffect(() => {
    if (place.current === null) return undefined;
    const made = start(place.current);
    view.current = made;
    made.focus();
    return () => made.destroy();
  }, []);

  useEffect(() => {
    if (problem !== null && view.current !== null) showProblem(view.current, problem);
  }, [problem]);

  return <Box ref={place} sx={{ flex: 1, minHeight: 0, overflow: 'hidden' }} />;
}

/** CodeMirror's own is white in the dark, and its signs are in few fonts. */
const collapsedLook = EditorView.theme({
  '.cm-collapsedLines': {
    background: 'var(--mui-palette-action-hover)',
    color: 'var(--mui-palette-text-secondary)',
    '&:before, &:after': { content: '"⋯"' },
  },
});

/** Two texts beside each other with what differs, to be read only. */
export function XmlDiff({
  before,
  after,
  labels,
}: {
  before: string;
  after: string;
  labels: [string, string];
}): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const { t } = useTranslation('documents');
  const [beforeLabel, afterLabel] = labels;
  const unchanged = t('diff.unchanged');
  useEffect(() => {
    if (place.current === null) return undefined;
    const side = (doc: string, label: string): { doc: string; extensions: Extension } => ({
      doc,
      extensions: [
        base,
        collapsedLook,
        EditorState.readOnly.of(true),
        EditorState.phrases.of({ '$ unchanged lines': unchanged }),
        EditorView.contentAttributes.of({ 'aria-label': label }),
      ],
    });
    const made = new MergeView({
      parent: place.current,
      a: side(before, beforeLabel),
      b: side(after, afterLabel),
      collapseUnchanged: { margin: 3 },
      gutter: true,
    });
    return () => made.destroy();
  }, [before, after, beforeLabel, afterLabel, unchanged]);
  return <Box ref={place} sx={{ minHeight: 0, overflow: 'auto', border: 1, borderColor: 'divider' }} />;
}
