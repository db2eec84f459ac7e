import { expect, it } from 'vitest';
import { param } from '../../../libvirt/protocol/typed-params.ts';
import {
  agentEvent,
  balloonEvent,
  blockJobEvent,
  blockThresholdEvent,
  diskChangeEvent,
  ioErrorEvent,
  jobEvent,
  lifecycleEvent,
  memoryFailureEvent,
  trayEvent,
  watchdogEvent,
} from './domain-events.ts';

it.each([
  [lifecycleEvent(2, 0), { kind: 'started', reason: 'booted', level: 'info' }],
  [lifecycleEvent(3, 2), { kind: 'suspended', reason: 'ioError', level: 'error' }],
  [lifecycleEvent(5, 1), { kind: 'stopped', reason: 'destroyed', level: 'info' }],
  [lifecycleEvent(5, 5), { kind: 'stopped', reason: 'failed', level: 'error' }],
  [lifecycleEvent(8, 0), { kind: 'crashed', reason: 'panicked', level: 'error' }],
  [watchdogEvent(2), { kind: 'watchdog', reason: 'reset', level: 'error' }],
  [
    ioErrorEvent('virtio-disk0', '/vm/a.img', 1, 'enospc'),
    { reason: 'enospc', subject: 'virtio-disk0 /vm/a.img', level: 'error' },
  ],
  [ioErrorEvent('virtio-disk0', '', 1, ''), { reason: 'pause', subject: 'virtio-disk0' }],
  [blockJobEvent('vda', 4, 3), { kind: 'blockJob', reason: 'activeCommit.ready', subject: 'vda', level: 'info' }],
  [blockJobEvent('vda', 2, 1), { reason: 'copy.failed', level: 'error' }],
  [diskChangeEvent('ide0-0-0', '/iso/a.iso', 0), { reason: 'missing', subject: '/iso/a.iso', level: 'warning' }],
  [trayEvent('ide0-0-0', 1), { reason: 'closed', subject: 'ide0-0-0' }],
  [balloonEvent(65_536), { kind: 'balloon', sizeBytes: 64 * 1024 ** 2 }],
  [agentEvent(1), { kind: 'agent', reason: 'connected' }],
  [blockThresholdEvent('vda', null, 1_000), { subject: 'vda', sizeBytes: 1_000, level: 'warning' }],
  [memoryFailureEvent(2), { reason: 'fatal', level: 'error' }],
])('says what happened: %j', (event, expected) => {
  expect(event).toMatchObject(expected);
});

it('says which job has ended, and why it failed', () => {
  const operation = param('int', 'operation', 9);
  expect(jobEvent([operation, param('boolean', 'success', true)])).toMatchObject({
    reason: 'backup.completed',
    subject: null,
    level: 'info',
  });
  const failed = [operation, param('boolean', 'success', false), param('string', 'errmsg', 'no space')];
  expect(jobEvent(failed)).toMatchObject({ reason: 'backup.failed', subject: 'no space', level: 'error' });
});

it('leaves out lifecycle events that are not known, and keeps numbers of details that are not', () => {
  expect(lifecycleEvent(99, 0)).toBeNull();
  expect(lifecycleEvent(2, 99)?.reason).toBe('99');
});
