import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canRunMachineAction,
  machineActions,
  machineStates,
  type ActionReason,
  type ActionSubject,
  type MachineAction,
} from './machine-actions.ts';

const domain: ActionSubject = {
  kind: 'domain',
  state: 'running',
  transition: null,
  autostart: false,
  persistent: true,
  hasManagedSave: false,
  locked: false,
  ownedByNova: false,
  isTemplate: false,
};
const instance: ActionSubject = { ...domain, kind: 'instance', autostart: null };

const subject: fc.Arbitrary<ActionSubject> = fc.record({
  kind: fc.constantFrom('domain', 'instance'),
  state: fc.constantFrom(...machineStates),
  transition: fc.constantFrom(null, 'powering-off'),
  autostart: fc.constantFrom(null, true, false),
  persistent: fc.boolean(),
  hasManagedSave: fc.boolean(),
  locked: fc.boolean(),
  ownedByNova: fc.boolean(),
  isTemplate: fc.constantFrom(null, true, false),
});

const allowed = (machine: ActionSubject) =>
  machineActions.filter((action) => canRunMachineAction(action, machine) === true);

it.each<[string, Partial<ActionSubject>, Partial<Record<MachineAction, true | ActionReason>>]>([
  [
    'a template',
    { isTemplate: true },
    { start: 'isTemplate', enableAutostart: 'isTemplate', makeMachine: true, makeTemplate: 'notForKind', delete: true },
  ],
  ['a machine', {}, { start: true, makeTemplate: true, makeMachine: 'notForKind' }],
  ['saved memory', { hasManagedSave: true }, { makeTemplate: 'savedMemory' }],
  ['a machine that runs', { state: 'running' }, { makeTemplate: 'mustBeOff' }],
  ['a transient one', { persistent: false }, { makeTemplate: 'notPersistent' }],
])('knows what becomes of %s', (_, change, answers) => {
  const machine: ActionSubject = { ...domain, state: 'stopped', ...change };
  const found = Object.keys(answers).map((action) => [action, canRunMachineAction(action as MachineAction, machine)]);
  expect(Object.fromEntries(found)).toEqual(answers);
});

describe('canRunMachineAction', () => {
  it('offers what makes sense in each state', () => {
    expect(allowed(domain)).toEqual([
      'shutdown',
      'reboot',
      'reset',
      'forceOff',
      'pause',
      'save',
      'sendNmi',
      'enableAutostart',
      'delete',
    ]);
    expect(allowed({ ...domain, state: 'stopped', autostart: true })).toEqual([
      'start',
      'disableAutostart',
      'makeTemplate',
      'delete',
    ]);
    expect(allowed({ ...domain, state: 'paused' })).toEqual([
      'reset',
      'forceOff',
      'resume',
      'save',
      'enableAutostart',
      'delete',
    ]);
    expect(allowed({ ...domain, state: 'shuttingDown' })).toEqual(['forceOff', 'enableAutostart', 'delete']);
    expect(allowed({ ...domain, state: 'stopped', hasManagedSave: true })).toContain('discardSave');
    expect(allowed(instance)).toEqual(['shutdown', 'reboot', 'reset', 'pause', 'suspend', 'lock', 'delete']);
    expect(allowed({ ...instance, state: 'stopped' })).toEqual(['start', 'reset', 'lock', 'delete']);
    expect(allowed({ ...instance, state: 'error' })).toEqual(['start', 'reset', 'lock', 'delete']);
    expect(allowed({ ...instance, locked: true })).toEqual(['unlock']);
  });

  it('gives the reason where it does not', () => {
    expect(canRunMachineAction('start', domain)).toBe('alreadyRunning');
    expect(canRunMachineAction('resume', domain)).toBe('notPaused');
    expect(canRunMachineAction('lock', domain)).toBe('notForKind');
    expect(canRunMachineAction('enableAutostart', { ...domain, persistent: false })).toBe('notPersistent');
    expect(canRunMachineAction('save', { ...domain, persistent: false })).toBe('notPersistent');
    expect(canRunMachineAction('discardSave', domain)).toBe('nothingSaved');
    expect(canRunMachineAction('reboot', { ...instance, transition: 'reboot_started' })).toBe('busy');
  });

  it('never touches a domain that Nova owns', () => {
    fc.assert(
      fc.property(subject, (machine) => allowed({ ...machine, kind: 'domain', ownedByNova: true }).length === 0),
    );
  });

  it('never offers both start and shut down', () => {
    fc.assert(
      fc.property(subject, (machine) => {
        const actions = allowed(machine);
        return !(actions.includes('start') && actions.includes('shutdown'));
      }),
    );
  });
});
