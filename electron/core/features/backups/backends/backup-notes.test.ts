import { describe, expect, it } from 'vitest';
import { checkpointsOf, readNote, writeNote } from './backup-notes.ts';

const full = { since: null, files: [{ target: 'vda', path: "/b/it's full.qcow2" }] };
const changes = { since: 'one', files: [{ target: 'vda', path: '/b/2.qcow2' }] };

describe('the note in a checkpoint', () => {
  it.each([[full], [changes]])('is read as it was written: %j', (note) => {
    expect(readNote(writeNote(note))).toEqual(note);
  });

  it('is none of what somebody else wrote', () => {
    expect(readNote('made by hand\nsee: the wiki')).toEqual({ since: null, files: [] });
  });
});

describe('checkpoints', () => {
  const made = (name: string, createdAtMs: number, description: string, parent: string | null = null) => {
    return { name, parent, createdAtMs, description, disks: ['vda'] };
  };

  it('of one second stand after those that they are changes of', () => {
    const list = checkpointsOf([made('two', 1, writeNote(changes), 'one'), made('one', 1, writeNote(full))]);
    expect(list.map(({ name }) => name)).toEqual(['one', 'two']);
  });

  it('are sorted and say how to restore them', () => {
    const list = checkpointsOf([made('two', 2, writeNote(changes)), made('one', 1, writeNote(full))]);
    expect(list.map(({ name, since }) => [name, since])).toEqual([
      ['one', null],
      ['two', 'one'],
    ]);
    expect(list[1]?.restore).toEqual([
      {
        target: 'vda',
        commands: [
          `qemu-img rebase -u -f qcow2 -F qcow2 -b '/b/it'\\''s full.qcow2' /b/2.qcow2`,
          'qemu-img convert -p -O qcow2 /b/2.qcow2 /b/2.qcow2.restored',
        ],
      },
    ]);
  });

  it('do not say it where a file is not known, or where notes go around in a circle', () => {
    expect(checkpointsOf([made('two', 2, writeNote(changes))])[0]?.restore).toEqual([]);
    const circle = checkpointsOf([made('one', 1, writeNote(changes))]);
    expect(circle[0]?.restore).toEqual([]);
  });
});
