import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { Prompt } from '../../../shared/contract/prompts.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { useConnections, usePrompts } from '../../core-client/feeds.tsx';
import { PromptDialog } from './PromptDialog.tsx';

/** Shows the questions of the core, one at a time, oldest first. Rendered once, above everything. */
export function PromptHost(): ReactNode {
  const trpc = useTRPC();
  const { items: prompts } = usePrompts();
  const { items: connections } = useConnections();
  // Answered here but not yet gone from the feed: asking twice would confuse.
  const [answered, setAnswered] = useState<readonly string[]>([]);
  const answer = useMutation(trpc.prompts.answer.mutationOptions());
  const open = oldestFirst(prompts).filter((prompt) => !answered.includes(prompt.id));
  const current = open[0];
  if (current === undefined) return null;
  const connection = connections.find((each) => each.id === current.connectionId);
  return (
    <PromptDialog
      key={current.id}
      prompt={current}
      connectionName={current.connectionId === null ? null : (connection?.name ?? current.connectionId)}
      waiting={open.length - 1}
      onAnswer={(value) => {
        setAnswered((ids) => [...ids.slice(-50), current.id]);
        answer.mutate({ id: current.id, answer: value });
      }}
    />
  );
}

function oldestFirst(prompts: readonly Prompt[]): Prompt[] {
  return prompts.toSorted((a, b) => a.askedAt - b.askedAt || a.id.localeCompare(b.id));
}
