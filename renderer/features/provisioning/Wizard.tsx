import { Alert, Box, Button, Stack, Step, StepButton, StepLabel, Stepper } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { ProvisioningOffer } from '../../../shared/contract/provisioning.ts';
import type { SizePreset } from '../../../shared/contract/flavors.ts';
import type { StoragePool } from '../../../shared/contract/storage.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { useMachines, useStorageVolumes } from '../../core-client/feeds.tsx';
import { findXmlProblem } from '../machine-details/xml-problems.ts';
import { machinePath } from '../machines/machine-path.ts';
import { faultySteps, type Faults, type Step as StepName } from './faults.ts';
import { faultsOf, sizesOf, stepsOf } from './form-faults.ts';
import { completeForm, emptyForm, inputOf, inputsOf, type CompleteForm, type FormContext } from './machine-form.ts';
import { withPreset } from './preset-choice.ts';
import { useFollowedTask } from './use-followed-task.ts';
import { Outcome } from './Outcome.tsx';
import { ReviewStep } from './ReviewStep.tsx';
import { CloudInitStep } from './CloudInitStep.tsx';
import { NetworkStep } from './NetworkStep.tsx';
import type { ChangeForm } from './step-props.ts';
import { SizeStep, SourceStep, SystemStep } from './wizard-steps.tsx';

interface WizardProps {
  connectionId: string;
  offer: ProvisioningOffer;
  pools: readonly StoragePool[];
  /** The size that it starts with. */
  preset: SizePreset | null;
}

/** Asks, step by step, for what a new machine needs. */
export function Wizard({ connectionId, offer, pools, preset }: WizardProps): ReactNode {
  const [entered, setEntered] = useState(() => {
    const empty = emptyForm();
    return preset === null ? empty : { ...empty, ...withPreset(empty, preset) };
  });
  const change = useCallback<ChangeForm>(
    (next) => setEntered((before) => ({ ...before, ...(typeof next === 'function' ? next(before) : next) })),
    [],
  );
  const [volumeNames, setVolumeNames] = useState<FormContext['volumeNames']>(new Map());
  const tell = useCallback(
    (poolId: string, names: ReadonlySet<string>) => setVolumeNames((before) => new Map(before).set(poolId, names)),
    [],
  );
  const form = completeForm(entered, { offer, pools });
  const poolIds = new Set([form.disk, ...form.moreDisks].flatMap(({ poolId }) => poolId ?? []));
  return (
    <>
      {[...poolIds].map((poolId) => (
        <VolumeNames key={poolId} connectionId={connectionId} poolId={poolId} onNames={tell} />
      ))}
      <Body {...{ connectionId, offer, pools, form, change, volumeNames }} />
    </>
  );
}

interface VolumeNamesProps {
  connectionId: string;
  poolId: string;
  onNames: (poolId: string, names: ReadonlySet<string>) => void;
}

/** Tells the names of the volumes of a pool; draws nothing. */
function VolumeNames({ connectionId, poolId, onNames }: VolumeNamesProps): ReactNode {
  const { items } = useStorageVolumes(connectionId, poolId);
  useEffect(() => onNames(poolId, new Set(items.map(({ name }) => name))), [items, poolId, onNames]);
  return null;
}

interface BodyProps extends Omit<WizardProps, 'preset'> {
  form: CompleteForm;
  change: ChangeForm;
  volumeNames: FormContext['volumeNames'];
}

