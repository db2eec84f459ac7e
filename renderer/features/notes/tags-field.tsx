import { Autocomplete, Chip, TextField } from '@mui/material';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isTag, MAX_TAGS } from '../../../shared/model/notes.ts';
import { useMachines } from '../../core-client/feeds.tsx';

/** What keeps the tags from being written; null where nothing does. */
export function tagsFault(tags: readonly string[]): 'notATag' | 'tooMany' | null {
  if (tags.length > MAX_TAGS) return 'tooMany';
  return tags.every(isTag) ? null : 'notATag';
}

interface TagsFieldProps {
  label: string;
  tags: readonly string[];
  onChange: (tags: string[]) => void;
  /** What can be chosen, where not any word can be typed. */
  only?: readonly string[];
  autoFocus?: boolean;
}

/** Tags as chips; those that machines have already are offered. Spaces and commas end a tag. */
export function TagsField({ label, tags, onChange, only, autoFocus = false }: TagsFieldProps): ReactNode {
  const { t } = useTranslation('notes');
  const { items } = useMachines();
  const options = useMemo(
    () => only ?? [...new Set(items.flatMap((machine) => machine.tags ?? []))].sort((a, b) => a.localeCompare(b)),
    [items, only],
  );
  const fault = only === undefined ? tagsFault(tags) : null;
  return (
    <Autocomplete
      multiple
      freeSolo={only === undefined}
      autoSelect={only === undefined}
      filterSelectedOptions
      size="small"
      options={options}
      value={[...tags]}
      onChange={(_event, values) => {
        const words = only === undefined ? values.flatMap((value) => value.split(/[\s,]+/)) : values;
        onChange([...new Set(words.filter((word) => word !== ''))]);
      }}
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
          helperText={fault === null ? t(only === undefined ? 'tagsHint' : 'chooseHint') : t(`faults.${fault}`)}
        />
      )}
    />
  );
}
