import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { Connection } from '../../../shared/contract/connections.ts';
import { useTRPC } from '../../core-client/core.tsx';
import { AddConnectionDialog } from './AddConnectionDialog.tsx';
import { RemoveConnectionDialog } from './RemoveConnectionDialog.tsx';

interface ConnectionDialogs {
  add: () => void;
  edit: (connection: Connection) => void;
  remove: (connection: Connection) => void;
  /** Connects, or disconnects what is connected or trying to be. */
  toggle: (connection: Connection) => void;
  retry: (connection: Connection) => void;
  /** The open dialog; to be rendered once. */
  dialogs: ReactNode;
}

/** True where the connection is up or tries to be. */
export function isOn({ phase }: Connection): boolean {
  return phase === 'online' || phase === 'connecting' || phase === 'waiting';
}

/** What can be done with a connection, with the dialogs that it takes. */
export function useConnectionDialogs(): ConnectionDialogs {
  const trpc = useTRPC();
  const [open, setOpen] = useState<{ kind: 'add' } | { kind: 'edit' | 'remove'; connection: Connection } | null>(null);
  const connect = useMutation(trpc.connections.connect.mutationOptions());
  const disconnect = useMutation(trpc.connections.disconnect.mutationOptions());
  const close = (): void => setOpen(null);
  return {
    add: () => setOpen({ kind: 'add' }),
    edit: (connection) => setOpen({ kind: 'edit', connection }),
    remove: (connection) => setOpen({ kind: 'remove', connection }),
    toggle: (connection) => (isOn(connection) ? disconnect : connect).mutate({ id: connection.id }),
    retry: (connection) => connect.mutate({ id: connection.id }),
    dialogs:
      open === null ? null : open.kind === 'add' ? (
        <AddConnectionDialog onClose={close} />
      ) : open.kind === 'edit' ? (
        <AddConnectionDialog editing={open.connection} onClose={close} />
      ) : (
        <RemoveConnectionDialog connection={open.connection} onClose={close} />
      ),
  };
}
