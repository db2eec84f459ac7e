import { autocompletion } from '@codemirror/autocomplete';
import { xml } from '@codemirror/lang-xml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, linter, type Diagnostic } from '@codemirror/lint';
import { MergeView } from '@codemirror/merge';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { Box } from '@mui/material';
import { basicSetup } from 'codemirror';
import { useEffect, useEffectEvent, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { codeColouring, codeLook, diagnosticOf, showProblem } from '../../ui/code-look.ts';
import { tokenLines } from './document-tokens.ts';
import { unknownParts } from './schema/unknown-parts.ts';
import { useXmlSchema } from './schema/use-xml-schema.ts';
import { completeXml } from './schema/xml-completion.ts';
import { findXmlProblem, refusedLine } from './xml-problems.ts';

const base: Extension = [
  basicSetup,
  xml(),
  syntaxHighlighting(HighlightStyle.define([])),
  codeColouring((text) => tokenLines(text, 'xml')),
  codeLook,
];

interface XmlCodeProps {
  label: string;
  initial: string;
  /** What the server said of the text as it stands; empty for nothing. */
  refusal: string;
  onChange: (text: string) => void;
  /** The elements around the text, where it is a part of a document. */
  under?: readonly string[];
}

const WHOLE: readonly string[] = [];

/**
 * An editor for XML that completes by libvirt's schema, with marks at the lines that are wrong, or that the schema does
 * not know. Tab leaves it.
 */
export function XmlCode({ label, initial, refusal, onChange, under = WHOLE }: XmlCodeProps): ReactNode {
  const { t } = useTranslation('documents');
  const schema = useXmlSchema();
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const bySchema = useRef(new Compartment());
  const changed = useEffectEvent((text: string) => onChange(text));
  const marks = useEffectEvent(({ doc }: EditorState): Diagnostic[] => {
    const text = doc.toString();
    const problem = findXmlProblem(text);
    if (problem !== null) return [diagnosticOf(problem, doc)];
    if (schema === null) return [];
    return unknownParts(schema, text, under).map(({ what, name, inside, from, to }) => ({
      ...{ from, to, severity: 'warning' },
      message: t(`unknown.${what}`, { name, inside }),
    }));
  });
  const start = useEffectEvent((parent: HTMLElement): EditorView => {
    const listen = EditorView.updateListener.of((update) => {
      if (update.docChanged) changed(update.state.doc.toString());
    });
    const attributes = EditorView.contentAttributes.of({ 'aria-label': label });
    const phrases = EditorState.phrases.of({ Completions: t('completions') });
    const extensions = [base, bySchema.current.of([]), lintGutter(), listen, attributes, phrases];
    return new EditorView({ parent, doc: initial, extensions });
  });
  const schemaParts = useEffectEvent((): Extension => [
    autocompletion(schema === null ? {} : { override: [completeXml(schema, under)], icons: false }),
    completionLook,
    linter(({ state }) => marks(state), { delay: 300 }),
  ]);
  const lineOf = useEffectEvent((words: string, text: string): number | null => {
    const [unknown] = schema === null ? [] : unknownParts(schema, text, under);
    return refusedLine(words, text, unknown?.from ?? null);
  });

  useEffect(() => {
    if (place.current === null) return undefined;
    const made = start(place.current);
    view.current = made;
    made.focus();
    return () => made.destroy();
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: bySchema.current.reconfigure(schemaParts()) });
  }, [schema]);

  useEffect(() => {
    if (refusal === '' || view.current === null) return;
    const line = lineOf(refusal, view.current.state.doc.toString());
    if (line !== null) showProblem(view.current, { line, message: refusal });
  }, [refusal]);

  return <Box ref={place} sx={{ flex: 1, minHeight: 0, overflow: 'hidden' }} />;
}

/** CodeMirror's own has colours that follow no theme. */
const completionLook = EditorView.theme({
  '.cm-tooltip.cm-tooltip-autocomplete': {
    border: '1px solid var(--mui-palette-divider)',
    borderRadius: '4px',
    overflow: 'hidden',
    '& > ul': { fontFamily: 'var(--vd-font-mono)' },
    '& > ul > li': { padding: '2px 8px' },
    '& > ul > li[aria-selected]': {
      backgroundColor: 'var(--mui-palette-action-selected)',
      color: 'var(--mui-palette-text-primary)',
    },
  },
});

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
