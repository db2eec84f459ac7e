import { Autocomplete, Chip, TextField } from '@mui/material';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isTag, MAX_TAGS } from '../../../shared/model/notes.ts';
import { useMachines } from '../../core-client/feeds.tsx';

/** Tags as they are being entered: the last one may not be ended yet. */
export interface TagsDraft {
  tags: readonly string[];
  typed: string;
}

/** All tags that were entered, also one that was not ended. */
export function tagsOf({ tags, typed }: TagsDraft): string[] {
  return [...new Set([...tags, ...wordsOf(typed)])];
}

/** What keeps the tags from being written; null where nothing does. */
export function tagsFault(draft: TagsDraft): 'notATag' | 'tooMany' | null {
  const tags = tagsOf(draft);
  if (tags.length > MAX_TAGS) return 'tooMany';
  return tags.every(isTag) ? null : 'notATag';
}

const separator = /[\s,]+/;
const wordsOf = (text: string): string[] => text.split(separator).filter((word) => word !== '');

interface TagsFieldProps {
  label: string;
  draft: TagsDraft;
  onChange: (draft: TagsDraft) => void;
  autoFocus?: boolean;
}

/** Tags as chips; those that machines have already are offered. Spaces and commas end a tag. */
export function TagsField({ label, draft, onChange, autoFocus = false }: TagsFieldProps): ReactNode {
  const { t } = useTranslation('notes');
  const { items } = useMachines();
  const options = useMemo(
    () => [...new Set(items.flatMap((machine) => machine.tags ?? []))].sort((a, b) => a.localeCompare(b)),
    [items],
  );
  const fault = tagsFault(draft);
  return (
    <Autocomplete
      multiple
      freeSolo
      filterSelectedOptions
      size="small"
      options={options}
      value={[...draft.tags]}
      inputValue={draft.typed}
      onChange={(_event, values) => onChange({ tags: [...new Set(values.flatMap(wordsOf))], typed: '' })}
      onInputChange={(_event, typed) =>
        onChange(separator.test(typed) ? { tags: tagsOf({ ...draft, typed }), typed: '' } : { ...draft, typed })
      }
      renderValue={(values, itemProps) =>
        values.map((tag, index) => {
          const { key, ...props } = itemProps({ index });
          return <Chip key={key} size="small" label={tag} {...props} />;
        })
      }
      renderInput={(params) => (
        <TextField
          {...params}
          label={label}
          autoFocus={autoFocus}
          error={fault !== null}
          helperText={t(fault === null ? 'tagsHint' : `faults.${fault}`)}
        />
      )}
    />
  );
}

interface TagChoiceProps {
  label: string;
  options: readonly string[];
  tags: readonly string[];
  onChange: (tags: string[]) => void;
}

/** Some of the tags that there are. */
export function TagChoice({ label, options, tags, onChange }: TagChoiceProps): ReactNode {
  const { t } = useTranslation('notes');
  return (
    <Autocomplete
      multiple
      filterSelectedOptions
      size="small"
      options={options}
      value={[...tags]}
      onChange={(_event, values) => onChange(values)}
      renderValue={(values, itemProps) =>
        values.map((tag, index) => {
          const { key, ...props } = itemProps({ index });
          return <Chip key={key} size="small" label={tag} {...props} />;
        })
      }
      renderInput={(params) => <TextField {...params} label={label} helperText={t('chooseHint')} />}
    />
  );
}
