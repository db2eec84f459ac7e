import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { Prompt } from '../../../shared/contract/prompts.ts';
import { renderWithCore, standInConnection, StandInCore } from '../../testing/stand-in-core.tsx';
import { PromptHost } from './PromptHost.tsx';

const password: Prompt = {
  id: 'p1',
  connectionId: 'c1',
  askedAt: 2,
  request: { kind: 'password', user: 'root', host: 'kvm1', attempt: 1 },
};
const hostKey: Prompt = {
  id: 'p2',
  connectionId: 'c1',
  askedAt: 1,
  request: { kind: 'hostKey', host: 'kvm1', port: 22, keyType: 'ed25519', fingerprint: 'SHA256:abcdef' },
};

async function ask(prompts: Prompt[]): Promise<StandInCore> {
  const core = new StandInCore({ 'prompts.answer': () => undefined });
  renderWithCore(core, <PromptHost />);
  core.snapshot('connections.watch', [standInConnection()]);
  core.snapshot('prompts.watch', prompts);
  await screen.findByRole('dialog');
  return core;
}

describe('questions of the core', () => {
  it('come one at a time, the oldest first', async () => {
    const core = await ask([password, hostKey]);
    const first = screen.getByRole('dialog');
    expect(first).toHaveTextContent('SHA256:abcdef');
    expect(first).toHaveTextContent('kvm1');
    const buttons = within(first).getAllByRole('button');
    await userEvent.click(buttons[buttons.length - 1]!);
    expect(core.inputsOf('prompts.answer')).toEqual([{ id: 'p2', answer: { values: [], remember: false } }]);
    await waitFor(() => expect(screen.getByRole('dialog').querySelector('input[type="password"]')).not.toBeNull());
  });

  it('send what was typed once, and never show it', async () => {
    const core = await ask([password]);
    const input = screen.getByRole('dialog').querySelector('input[type="password"]')!;
    expect(input).toHaveFocus();
    await userEvent.keyboard('s3cret{Enter}');
    expect(core.inputsOf('prompts.answer')).toEqual([{ id: 'p1', answer: { values: ['s3cret'], remember: false } }]);
    // Answered, though the core has not taken it from the list yet.
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('are answered with no by Escape', async () => {
    const core = await ask([password]);
    await userEvent.keyboard('{Escape}');
    expect(core.inputsOf('prompts.answer')).toEqual([{ id: 'p1', answer: null }]);
  });

  it('go away when the core gives up', async () => {
    const core = await ask([password]);
    act(() => core.patch('prompts.watch', [], ['p1']));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(core.inputsOf('prompts.answer')).toEqual([]);
  });
});
