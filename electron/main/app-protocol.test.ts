import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../core/kernel/logger.ts';
import { createAppHandler, fileOfPath } from './app-protocol.ts';

const base = mkdtempSync(join(tmpdir(), 'virtdeck-protocol-'));
const folder = join(base, 'renderer');
mkdirSync(join(folder, 'assets'), { recursive: true });
writeFileSync(join(folder, 'index.html'), '<!doctype html>');
writeFileSync(join(folder, 'assets', 'app.js'), 'export {}');
writeFileSync(join(folder, 'assets', 'notes.pem'), 'no known type');
writeFileSync(join(base, 'secret.html'), 'outside');
writeFileSync(`${folder}-sibling.html`, 'outside');

afterAll(() => rmSync(base, { recursive: true, force: true }));

const handle = createAppHandler(folder, silentLogger);
const get = (url: string, method = 'GET'): Promise<Response> => handle(new Request(url, { method }));

describe('app:// protocol', () => {
  it('serves the page and its files with their types and the policy', async () => {
    const page = await get('app://virtdeck/');
    expect(page.status).toBe(200);
    expect(await page.text()).toBe('<!doctype html>');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const script = await get('app://virtdeck/assets/app.js?v=1');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  it.each([
    '/../secret.html',
    '/%2e%2e/secret.html',
    '/..%2fsecret.html',
    '/assets/..%2f..%2fsecret.html',
    '/..%5csecret.html',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.html',
    '/..%2frenderer-sibling.html',
    '//etc/passwd',
    '/index.html%00.js',
    '/%E0%A4%A',
    '/assets',
    '/assets/notes.pem',
    '/missing.js',
  ])('refuses %s', async (path) => {
    expect((await get(`app://virtdeck${path}`)).status).toBe(404);
  });

  it('refuses other hosts and methods, with the policy all the same', async () => {
    const other = await get('app://elsewhere/index.html');
    expect(other.status).toBe(404);
    expect(other.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await get('app://virtdeck/', 'POST')).status).toBe(405);
  });

  it('never names a file outside its folder', () => {
    const piece = fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      '%2f',
      '/',
      '\\',
      '%5c',
      'assets',
      'renderer-sibling.html',
      '%00',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 8 }), (pieces) => {
        const file = fileOfPath(folder, `/${pieces.join('')}`);
        return file === null || (file.startsWith(`${folder}/`) && !file.includes('/../'));
      }),
    );
  });
});
