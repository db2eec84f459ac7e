import { describe, expect, it } from 'vitest';
import { canRunNetworkAction, networkActions, type NetworkSubject } from './networks.ts';

const answers = (subject: NetworkSubject): Record<string, true | string> =>
  Object.fromEntries(networkActions.map((action) => [action, canRunNetworkAction(action, subject)]));

describe('canRunNetworkAction', () => {
  it('starts what is off, and deletes only that', () => {
    expect(answers({ state: 'inactive', autostart: false, persistent: true })).toEqual({
      start: true,
      stop: 'notStarted',
      restart: 'notStarted',
      enableAutostart: true,
      disableAutostart: 'autostartOff',
      delete: true,
    });
  });

  it('stops what is on before it is deleted', () => {
    expect(answers({ state: 'active', autostart: true, persistent: true })).toEqual({
      start: 'alreadyStarted',
      stop: true,
      restart: true,
      enableAutostart: 'autostartOn',
      disableAutostart: true,
      delete: 'stopFirst',
    });
  });

  it('can only stop a transient network', () => {
    expect(answers({ state: 'active', autostart: false, persistent: false })).toEqual({
      start: 'alreadyStarted',
      stop: true,
      restart: 'transientNetwork',
      enableAutostart: 'transientNetwork',
      disableAutostart: 'transientNetwork',
      delete: 'transientNetwork',
    });
  });
});
