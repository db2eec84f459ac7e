import { setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { StateField, type Extension, type Text } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';

/** What a piece of a document is, for its colour. */
export type CodeTokenKind = 'text' | 'tag' | 'name' | 'value' | 'comment' | 'number' | 'keyword' | 'punctuation';

/** The tokens of a line, which joined give the line. */
type TokenLine = readonly { kind: CodeTokenKind; text: string }[];

/** Longer documents stay plain: colouring the whole of them at each key would be felt. */
const MAX_COLOURED_LENGTH = 300_000;

/** Colours of the theme, as CSS variables: they follow light and dark by themselves. */
const colours: Record<CodeTokenKind, string | null> = {
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

function colour(text: Text, tokenLines: (text: string) => readonly TokenLine[]): DecorationSet {
  if (text.length > MAX_COLOURED_LENGTH) return Decoration.none;
  const lines = tokenLines(text.toString());
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

/** Colours a document by its tokens: the colours of the languages' own packages do not follow the theme. */
export function codeColouring(tokenLines: (text: string) => readonly TokenLine[]): Extension {
  return StateField.define<DecorationSet>({
    create: (state) => colour(state.doc, tokenLines),
    update: (value, transaction) => (transaction.docChanged ? colour(transaction.newDoc, tokenLines) : value),
    provide: (field) => EditorView.decorations.from(field),
  });
}

/** Where a document is wrong: a line from 1, null where nobody says which. */
export interface CodeProblem {
  line: number | null;
  message: string;
}

/** The mark at the line that is wrong. */
export function diagnosticOf({ line, message }: CodeProblem, text: Text): Diagnostic {
  const { from, to } = text.line(Math.min(Math.max(line ?? 1, 1), text.lines));
  return { from, to, severity: 'error', message };
}

/** Marks a line that somebody else has found wrong, and goes there. */
export function showProblem(view: EditorView, problem: CodeProblem): void {
  const found = diagnosticOf(problem, view.state.doc);
  view.dispatch(setDiagnostics(view.state, [found]), {
    selection: { anchor: found.from },
    effects: EditorView.scrollIntoView(found.from, { y: 'center' }),
  });
}

/** How editors of code look, in the colours of the theme. */
export const codeLook = EditorView.theme({
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
