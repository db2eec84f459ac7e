import { Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { idFault, modeFault, modeText, type FilePermissions } from '../../../shared/model/permissions.ts';
import { TextEntry } from '../hardware/fields.tsx';

/** Permissions as they are typed. */
export interface TypedPermissions {
  mode: string;
  owner: string;
  group: string;
}

export function typedOf(permissions: FilePermissions | null): TypedPermissions {
  const text = (id: number | null | undefined): string => (id == null ? '' : String(id));
  return { mode: permissions?.mode ?? '', owner: text(permissions?.owner), group: text(permissions?.group) };
}

/** Null where something typed is wrong. */
export function permissionsOf({ mode, owner, group }: TypedPermissions): FilePermissions | null {
  if (modeFault(mode) !== null || idFault(owner) !== null || idFault(group) !== null) return null;
  const id = (text: string): number | null => (text === '' ? null : Number(text));
  return { mode, owner: id(owner), group: id(group) };
}

interface PermissionFieldsProps {
  values: TypedPermissions;
  isDisabled?: boolean;
  onChange: (change: Partial<TypedPermissions>) => void;
}

/** Mode, owner and group of a file or directory of the host. */
export function PermissionFields({ values, isDisabled = false, onChange }: PermissionFieldsProps): ReactNode {
  const { t } = useTranslation('storageEdits');
  return (
    <Stack spacing={1.5} role="group" aria-label={t('permissions.title')}>
      <Typography variant="subtitle2">{t('permissions.title')}</Typography>
      <Stack direction="row" spacing={1.5}>
        <TextEntry
          label={t('permissions.mode')}
          value={values.mode}
          isFaulty={modeFault(values.mode) !== null}
          fault={t('permissions.modeShape')}
          help={modeText(values.mode) || ' '}
          isDisabled={isDisabled}
          onChange={(mode) => onChange({ mode: mode.trim() })}
        />
        {(['owner', 'group'] as const).map((field) => (
          <TextEntry
            key={field}
            label={t(`permissions.${field}`)}
            value={values[field]}
            isFaulty={idFault(values[field]) !== null}
            fault={t('permissions.idShape')}
            help={t('permissions.idHelp')}
            isDisabled={isDisabled}
            onChange={(id) => onChange({ [field]: id.trim() })}
          />
        ))}
      </Stack>
    </Stack>
  );
}
