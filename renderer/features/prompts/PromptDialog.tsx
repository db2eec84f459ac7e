import {
  mdiAccountKeyOutline,
  mdiCertificateOutline,
  mdiEyeOffOutline,
  mdiEyeOutline,
  mdiFingerprint,
  mdiKeyOutline,
  mdiSafeSquareOutline,
} from '@mdi/js';
import {
  Alert,
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControlLabel,
  IconButton,
  InputAdornment,
  Stack,
  Switch,
  TextField,
  Typography,
} from '@mui/material';
import { useId, useState, type SyntheticEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Prompt, PromptAnswer, PromptRequest } from '../../../shared/contract/prompts.ts';
import { Icon } from '../../ui/icon.tsx';
import {
  answerFault,
  answerValues,
  canRemember,
  promptFields,
  wasRefused,
  type PromptField,
} from './prompt-answers.ts';
import { PromptFacts } from './PromptFacts.tsx';

interface PromptDialogProps {
  prompt: Prompt;
  /** Null where the app itself asks. */
  connectionName: string | null;
  /** How many more prompts wait behind this one. */
  waiting: number;
  onAnswer: (answer: PromptAnswer | null) => void;
}

/** One question of the core. Escape and the close of the dialog are "cancel". */
export function PromptDialog({ prompt, connectionName, waiting, onAnswer }: PromptDialogProps): ReactNode {
  const { t } = useTranslation('prompts');
  const { request } = prompt;
  const fields = promptFields(request);
  const [values, setValues] = useState(() => fields.map(() => ''));
  const [remember, setRemember] = useState(false);
  const [wasTried, setTried] = useState(false);
  const titleId = useId();
  const textId = useId();
  const fault = wasTried ? answerFault(request, values) : null;
  const texts = textsOf(request);

  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setTried(true);
    if (answerFault(request, values) === null) onAnswer({ values: answerValues(request, values), remember });
  };

  return (
    <Dialog
      open
      fullWidth
      maxWidth="xs"
      onClose={() => onAnswer(null)}
      aria-labelledby={titleId}
      aria-describedby={textId}
      slotProps={{ paper: { component: 'form', onSubmit: submit } }}
    >
      <DialogTitle id={titleId} component="div" sx={{ pb: 1 }}>
        <Stack direction="row" spacing={1.5} sx={{ alignItems: 'center' }}>
          <Box sx={{ display: 'flex', p: 1, borderRadius: 2, bgcolor: 'action.selected', color: texts.color }}>
            <Icon path={texts.icon} />
          </Box>
          <Stack sx={{ minWidth: 0 }}>
            <Typography variant="subtitle1" component="h2" sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
              {t(texts.title, { ...request })}
            </Typography>
            <Typography variant="caption" color="text.secondary" noWrap>
              {connectionName === null ? t('fromApp') : t('from', { name: connectionName })}
            </Typography>
          </Stack>
        </Stack>
      </DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          <Typography id={textId} variant="body2" color="text.secondary" sx={{ overflowWrap: 'anywhere' }}>
            {t(texts.text, { ...request })}
          </Typography>
          {wasRefused(request) && <Alert severity="error">{t('refused')}</Alert>}
          <PromptFacts request={request} />
          {fields.map((field, at) => (
            <PromptInput
              key={at}
              field={field}
              value={values[at] ?? ''}
              isFirst={at === 0}
              fault={at === fields.length - 1 && fault !== null ? t(`vaultPassphrase.${fault}`) : null}
              onChange={(value) => setValues(values.map((present, index) => (index === at ? value : present)))}
            />
          ))}
          {canRemember(request) && (
            <FormControlLabel
              control={
                <Switch size="small" checked={remember} onChange={(event) => setRemember(event.target.checked)} />
              }
              label={<Typography variant="body2">{t('remember')}</Typography>}
            />
          )}
        </Stack>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Typography variant="caption" color="text.secondary" sx={{ flex: 1 }} aria-live="polite">
          {waiting > 0 && t('queue', { count: waiting })}
        </Typography>
        <Button color="inherit" onClick={() => onAnswer(null)} autoFocus={fields.length === 0}>
          {t(texts.reject)}
        </Button>
        <Button type="submit" variant="contained" color={request.kind === 'certificate' ? 'warning' : 'primary'}>
          {t(texts.submit)}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

interface PromptInputProps {
  field: PromptField;
  value: string;
  isFirst: boolean;
  fault: string | null;
  onChange: (value: string) => void;
}

function PromptInput({ field, value, isFirst, fault, onChange }: PromptInputProps): ReactNode {
  const { t } = useTranslation('prompts');
  const [isShown, setShown] = useState(!field.isSecret);
  const label = 'text' in field.label ? field.label.text : t(field.label.key, { number: field.label.number ?? 1 });
  return (
    <TextField
      label={label}
      size="small"
      fullWidth
      autoFocus={isFirst}
      type={isShown ? 'text' : 'password'}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={fault !== null}
      helperText={fault}
      slotProps={{
        htmlInput: { autoComplete: 'off', spellCheck: false, autoCapitalize: 'off' },
        input: field.isSecret
          ? {
              endAdornment: (
                <InputAdornment position="end">
                  <IconButton
                    size="small"
                    edge="end"
                    aria-label={t(isShown ? 'hide' : 'show')}
                    aria-pressed={isShown}
                    onClick={() => setShown(!isShown)}
                  >
                    <Icon path={isShown ? mdiEyeOffOutline : mdiEyeOutline} />
                  </IconButton>
                </InputAdornment>
              ),
            }
          : {},
      }}
    />
  );
}

interface PromptTexts {
  icon: string;
  color: 'primary.main' | 'warning.main';
  title: string;
  text: string;
  submit: string;
  reject: string;
}

function textsOf(request: PromptRequest): PromptTexts {
  const { kind } = request;
  const usual = {
    color: 'primary.main' as const,
    title: `${kind}.title`,
    text: `${kind}.text`,
    submit: `${kind}.submit`,
    reject: 'cancel',
  };
  switch (kind) {
    case 'hostKey':
      return { ...usual, icon: mdiFingerprint, submit: 'hostKey.accept', reject: 'hostKey.reject' };
    case 'certificate':
      return {
        ...usual,
        icon: mdiCertificateOutline,
        color: 'warning.main',
        submit: 'certificate.accept',
        reject: 'certificate.reject',
      };
    case 'vaultPassphrase':
      return request.isNew
        ? {
            ...usual,
            icon: mdiSafeSquareOutline,
            title: `${kind}.newTitle`,
            text: `${kind}.newText`,
            submit: `${kind}.newSubmit`,
          }
        : { ...usual, icon: mdiSafeSquareOutline };
    case 'keyboardInteractive':
      return { ...usual, icon: mdiAccountKeyOutline };
    case 'password':
    case 'passphrase':
    case 'cloudPassword':
    case 'consolePassword':
      return { ...usual, icon: mdiKeyOutline };
  }
}
