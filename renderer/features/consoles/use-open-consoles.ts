import { enqueueSnackbar } from 'notistack';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { MachineRef } from '../../../shared/contract/machines.ts';
import { useScope } from '../../app/scope.tsx';
import { useViewState } from '../../app/settings.tsx';
import type { ConsoleKind } from '../../console/ConsolePanel.tsx';
import { MAX_CONSOLES, readWorkspace, withOpened, type Workspace } from './open-consoles.ts';

const nothing: object = {};

/** The open consoles; kept in the profile, so that they are there after a reload. */
export function useWorkspace(): readonly [Workspace, (next: Workspace) => void] {
  const [saved, save] = useViewState('consoles', nothing);
  return [useMemo(() => readWorkspace(saved), [saved]), save];
}

/** Opens consoles beside those that are open, and goes to them; says how many there was no room for. */
export function useOpenConsoles(): (machines: readonly MachineRef[], kind?: ConsoleKind) => void {
  const { t } = useTranslation('consoles');
  const { connectionId: scope } = useScope();
  const [workspace, save] = useWorkspace();
  const navigate = useNavigate();
  return useCallback(
    (machines, kind = 'graphical') => {
      const wanted = machines.map(({ connectionId, id }) => ({ connectionId, id, kind }));
      const { workspace: next, leftOut } = withOpened(workspace, wanted);
      save(next);
      if (leftOut > 0) enqueueSnackbar(t('tooMany', { count: leftOut, max: MAX_CONSOLES }), { variant: 'warning' });
      void navigate(scope === null ? '/consoles' : `/consoles?scope=${encodeURIComponent(scope)}`);
    },
    [workspace, save, navigate, scope, t],
  );
}
