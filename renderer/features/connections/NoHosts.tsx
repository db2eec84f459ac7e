import { mdiPlus, mdiServerPlus } from '@mdi/js';
import { Button } from '@mui/material';
import type { ReactNode } from 'react';
import { useShell } from '../../app/shell-state.ts';
import { Icon } from '../../ui/icon.tsx';
import { TableMessage } from '../../ui/resource-table/TableStates.tsx';

/** In place of rows where nothing is connected that could have them, with the way to add a host. */
export function NoHosts({ title, text, action }: { title: string; text: string; action: string }): ReactNode {
  const { show } = useShell();
  return (
    <TableMessage
      icon={mdiServerPlus}
      title={title}
      text={text}
      action={
        <Button
          variant="contained"
          startIcon={<Icon path={mdiPlus} />}
          onClick={() => show({ adding: { kind: 'libvirt' } })}
        >
          {action}
        </Button>
      }
    />
  );
}
