import { describe, expect, it } from 'vitest';
import type { FeedEvent } from '../../../../shared/contract/feed.ts';
import type { Prompt, PromptRequest } from '../../../../shared/contract/prompts.ts';
import { AppError } from '../../kernel/app-error.ts';
import { FakeClock } from '../../kernel/clock.ts';
import { PromptService } from './prompt-service.ts';

const request: PromptRequest = { kind: 'password', user: 'root', host: 'kvm1 <script>', attempt: 1 };
const { signal } = new AbortController();

function setUp() {
  const clock = new FakeClock();
  const service = new PromptService(clock);
  const open = new Map<string, Prompt>();
  const watching = new AbortController();
  const take = (event: FeedEvent<Prompt>): void => {
    if (event.type === 'snapshot') open.clear();
    for (const prompt of event.type === 'snapshot' ? event.items : event.upsert) open.set(prompt.id, prompt);
    if (event.type === 'patch') for (const id of event.remove) open.delete(id);
  };
  void (async () => {
    for await (const event of service.watch({ signal: watching.signal, ready: () => Promise.resolve() })) take(event);
  })();
  /** The questions that the page shows now. */
  const shown = async (): Promise<Prompt[]> => {
    await clock.advance(200);
    return [...open.values()];
  };
  return { clock, service, shown };
}

describe('PromptService', () => {
  it('shows a question with its connection until it is answered', async () => {
    const { clock, service, shown } = setUp();
    const askedAt = clock.now();
    const asking = service.prompterFor('c1').ask(request, signal);
    const [prompt] = await shown();
    expect(prompt).toMatchObject({ connectionId: 'c1', askedAt, request });
    service.answer(prompt!.id, { values: ['geheim'], remember: true });
    expect(await asking).toEqual({ values: ['geheim'], remember: true });
    expect(await shown()).toEqual([]);
  });

  it('tells the asker that the person cancelled', async () => {
    const { service, shown } = setUp();
    const asking = service.prompterFor(null).ask({ kind: 'vaultPassphrase', isNew: true, attempt: 1 }, signal);
    const [prompt] = await shown();
    expect(prompt?.connectionId).toBeNull();
    service.answer(prompt!.id, null);
    expect(await asking).toBeNull();
  });

  it('takes a question back when the asker gives up, and knows no answer to it then', async () => {
    const { service, shown } = setUp();
    const asker = new AbortController();
    const asking = service.prompterFor('c1').ask(request, asker.signal);
    const [prompt] = await shown();
    asker.abort(new AppError('CONNECTION_LOST'));
    await expect(asking).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await shown()).toEqual([]);
    expect(() => service.answer(prompt!.id, null)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    await expect(service.prompterFor('c1').ask(request, asker.signal)).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
    });
  });

  it('asks several at once and gives each its own answer, once', async () => {
    const { service, shown } = setUp();
    const asking = ['c1', 'c2', 'c3'].map((id) => service.prompterFor(id).ask(request, signal));
    const prompts = await shown();
    for (const { id, connectionId } of [...prompts].reverse())
      service.answer(id, { values: [connectionId ?? ''], remember: false });
    expect((await Promise.all(asking)).map((answer) => answer?.values[0])).toEqual(['c1', 'c2', 'c3']);
    expect(() => service.answer(prompts[0]!.id, null)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });

  it('has a bounded number of questions', async () => {
    const { service, shown } = setUp();
    const prompter = service.prompterFor('c1');
    const asking = Array.from({ length: 200 }, () => prompter.ask(request, new AbortController().signal));
    await expect(prompter.ask(request, signal)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    for (const { id } of await shown()) service.answer(id, null);
    expect(await Promise.all(asking)).toHaveLength(200);
  });
});
