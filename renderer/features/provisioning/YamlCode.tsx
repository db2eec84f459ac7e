import { lintGutter, linter } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { Box } from '@mui/material';
import { basicSetup } from 'codemirror';
import { useEffect, useEffectEvent, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CloudConfigFault } from '../../../shared/model/cloud-config.ts';
import { codeColouring, codeLook, diagnosticOf } from '../../ui/code-look.ts';
import { cloudKeys } from './cloud-keys.ts';
import { yamlTokenLines } from './yaml-tokens.ts';

/** What the editor tells of the place at which a completion is asked for. */
interface CompletionPlace {
  explicit: boolean;
  matchBefore(pattern: RegExp): { from: number; text: string } | null;
}

interface YamlCodeProps {
  label: string;
  /** What it starts with; the editor keeps its text itself. */
  initial: string;
  faultOf: (text: string) => CloudConfigFault | null;
  /** The words for a fault. */
  faultText: (fault: CloudConfigFault) => string;
  /** Whether the settings of cloud-config are offered while typing. */
  hasKeys: boolean;
  onChange: (text: string) => void;
}

/** An editor for YAML with marks at the lines that are wrong. Tab leaves it. */
export default function YamlCode({ label, initial, faultOf, faultText, hasKeys, onChange }: YamlCodeProps): ReactNode {
  const { t } = useTranslation('provisioning');
  const place = useRef<HTMLDivElement>(null);
  const changed = useEffectEvent((text: string) => onChange(text));
  const check = useEffectEvent((text: string) => faultOf(text));
  const words = useEffectEvent((fault: CloudConfigFault) => faultText(fault));
  const hint = useEffectEvent((key: string) => t(`cloudKeys.${key}`));
  const start = useEffectEvent((parent: HTMLElement): EditorView => {
    const complete = (at: CompletionPlace): unknown => {
      const word = at.matchBefore(/^[\w-]*/m);
      if (word === null || (word.text === '' && !at.explicit)) return null;
      return {
        from: word.from,
        options: cloudKeys.map((key) => ({ label: key, apply: `${key}: `, info: hint(key) })),
        validFor: /^[\w-]*$/,
      };
    };
    const extensions: Extension = [
      basicSetup,
      codeColouring(yamlTokenLines),
      codeLook,
      hasKeys ? EditorState.languageData.of(() => [{ autocomplete: complete }]) : [],
      linter(
        ({ state }) => {
          const fault = check(state.doc.toString());
          return fault === null ? [] : [diagnosticOf({ line: fault.line, message: words(fault) }, state.doc)];
        },
        { delay: 300 },
      ),
      lintGutter(),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) changed(update.state.doc.toString());
      }),
      // What is edited takes the focus anyway; not every reader of the page knows it.
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    ];
    return new EditorView({ parent, doc: initial, extensions });
  });
  useEffect(() => {
    if (place.current === null) return undefined;
    const made = start(place.current);
    return () => made.destroy();
  }, []);
  return (
    <Box ref={place} sx={{ height: 260, border: 1, borderColor: 'divider', borderRadius: 1, overflow: 'hidden' }} />
  );
}
