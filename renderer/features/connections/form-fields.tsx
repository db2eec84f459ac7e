import { mdiEyeOffOutline, mdiEyeOutline } from '@mdi/js';
import {
  FormControlLabel,
  FormHelperText,
  IconButton,
  InputAdornment,
  Stack,
  Switch,
  TextField,
  ToggleButton,
  ToggleButtonGroup,
  Tooltip,
  Typography,
  type TextFieldProps,
} from '@mui/material';
import { useId, useState, type ReactNode } from 'react';
import { useController, type Control, type FieldPath, type FieldValues } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/icon.tsx';

interface FormTextProps<Values extends FieldValues> {
  control: Control<Values, unknown, unknown>;
  name: FieldPath<Values>;
  label: string;
  help?: string;
  required?: boolean;
  placeholder?: string;
  autoFocus?: boolean;
  multiline?: boolean;
  monospace?: boolean;
  sx?: TextFieldProps['sx'];
}

/** A text field of a form; what is wrong with it stands below it. */
export function FormText<Values extends FieldValues>(props: FormTextProps<Values>): ReactNode {
  const { control, name, label, help, required, placeholder, autoFocus, multiline, monospace, sx } = props;
  const { t } = useTranslation('connections');
  const { field, fieldState } = useController({ control, name });
  const fault = fieldState.error?.message;
  const { ref, value, ...handlers } = field;
  return (
    <TextField
      {...handlers}
      value={typeof value === 'string' ? value : ''}
      inputRef={ref}
      label={label}
      size="small"
      fullWidth
      {...(required && { required })}
      {...(placeholder !== undefined && { placeholder })}
      {...(autoFocus && { autoFocus })}
      {...(multiline && { multiline, minRows: 3, maxRows: 8 })}
      {...(sx !== undefined && { sx })}
      error={fault !== undefined}
      helperText={fault === undefined ? help : t(`faults.${fault}`)}
      slotProps={{ htmlInput: { spellCheck: false, autoCapitalize: 'off', ...(monospace && { style: mono }) } }}
    />
  );
}

const mono = { fontFamily: 'var(--vd-font-mono, ui-monospace, monospace)', fontSize: '0.8125rem' };

interface SecretFieldProps {
  label: string;
  help: string;
  value: { value: string; remember: boolean };
  onChange: (secret: { value: string; remember: boolean }) => void;
  /** Where it is kept when remembered. */
  storage: 'keyring' | 'vault' | 'memory' | undefined;
}

/** A secret with "remember it", which says where it will be kept. */
export function SecretField({ label, help, value, onChange, storage }: SecretFieldProps): ReactNode {
  const { t } = useTranslation('connections');
  const [isShown, setShown] = useState(false);
  const where = value.remember
    ? storage === undefined
      ? ' '
      : t(`fields.rememberWhere.${storage}`)
    : t('fields.forget');
  return (
    <Stack direction="row" spacing={1.5} sx={{ alignItems: 'flex-start' }}>
      <TextField
        label={label}
        size="small"
        sx={{ flex: 1, minWidth: 0 }}
        type={isShown ? 'text' : 'password'}
        value={value.value}
        onChange={(event) => onChange({ ...value, value: event.target.value })}
        helperText={help}
        slotProps={{
          htmlInput: { autoComplete: 'new-password', spellCheck: false },
          input: {
            endAdornment: (
              <InputAdornment position="end">
                <Tooltip title={t(isShown ? 'fields.hideSecret' : 'fields.showSecret')}>
                  <IconButton
                    size="small"
                    edge="end"
                    aria-label={t(isShown ? 'fields.hideSecret' : 'fields.showSecret')}
                    aria-pressed={isShown}
                    onClick={() => setShown(!isShown)}
                  >
                    <Icon path={isShown ? mdiEyeOffOutline : mdiEyeOutline} />
                  </IconButton>
                </Tooltip>
              </InputAdornment>
            ),
          },
        }}
      />
      <Stack sx={{ flex: 1, minWidth: 0 }}>
        <FormControlLabel
          sx={{ minHeight: 36, m: 0 }}
          control={
            <Switch
              size="small"
              checked={value.remember}
              onChange={(event) => onChange({ ...value, remember: event.target.checked })}
            />
          }
          label={<Typography variant="body2">{t('fields.remember')}</Typography>}
        />
        <FormHelperText sx={{ mt: 0 }}>{where}</FormHelperText>
      </Stack>
    </Stack>
  );
}

interface SegmentedProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string; icon?: string }[];
  onChange: (value: Value) => void;
  help?: string | undefined;
  /** Shown in the error colour in place of the help. */
  fault?: string | undefined;
}

/** A choice of few, all of them in sight. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>): ReactNode {
  const { label, value, options, onChange, help, fault } = props;
  const id = useId();
  const note = fault ?? help;
  return (
    <Stack spacing={0.5}>
      <Typography id={id} variant="caption" color="text.secondary">
        {label}
      </Typography>
      <ToggleButtonGroup
        exclusive
        size="small"
        color="primary"
        fullWidth
        aria-labelledby={id}
        value={value}
        onChange={(_event, next: Value | null) => {
          if (next !== null) onChange(next);
        }}
      >
        {options.map((option) => (
          <ToggleButton key={option.value} value={option.value} sx={{ textTransform: 'none', gap: 0.75, py: 0.5 }}>
            {option.icon !== undefined && <Icon path={option.icon} />}
            {option.label}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {note !== undefined && <FormHelperText error={fault !== undefined}>{note}</FormHelperText>}
    </Stack>
  );
}
