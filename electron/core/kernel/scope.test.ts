import { describe, expect, it } from 'vitest';
import { AppError } from './app-error.ts';
import { Scope } from './scope.ts';

describe('Scope', () => {
  it('aborts first, then closes children, then cleans up in reverse order', async () => {
    const order: string[] = [];
    const scope = new Scope('host');
    scope.signal.addEventListener('abort', () => order.push('abort'));
    scope.defer(() => void order.push('first'));
    scope.defer(async () => {
      await Promise.resolve();
      order.push('second');
    });
    scope.child('channel').defer(() => void order.push('child'));
    await scope.close();
    expect(order).toEqual(['abort', 'child', 'second', 'first']);
  });

  it('gives its reason to everything below', async () => {
    const scope = new Scope('host');
    const child = scope.child('a').child('b');
    const reason = new AppError('CONNECTION_LOST');
    await scope.close(reason);
    expect(child.signal.reason).toBe(reason);
    expect(child.isClosed).toBe(true);
    expect(child.name).toBe('host/a/b');
    expect(() => scope.child('late')).toThrow(reason);
  });

  it('closes once; whoever closes again waits for the same end', async () => {
    let cleanups = 0;
    const scope = new Scope('host');
    scope.defer(() => {
      cleanups++;
    });
    await Promise.all([scope.close(), scope.close()]);
    expect(cleanups).toBe(1);
  });

  it('runs every cleanup, then rejects with the first failure', async () => {
    const ran: string[] = [];
    const scope = new Scope('host');
    scope.defer(() => void ran.push('last'));
    scope.defer(() => {
      throw new AppError('TIMEOUT');
    });
    scope.child('a').defer(() => Promise.reject(new Error('child')));
    await expect(scope.close()).rejects.toMatchObject({ code: 'INTERNAL', detail: 'child' });
    expect(ran).toEqual(['last']);
  });

  it('cleans up at once what comes too late, and forgets what is no longer needed', async () => {
    const ran: string[] = [];
    const scope = new Scope('host');
    const forget = scope.defer(() => void ran.push('forgotten'));
    forget();
    await scope.close();
    scope.defer(() => void ran.push('late'));
    expect(ran).toEqual(['late']);
  });

  it('a child that closed does not hold its parent', async () => {
    const scope = new Scope('host');
    const child = scope.child('a');
    child.defer(() => Promise.reject(new Error('broken')));
    await expect(child.close()).rejects.toMatchObject({ detail: 'broken' });
    await scope.close();
  });
});
