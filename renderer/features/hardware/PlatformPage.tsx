import { Alert } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { firmwares, HardwareBasics } from '../../../shared/contract/hardware.ts';
import { ChangeForm, type PageProps } from './ChangeForm.tsx';
import { Choice } from './fields.tsx';
import { NoOffer } from './NoOffer.tsx';
import { useDraft } from './use-draft.ts';
import { useOffer } from './use-offer.ts';

type Firmware = (typeof firmwares)[number];

/** Machine type and firmware. */
export function PlatformPage(props: PageProps & { basics: HardwareBasics }): ReactNode {
  const { machine, basics } = props;
  const { t } = useTranslation('hardware');
  const { offer, isError } = useOffer(machine);
  const present: Firmware = basics.firmware === 'BIOS' ? 'bios' : basics.hasSecureBoot ? 'efi-secure' : 'efi';
  const { values, set, isChanged, clear } = useDraft({
    machineType: basics.machineType ?? '',
    firmware: present,
  });
  const isOtherFirmware = values.firmware !== present;
  return (
    <ChangeForm
      {...props}
      change={
        isChanged && values.machineType !== ''
          ? {
              what: 'platform',
              machineType: values.machineType,
              firmware: isOtherFirmware ? values.firmware : null,
            }
          : null
      }
      canNow={false}
      isChanged={isChanged}
      onDone={clear}
      onReset={clear}
    >
      <Choice
        label={t('fields.machineType')}
        value={values.machineType}
        options={offer?.machineTypes ?? []}
        help={t('platform.familyHint')}
        onChange={(machineType) => set({ machineType })}
      />
      <Choice
        label={t('fields.firmware')}
        value={values.firmware}
        options={offer?.firmwares ?? []}
        text={(firmware) => t(`platform.firmwares.${firmware}`)}
        onChange={(firmware) => set({ firmware })}
      />
      {isError && <NoOffer />}
      {isOtherFirmware && (
        <Alert severity="warning" variant="outlined">
          {t('platform.firmwareHint')}
        </Alert>
      )}
    </ChangeForm>
  );
}
