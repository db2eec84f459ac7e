import { Autocomplete, Box, Radio, RadioGroup, Stack, TextField, Typography } from '@mui/material';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { newNetworkKinds, type NetworkFault, type NewNetworkKind } from '../../../shared/model/new-network.ts';
import { monospace } from '../../app/theme.ts';

/** The words for a fault. */
export function useNetworkFaultText(): (fault: NetworkFault | undefined) => string | null {
  const { t } = useTranslation('networks');
  return (fault) => (fault === undefined ? null : t(`faults.${fault.code}`, { ...fault.params }));
}

interface TextProps {
  label: string;
  value: string;
  /** What is wrong, in words; null where nothing is. */
  fault: string | null;
  help?: string;
  isRequired?: boolean;
  /** For addresses and names of interfaces. */
  isMonospace?: boolean;
  autoFocus?: boolean;
  onChange: (value: string) => void;
}

const plain = { spellCheck: false, autoCapitalize: 'off', autoComplete: 'off' } as const;

/** A line of text. */
export function Text(props: TextProps): ReactNode {
  const { label, value, fault, help = ' ', isRequired = false, isMonospace = false, autoFocus = false } = props;
  return (
    <TextField
      label={label}
      size="small"
      fullWidth
      required={isRequired}
      autoFocus={autoFocus}
      value={value}
      onChange={(event) => props.onChange(event.target.value)}
      error={fault !== null}
      helperText={fault ?? help}
      slotProps={{ htmlInput: { ...plain, style: isMonospace ? { fontFamily: monospace } : {} } }}
    />
  );
}

/** The name of an interface: one that the host has, or any other. */
export function InterfaceField({ options, ...props }: TextProps & { options: readonly string[] }): ReactNode {
  const { label, value, fault, help = ' ', isRequired = false, onChange } = props;
  return (
    <Autocomplete
      freeSolo
      size="small"
      fullWidth
      options={options}
      inputValue={value}
      onInputChange={(_event, text) => onChange(text)}
      renderInput={(params) => (
        <TextField
          {...params}
          label={label}
          required={isRequired}
          error={fault !== null}
          helperText={fault ?? help}
          slotProps={{
            ...params.slotProps,
            htmlInput: { ...params.slotProps.htmlInput, ...plain, style: { fontFamily: monospace } },
          }}
        />
      )}
    />
  );
}

interface KindChoiceProps {
  value: NewNetworkKind;
  onChange: (kind: NewNetworkKind) => void;
}

/** All kinds with what they are for, one of them chosen. */
export function KindChoice({ value, onChange }: KindChoiceProps): ReactNode {
  const { t } = useTranslation('networks');
  const id = useId();
  return (
    <RadioGroup
      aria-label={t('form.kind')}
      value={value}
      onChange={(event) => onChange(event.target.value as NewNetworkKind)}
      sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 1 }}
    >
      {newNetworkKinds.map((kind) => (
        <Box
          key={kind}
          component="label"
          htmlFor={`${id}-${kind}`}
          sx={{
            display: 'flex',
            alignItems: 'flex-start',
            gap: 0.5,
            px: 0.5,
            py: 0.75,
            border: 1,
            borderColor: kind === value ? 'primary.main' : 'divider',
            bgcolor: kind === value ? 'action.selected' : 'transparent',
            borderRadius: 1,
            cursor: 'pointer',
            '&:hover': { bgcolor: 'action.hover' },
          }}
        >
          <Radio
            size="small"
            value={kind}
            slotProps={{
              input: {
                id: `${id}-${kind}`,
                'aria-labelledby': `${id}-${kind}-name`,
                'aria-describedby': `${id}-${kind}-text`,
              },
            }}
            sx={{ p: 0.5 }}
          />
          <Stack sx={{ minWidth: 0 }}>
            <Typography id={`${id}-${kind}-name`} variant="body2" sx={{ fontWeight: 600 }}>
              {t(`modes.${kind}`)}
            </Typography>
            <Typography id={`${id}-${kind}-text`} variant="caption" color="text.secondary">
              {t(`form.kinds.${kind}`)}
            </Typography>
          </Stack>
        </Box>
      ))}
    </RadioGroup>
  );
}

/** A titled part of a form. */
export function Section({ title, end, children }: { title: string; end?: ReactNode; children: ReactNode }): ReactNode {
  const id = useId();
  return (
    <Stack component="section" aria-labelledby={id} spacing={1}>
      <Stack direction="row" sx={{ alignItems: 'center', minHeight: 30 }}>
        <Typography id={id} component="h2" variant="subtitle2" sx={{ flex: 1 }}>
          {title}
        </Typography>
        {end}
      </Stack>
      {children}
    </Stack>
  );
}
