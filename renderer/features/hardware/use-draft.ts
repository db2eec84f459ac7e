import { useState } from 'react';

/** What a person enters over what is there. */
export interface Draft<T> {
  values: T;
  isChanged: boolean;
  set: (part: Partial<T>) => void;
  clear: () => void;
}

/** Fields that nobody touched follow `present`, which others may change meanwhile; touched ones keep what was typed. */
export function useDraft<T extends object>(present: T): Draft<T> {
  const [draft, setDraft] = useState<Partial<T>>({});
  const values = { ...present, ...draft };
  const isChanged = (Object.keys(draft) as (keyof T)[]).some((key) => draft[key] !== present[key]);
  return {
    values,
    isChanged,
    set: (part) => setDraft((before) => ({ ...before, ...part })),
    clear: () => setDraft({}),
  };
}
