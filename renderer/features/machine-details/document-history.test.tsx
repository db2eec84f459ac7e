import { act, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import type { DocumentChange, DocumentVersion } from '../../../shared/contract/documents.ts';
import { renderWithCore, StandInCore } from '../../testing/stand-in-core.tsx';
import { documentDrafts } from './document-drafts.ts';
import { EditableDocument } from './EditableDocument.tsx';

// CodeMirror measures text, which jsdom cannot.
vi.mock('./xml-code.tsx', () => ({
  XmlDiff: ({ before, after }: { before: string; after: string }) => `${before} / ${after}`,
  XmlCode: () => null,
}));

const subject = { resource: 'machine', connectionId: 'c', id: 'm', name: 'web', isRunning: false } as const;
const change = (init: Partial<DocumentChange>): DocumentChange => ({
  ...{ what: 'changed', isDevice: true, part: 'disk', label: 'vda', facts: [] },
  ...init,
});
const fact = (path: string, before: string | null, after: string | null): DocumentChange['facts'][number] => ({
  ...{ path, before, after },
});
const version = (id: string, changes: DocumentChange[] | null): DocumentVersion => ({ id, timeMs: 1_000, changes });

async function open(canEdit: boolean, isOnline: boolean): Promise<StandInCore> {
  const core = new StandInCore({
    'documents.version': ({ versionId }: { versionId: string }) => `<domain>${versionId}</domain>`,
    'documents.prepareReturn': () => ({
      ...{ base: '<domain>now</domain>', text: '<domain>older</domain>' },
      lost: [{ why: 'absent', part: 'graphics', label: 'vnc' }],
    }),
  });
  renderWithCore(
    core,
    <EditableDocument
      document={{ language: 'xml', text: '<domain/>' }}
      subject={subject}
      canEdit={canEdit}
      hasHistory
      isOnline={isOnline}
      onSaved={() => undefined}
    />,
  );
  await userEvent.click(screen.getByRole('button', { name: 'History' }));
  await waitFor(() => expect(core.open.get('documents.watchHistory')?.size).toBe(1));
  return core;
}
const words = (): (string | null)[] =>
  within(screen.getByRole('list', { name: 'Versions' }))
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent.replace(/^.*?1970.*?[AP]M/, ''));

it('tells each change in words, the newest first, and what comes', async () => {
  const core = await open(true, true);
  act(() => core.snapshot('documents.watchHistory', []));
  expect(await screen.findByText('No version yet')).toBeVisible();
  act(() => core.patch('documents.watchHistory', [version('1', null), version('2', [])]));
  const many = Array.from({ length: 6 }, () => change({ what: 'added' }));
  act(() =>
    core.patch('documents.watchHistory', [
      version('3', [
        change({ what: 'removed', part: 'interface', label: '52:54:00:00:00:01' }),
        change({ facts: [fact('driver.cache', 'none', null)] }),
        change({ isDevice: false, part: 'memory', label: '', facts: [fact('', '1', '2')] }),
        change({ isDevice: false, part: 'future', label: '' }),
      ]),
      version('4', many),
    ]),
  );
  expect(words()).toEqual([
    'Now' + 'Disk vda added'.repeat(4) + '2 more changes',
    'Network card 52:54:00:00:00:01 removed' + 'Disk vda: Cache none → not set' + 'Memory: 1 → 2' + '<future> changed',
    'Order or white space',
    'First seen',
  ]);
});

it('makes an older version the draft that is reviewed, and warns of a password that is lost', async () => {
  const core = await open(true, true);
  act(() => core.snapshot('documents.watchHistory', [version('1', null), version('2', [])]));
  const [, older] = await screen.findAllByRole('listitem');
  if (older === undefined) throw new Error('no older version');
  await userEvent.click(within(older).getByRole('button'));
  await userEvent.click(screen.getByRole('button', { name: 'Go back to this version' }));
  const dialog = await screen.findByRole('dialog', { name: 'Changes of web' }, { timeout: 5_000 });
  expect(dialog).toHaveTextContent('<domain>now</domain> / <domain>older</domain>');
  expect(dialog).toHaveTextContent('Screen vnc comes back without a password');
  expect(documentDrafts.get(subject)).toMatchObject({ base: '<domain>now</domain>', text: '<domain>older</domain>' });
  documentDrafts.drop(subject);
});

it.each([
  ['while the connection is down', true, false, /The connection is down/],
  ['for what is not ours to change', false, true, /cannot be changed here/],
])('does not go back %s', async (_when, canEdit, isOnline, why) => {
  const core = await open(canEdit, isOnline);
  act(() => core.snapshot('documents.watchHistory', [version('1', null), version('2', [])]));
  const [, older] = await screen.findAllByRole('listitem');
  if (older === undefined) throw new Error('no older version');
  await userEvent.click(within(older).getByRole('button'));
  expect(screen.getByText(why)).toBeVisible();
  expect(screen.getByRole('button', { name: 'Go back to this version' })).toBeDisabled();
});
