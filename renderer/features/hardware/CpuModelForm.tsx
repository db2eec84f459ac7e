import { mdiClose, mdiPlus } from '@mdi/js';
import { Autocomplete, Button, IconButton, MenuItem, Stack, TextField, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import {
  cpuModes,
  cpuPolicies,
  cpuWord,
  type CpuFeature,
  type HardwareBasics,
} from '../../../shared/contract/hardware.ts';
import { Icon } from '../../ui/icon.tsx';
import { ChangeForm, type PageProps } from './ChangeForm.tsx';
import { Choice } from './fields.tsx';
import { useDraft } from './use-draft.ts';
import { NoOffer } from './NoOffer.tsx';
import { useOffer } from './use-offer.ts';

const OTHER = 'default';

/** Which CPU the guest sees: a mode, a model, and single features. */
export function CpuModelForm(props: PageProps & { basics: HardwareBasics }): ReactNode {
  const { machine, basics } = props;
  const { t } = useTranslation('hardware');
  const { offer, isError } = useOffer(machine);
  const { cpu } = basics;
  // Compared as text: what is read again is another list of the same features.
  const { values, set, isChanged, clear } = useDraft({
    mode: cpu.mode ?? OTHER,
    model: cpu.model ?? '',
    features: JSON.stringify(cpu.features),
  });
  const features = JSON.parse(values.features) as CpuFeature[];
  const mode = cpuModes.find((each) => each === values.mode) ?? null;
  const isCustom = mode === 'custom';
  const models = offer?.cpuModels ?? [];
  const isKnownMode = mode !== null || values.mode === OTHER;
  const isUnusable = isCustom && models.find(({ name }) => name === values.model)?.isUsable === false;
  const known = features.flatMap(({ name, policy }) => {
    const found = cpuPolicies.find((each) => each === policy);
    return found === undefined ? [] : [{ name, policy: found }];
  });
  const isValid = isKnownMode && (!isCustom || values.model !== '') && known.length === features.length;
  const told = offer?.cpuModes ?? [];
  return (
    <ChangeForm
      {...props}
      change={
        isChanged && isValid ? { what: 'cpu', mode, model: isCustom ? values.model : null, features: known } : null
      }
      canNow={false}
      isChanged={isChanged}
      onDone={clear}
      onReset={clear}
    >
      <Typography variant="subtitle2" component="h3">
        {t('cpuModel.title')}
      </Typography>
      <Choice<string>
        label={t('fields.cpuMode')}
        value={values.mode}
        options={[OTHER, ...cpuModes.filter((each) => told.length === 0 || told.includes(each))]}
        text={(each) => (each === OTHER ? t('hypervisorDefault') : t(`cpuModel.modes.${each}`))}
        help={t(`cpuModel.hints.${values.mode}`, '')}
        onChange={(next) => set({ mode: next })}
      />
      {isError && <NoOffer />}
      {isCustom && (
        <TextField
          select
          size="small"
          required
          label={t('fields.model')}
          value={values.model}
          error={isUnusable}
          helperText={isUnusable ? t('cpuModel.unusable') : ' '}
          onChange={({ target }) => set({ model: target.value })}
        >
          {!models.some(({ name }) => name === values.model) && (
            <MenuItem value={values.model}>{values.model === '' ? t('choose') : values.model}</MenuItem>
          )}
          {[...models].sort(byUse).map(({ name, isUsable }) => (
            <MenuItem key={name} value={name} dense>
              {isUsable === false ? t('cpuModel.notOnHost', { name }) : name}
            </MenuItem>
          ))}
        </TextField>
      )}
      <FeatureList
        features={features}
        suggestions={offer?.cpuFeatures ?? []}
        onChange={(next) => set({ features: JSON.stringify(next) })}
      />
    </ChangeForm>
  );
}

type Model = { name: string; isUsable: boolean | null };

/** What the host can run comes first. */
function byUse(one: Model, other: Model): number {
  return Number(one.isUsable === false) - Number(other.isUsable === false) || one.name.localeCompare(other.name);
}

interface FeatureListProps {
  features: readonly CpuFeature[];
  suggestions: readonly string[];
  onChange: (features: CpuFeature[]) => void;
}

function FeatureList({ features, suggestions, onChange }: FeatureListProps): ReactNode {
  const { t } = useTranslation('hardware');
  const [name, setName] = useState('');
  const isNew = cpuWord.safeParse(name).success && !features.some((feature) => feature.name === name.trim());
  const add = (): void => {
    if (!isNew) return;
    onChange([...features, { name: name.trim(), policy: 'require' }]);
    setName('');
  };
  return (
    <Stack spacing={1}>
      <Typography variant="body2" color="text.secondary">
        {t(features.length === 0 ? 'cpuModel.noFeatures' : 'cpuModel.features')}
      </Typography>
      {features.length > 0 && (
        <Stack component="ul" spacing={0.75} sx={{ m: 0, p: 0, listStyle: 'none' }} aria-label={t('cpuModel.features')}>
          {features.map((feature) => (
            <Stack component="li" key={feature.name} direction="row" spacing={1} sx={{ alignItems: 'center' }}>
              <Typography variant="body2" sx={{ flex: 1, minWidth: 0, fontFamily: 'monospace' }} noWrap>
                {feature.name}
              </Typography>
              <TextField
                select
                size="small"
                value={feature.policy}
                sx={{ width: 260 }}
                slotProps={{ htmlInput: { 'aria-label': t('cpuModel.policy', { name: feature.name }) } }}
                onChange={({ target }) =>
                  onChange(features.map((each) => (each === feature ? { ...each, policy: target.value } : each)))
                }
              >
                {cpuPolicies.map((policy) => (
                  <MenuItem key={policy} value={policy}>
                    {t(`cpuModel.policies.${policy}`)}
                  </MenuItem>
                ))}
              </TextField>
              <IconButton
                size="small"
                aria-label={t('cpuModel.removeFeature', { name: feature.name })}
                onClick={() => onChange(features.filter((each) => each !== feature))}
              >
                <Icon path={mdiClose} />
              </IconButton>
            </Stack>
          ))}
        </Stack>
      )}
      <Stack direction="row" spacing={1}>
        <Autocomplete
          freeSolo
          fullWidth
          size="small"
          options={suggestions.filter((each) => !features.some((feature) => feature.name === each))}
          inputValue={name}
          onInputChange={(_, next) => setName(next)}
          renderInput={(params) => (
            <TextField
              {...params}
              label={t('cpuModel.feature')}
              onKeyDown={(event) => {
                // The form is not sent by it.
                if (event.key !== 'Enter' || !isNew) return;
                event.preventDefault();
                add();
              }}
            />
          )}
        />
        <Button size="small" startIcon={<Icon path={mdiPlus} />} disabled={!isNew} onClick={add} sx={{ flexShrink: 0 }}>
          {t('cpuModel.addFeature')}
        </Button>
      </Stack>
    </Stack>
  );
}
