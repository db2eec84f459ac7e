import type { PromptRequest } from '../../../shared/contract/prompts.ts';

/** One thing to type in a prompt. */
export interface PromptField {
  /** The field's label: a text of ours, or the server's own words. */
  label: { key: string; number?: number } | { text: string };
  isSecret: boolean;
}

/** What a prompt asks to type; empty for yes/no prompts. */
export function promptFields(request: PromptRequest): PromptField[] {
  switch (request.kind) {
    case 'hostKey':
    case 'certificate':
      return [];
    case 'keyboardInteractive':
      return request.questions.map((question, at) => {
        const text = question.text.trim().replace(/\s*:$/, '');
        return {
          label: text === '' ? { key: 'keyboardInteractive.question', number: at + 1 } : { text },
          isSecret: !question.echo,
        };
      });
    case 'vaultPassphrase':
      return request.isNew
        ? [
            { label: { key: 'vaultPassphrase.newLabel' }, isSecret: true },
            { label: { key: 'vaultPassphrase.repeat' }, isSecret: true },
          ]
        : [{ label: { key: 'vaultPassphrase.label' }, isSecret: true }];
    case 'password':
    case 'passphrase':
    case 'cloudPassword':
    case 'consolePassword':
      return [{ label: { key: `${request.kind}.label` }, isSecret: true }];
  }
}

/** True where "Remember it" makes sense. */
export function canRemember({ kind }: PromptRequest): boolean {
  return kind === 'password' || kind === 'passphrase' || kind === 'cloudPassword' || kind === 'consolePassword';
}

/** True where the last answer was refused. */
export function wasRefused(request: PromptRequest): boolean {
  return 'attempt' in request && request.attempt > 1;
}

const MIN_VAULT_PASSPHRASE = 8;

/** What is wrong with the typed values (names a text in prompts:vaultPassphrase), or null. */
export function answerFault(request: PromptRequest, values: readonly string[]): 'short' | 'mismatch' | null {
  if (request.kind !== 'vaultPassphrase' || !request.isNew) return null;
  if ((values[0] ?? '').length < MIN_VAULT_PASSPHRASE) return 'short';
  return values[0] === values[1] ? null : 'mismatch';
}

/** The values to send: one per question; a repeated passphrase is one answer. */
export function answerValues(request: PromptRequest, values: readonly string[]): string[] {
  return request.kind === 'vaultPassphrase' ? values.slice(0, 1) : [...values];
}
