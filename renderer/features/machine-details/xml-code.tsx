import { xml } from '@codemirror/lang-xml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, linter, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { MergeView } from '@codemirror/merge';
import { EditorState, StateField, type Extension, type Text } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';
import { Box } from '@mui/material';
import { basicSetup } from 'codemirror';
import { useEffect, useEffectEvent, useRef, type ReactNode } from 'react';
import { tokenLines, type TokenKind } from './document-tokens.ts';
import { findXmlProblem, type XmlProblem } from './xml-problems.ts';

/** Longer documents stay plain: colouring the whole of them at each key would be felt. */
const MAX_COLOURED_LENGTH = 300_000;

/** Colours of the theme, as CSS variables: they follow light and dark by themselves. */
const colours: Record<TokenKind, string | null> = {
  text: null,
  tag: 'var(--vd-code-tag)',
  name: 'var(--vd-code-name)',
  value: 'var(--vd-code-value)',
  number: 'var(--vd-code-number)',
  keyword: 'var(--vd-code-number)',
  comment: 'var(--vd-code-comment)',
  punctuation: 'var(--vd-code-comment)',
};
const marks = new Map(
  Object.entries(colours).flatMap(([kind, color]) =>
    color === null ? [] : [[kind, Decoration.mark({ attributes: { style: `color: ${color}` } })] as const],
  ),
);

function colour(text: Text): DecorationSet {
  if (text.length > MAX_COLOURED_LENGTH) return Decoration.none;
  const lines = tokenLines(text.toString(), 'xml');
  const found = lines.flatMap((tokens, index) => {
    let from = index < text.lines ? text.line(index + 1).from : text.length;
    return tokens.flatMap((token) => {
      const at = from;
      from += token.text.length;
      const mark = marks.get(token.kind);
      return mark === undefined || token.text === '' || from > text.length ? [] : [mark.range(at, from)];
    });
  });
  return Decoration.set(found);
}

const colouring = StateField.define<DecorationSet>({
  create: (state) => colour(state.doc),
  update: (value, transaction) => (transaction.docChanged ? colour(transaction.newDoc) : value),
  provide: (field) => EditorView.decorations.from(field),
});

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', color: 'var(--mui-palette-text-primary)' },
  '&.cm-focused': { outline: '2px solid var(--mui-palette-primary-main)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--vd-font-mono)', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--mui-palette-text-primary)' },
  '.cm-cursor': { borderLeftColor: 'var(--mui-palette-text-primary)' },
  '.cm-gutters': {
    backgroundColor: 'var(--mui-palette-background-default)',
    color: 'var(--mui-palette-text-secondary)',
    borderRightColor: 'var(--mui-palette-divider)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--mui-palette-action-hover)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--mui-palette-action-focus)',
  },
  '.cm-panels, .cm-tooltip': {
    backgroundColor: 'var(--mui-palette-background-paper)',
    color: 'var(--mui-palette-text-primary)',
  },
});

/** The colours of the package do not follow the theme; ours stand in their place. */
const base: Extension = [basicSetup, xml(), syntaxHighlighting(HighlightStyle.define([])), colouring, look];

interface XmlEditorProps {
  label: string;
  initial: string;
  /** What the server says of the text as it stands. */
  problem: XmlProblem | null;
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
    const made = view.current;
    if (problem === null || made === null) return;
    const found = diagnosticOf(problem, made.state.doc);
    made.dispatch(setDiagnostics(made.state, [found]), {
      selection: { anchor: found.from },
      effects: EditorView.scrollIntoView(found.from, { y: 'center' }),
    });
  }, [problem]);

  return <Box ref={place} sx={{ flex: 1, minHeight: 0, overflow: 'hidden' }} />;
}

function diagnosticOf({ line, message }: XmlProblem, text: Text): Diagnostic {
  const { from, to } = text.line(Math.min(Math.max(line ?? 1, 1), text.lines));
  return { from, to, severity: 'error', message };
}

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
  const [beforeLabel, afterLabel] = labels;
  useEffect(() => {
    if (place.current === null) return undefined;
    const side = (doc: string, label: string): { doc: string; extensions: Extension } => ({
      doc,
      extensions: [base, EditorState.readOnly.of(true), EditorView.contentAttributes.of({ 'aria-label': label })],
    });
    const made = new MergeView({
      parent: place.current,
      a: side(before, beforeLabel),
      b: side(after, afterLabel),
      collapseUnchanged: { margin: 3 },
      gutter: true,
    });
    return () => made.destroy();
  }, [before, after, beforeLabel, afterLabel]);
  return <Box ref={place} sx={{ minHeight: 0, overflow: 'auto', border: 1, borderColor: 'divider' }} />;
}
