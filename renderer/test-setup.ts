import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';
import { z } from 'zod';
import { createI18n } from './i18n/index.ts';

z.config({ jitless: true });
createI18n('en');
afterEach(cleanup);

// jsdom has no layout: no media queries, no sizes, nothing to scroll.
window.matchMedia = (query) =>
  Object.assign(new EventTarget(), {
    matches: false,
    media: query,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });
window.ResizeObserver = class implements ResizeObserver {
  observe(): void {
    return undefined;
  }
  unobserve(): void {
    return undefined;
  }
  disconnect(): void {
    return undefined;
  }
};
Element.prototype.scrollIntoView = () => undefined;