function Body(props: BodyProps): ReactNode {
  const { connectionId, offer, pools, form, change, volumeNames } = props;
  const { t } = useTranslation('provisioning');
  const navigate = useNavigate();
  const trpc = useTRPC();
  const machines = useMachines(connectionId);
  const [at, setAt] = useState<StepName>('source');
  /** Steps that the person wanted to leave: there also what is missing is told. */
  const [left, setLeft] = useState<ReadonlySet<StepName>>(new Set());
  /** Of the machines that are being made, or that were to be. */
  const [ids, setIds] = useState<readonly string[]>([]);
  const [previewId] = useState(() => crypto.randomUUID());
  const creation = useFollowedTask(useMutation(trpc.provisioning.create.mutationOptions()));
  const isMade = creation.isRunning || creation.isDone;
  // A machine that is being made is already in the list, but its name is not taken by another.
  const machineNames = new Set(
    machines.items.filter((each) => !isMade || !ids.includes(each.id)).map(({ name }) => name),
  );
  const context: FormContext = { connectionId, offer, pools, machineNames, volumeNames };
  const faults = isMade ? {} : faultsOf(form, context);
  const faulty = faultySteps(faults);
  const isHere = (step: StepName): boolean => left.has(step) || left.has('review');
  const told: Faults = Object.fromEntries(
    Object.entries(faults).filter(([, fault]) => fault?.isMissing === false || isHere(at)),
  );
  const steps = stepsOf(form.source);
  const index = steps.indexOf(at);
  const go = (step: StepName): void => {
    setLeft(new Set([...left, ...steps.slice(0, Math.max(index, steps.indexOf(step)))]));
    if (step === 'copies') {
      if (form.templateId !== null) void navigate(machinePath({ connectionId, id: form.templateId }, 'clone'));
      return;
    }
    if (steps.indexOf(step) < index || !steps.slice(0, steps.indexOf(step)).some((each) => faulty.has(each)))
      setAt(step);
    // To the first step on which something is wrong.
    else setAt(steps.find((each) => faulty.has(each)) ?? step);
  };
  useEffect(() => {
    const [id] = ids;
    if (!creation.isDone || id === undefined) return;
    void navigate(ids.length === 1 ? machinePath({ connectionId, id }) : '/machines');
  }, [creation.isDone, navigate, connectionId, ids]);
  const input =
    faulty.size === 0 && form.source !== 'template'
      ? inputOf(
          { ...form, name: form.names[0] ?? '' },
          { connectionId, taken: volumeNames.get(form.disk.poolId ?? '') ?? new Set() },
          previewId,
          sizesOf(form),
        )
      : null;
  const isBroken = form.edited !== null && form.names.length === 1 && findXmlProblem(form.edited.text) !== null;
  const stepProps = { form, context, faults: told, change };
  return (
    <Box
      component="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (at !== 'review') go(steps[index + 1] ?? at);
        else if (input !== null && !isMade) {
          const inputs = inputsOf(form, context, sizesOf(form));
          setIds(inputs.map(({ id }) => id));
          creation.start(inputs);
        }
      }}
    >
      <Stepper nonLinear activeStep={index} sx={{ py: 2 }}>
        {steps.map((step) => (
          <Step key={step} completed={left.has(step) && !faulty.has(step)}>
            <StepButton color="inherit" onClick={() => go(step)} disabled={isMade}>
              <StepLabel error={left.has(step) && faulty.has(step)}>{t(`steps.${step}`)}</StepLabel>
            </StepButton>
          </Step>
        ))}
      </Stepper>
      <Stack spacing={2} sx={{ minHeight: 320, pt: 1 }}>
        {at === 'source' && <SourceStep {...stepProps} />}
        {at === 'system' && <SystemStep {...stepProps} />}
        {at === 'size' && <SizeStep {...stepProps} />}
        {at === 'cloudInit' && <CloudInitStep {...stepProps} />}
        {at === 'network' && <NetworkStep {...stepProps} />}
        {at === 'review' && input !== null && (
          <ReviewStep form={form} input={input} error={creation.isRunning ? null : creation.error} change={change} />
        )}
        {at === 'review' && input === null && (
          <Alert severity="warning" variant="outlined">
            {t('review.faulty')}
          </Alert>
        )}
        <Outcome creation={creation} />
      </Stack>
      <Stack direction="row" spacing={1} sx={{ justifyContent: 'flex-end', py: 2 }}>
        {creation.stop !== null && (
          <Button color="inherit" loading={creation.isStopping} onClick={creation.stop}>
            {t('stop')}
          </Button>
        )}
        <Button color="inherit" onClick={() => void navigate('/machines')}>
          {t(isMade ? 'inBackground' : 'cancel')}
        </Button>
        <Button color="inherit" disabled={index === 0 || isMade} onClick={() => setAt(steps[index - 1] ?? at)}>
          {t('back')}
        </Button>
        <Button
          type="submit"
          variant="contained"
          disabled={at === 'review' && (input === null || isBroken)}
          loading={isMade}
        >
          {t(at === 'review' ? 'create' : 'next')}
        </Button>
      </Stack>
    </Box>
  );
}
