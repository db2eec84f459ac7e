import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { durationText } from './format.ts';

/** The time, anew each second while the component is there. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 1_000);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}

interface CountdownProps {
  /** Epoch ms. */
  until: number;
  /** Puts the remaining time into a sentence. */
  text: (time: string) => string;
}

/** How long it still takes, counting down. */
export function Countdown({ until, text }: CountdownProps): ReactNode {
  const { i18n } = useTranslation();
  return text(durationText(until - useNow(), i18n.language));
}

interface ElapsedProps {
  /** Epoch ms. */
  since: number;
  text: (time: string) => string;
}

/** How long it has taken so far, counting up. */
export function Elapsed({ since, text }: ElapsedProps): ReactNode {
  const { i18n } = useTranslation();
  return text(durationText(useNow() - since, i18n.language));
}

/** How long something took; what is over at once in tenths of a second. */
export function Duration({ ms }: { ms: number }): ReactNode {
  const { i18n } = useTranslation();
  if (ms >= 10_000) return durationText(ms, i18n.language);
  return new Intl.NumberFormat(i18n.language, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'long',
    maximumFractionDigits: 1,
  }).format(Math.max(0.1, ms / 1_000));
}
