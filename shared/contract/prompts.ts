import { z } from 'zod';

/** A question that only the person can answer while something in the core waits. */
export type PromptRequest =
  | { kind: 'hostKey'; host: string; port: number; keyType: string; fingerprint: string }
  | { kind: 'password'; user: string; host: string; attempt: number }
  | { kind: 'passphrase'; keyPath: string; attempt: number }
  | {
      kind: 'keyboardInteractive';
      host: string;
      title: string;
      instructions: string;
      questions: { text: string; echo: boolean }[];
    }
  | { kind: 'cloudPassword'; user: string; authUrl: string; attempt: number }
  | {
      kind: 'certificate';
      host: string;
      fingerprint: string;
      subject: string;
      issuer: string;
      validTo: number;
      reason: string;
    }
  | { kind: 'consolePassword'; machine: string; attempt: number }
  | { kind: 'vaultPassphrase'; isNew: boolean; attempt: number };

export interface Prompt {
  id: string;
  /** The connection that asks; null for the app itself. */
  connectionId: string | null;
  askedAt: number;
  request: PromptRequest;
}

/** `values` has one entry per question (empty for yes/no prompts). A cancelled prompt is answered with null. */
export interface PromptAnswer {
  values: string[];
  remember: boolean;
}

export const answerPromptInput = z.object({
  id: z.string().max(64),
  answer: z.object({ values: z.array(z.string().max(65_536)).max(32), remember: z.boolean() }).nullable(),
});
