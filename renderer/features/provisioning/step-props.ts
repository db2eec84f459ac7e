import type { Faults } from './faults.ts';
import type { CompleteForm, FormContext, MachineForm } from './machine-form.ts';

/** Changes what was entered, where it needs to by what that is now. */
export type ChangeForm = (change: Partial<MachineForm> | ((before: MachineForm) => Partial<MachineForm>)) => void;

export interface StepProps {
  form: CompleteForm;
  context: FormContext;
  /** Those that are to be told. */
  faults: Faults;
  change: ChangeForm;
}
