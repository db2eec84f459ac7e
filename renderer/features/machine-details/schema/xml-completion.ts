import {
  startCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import { contextAfter, type XmlContext } from './xml-context.ts';
import type { XmlSchema } from './xml-schema.ts';

/** Longer documents are not looked through at each key. */
const MAX_LENGTH = 1_000_000;

/** What may stand at the cursor by libvirt's schema. `under` are the elements around the text, for a part of a document. */
export function completeXml(
  schema: XmlSchema,
  under: readonly string[],
): (context: CompletionContext) => CompletionResult | null {
  return ({ state, pos, explicit }) => {
    if (pos > MAX_LENGTH) return null;
    const found = contextAfter(state.doc.sliceString(0, pos));
    if (found === null) return null;
    const options = optionsFor(schema, { ...found, path: [...under, ...found.path] }, explicit);
    return options.length === 0 ? null : { from: found.from, options, validFor: /^[\w:.-]*$/ };
  };
}

function optionsFor(schema: XmlSchema, context: XmlContext, isAsked: boolean): Completion[] {
  const { path } = context;
  const type = schema.typeAt(path);
  switch (context.kind) {
    case 'close': {
      const name = path.at(-1);
      return name === undefined ? [] : [{ label: name, apply: plain(`${name}>`), type: 'type' }];
    }
    case 'element':
      return elements(schema, path, '');
    case 'text': {
      const known = type === null ? null : schema.textOf(type);
      if (known !== null && known.values.length > 0) return known.values.map(value);
      // Between elements, only who asks is told.
      return isAsked ? elements(schema, path, '<') : [];
    }
    case 'attribute':
      return Object.keys(type?.a ?? {})
        .filter((name) => !context.used.includes(name))
        .map((name) => ({ label: name, type: 'property', apply: attribute }));
    case 'value':
      return type === null ? [] : (schema.valuesOf(type, context.attribute)?.values ?? []).map(value);
  }
}

function value(label: string): Completion {
  return { label, type: 'enum' };
}

function elements(schema: XmlSchema, path: readonly string[], before: '' | '<'): Completion[] {
  const names = path.length === 0 ? schema.rootNames() : Object.keys(schema.typeAt(path)?.c ?? {});
  return names.map((name) => {
    const type = schema.typeAt([...path, name]);
    const hasAttributes = Object.keys(type?.a ?? {}).length > 0;
    const hasContent = type?.c !== undefined || type?.t !== undefined || type?.x !== undefined;
    const [first, second] = hasAttributes
      ? [`${name} `, hasContent ? `></${name}>` : '/>']
      : hasContent
        ? [`${name}>`, `</${name}>`]
        : [`${name}/>`, ''];
    return { label: `${before}${name}`, type: 'type', apply: around(`${before}${first}`, second, `${before}${name}`) };
  });
}

type Apply = (view: EditorView, completion: Completion, from: number, to: number) => void;

/** Writes both and leaves the cursor between them; only the name where something follows already. */
function around(first: string, second: string, name: string): Apply {
  return (view, _completion, from, to) => {
    const isLast = /^\s*(<|$)/.test(view.state.doc.lineAt(to).text.slice(to - view.state.doc.lineAt(to).from));
    insert(view, from, to, isLast ? first : name, isLast ? second : '');
  };
}

const attribute: Apply = (view, { label }, from, to) => {
  const isNamed = view.state.doc.sliceString(to, to + 1) === '=';
  insert(view, from, to, isNamed ? label : `${label}='`, isNamed ? '' : "'");
};

function plain(text: string): Apply {
  return (view, _completion, from, to) => {
    const isThere = view.state.doc.sliceString(to, to + 1) === '>';
    insert(view, from, to, isThere ? text.slice(0, -1) : text, '');
  };
}

function insert(view: EditorView, from: number, to: number, first: string, second: string): void {
  view.dispatch({
    changes: { from, to, insert: first + second },
    selection: { anchor: from + first.length },
    userEvent: 'input.complete',
  });
  // The next is a value or an attribute, of which the schema may know something.
  if (second !== '') startCompletion(view);
}
