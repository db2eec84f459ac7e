import { z } from 'zod';
import {
  addConnectionInput,
  connectionSecret,
  libvirtTarget,
  openstackTarget,
  type AddConnectionInput,
  type Connection,
  type ConnectionSuggestion,
} from '../../../shared/contract/connections.ts';
import { isSshTransport, parseLibvirtUri } from '../../ui/libvirt-uri.ts';

const common = { name: addConnectionInput.shape.name, autoConnect: z.boolean(), secret: connectionSecret };

/** The form of a KVM host: the contract's own schema plus what makes a URI usable. */
export const hostFormSchema = z.object({ ...common, target: libvirtTarget }).superRefine(({ target }, context) => {
  const parts = parseLibvirtUri(target.uri);
  if (typeof parts === 'string') {
    context.addIssue({ code: 'custom', path: ['target', 'uri'], message: parts });
  } else if (target.sshAuth === 'key' && isSshTransport(parts.transport) && parts.keyFile === '') {
    context.addIssue({ code: 'custom', path: ['target', 'sshAuth'], message: 'badKeyFile' });
  }
});
export type HostForm = z.input<typeof hostFormSchema>;

/** The form of a cloud: the contract's own schema. */
export const cloudFormSchema = z.object({ ...common, target: openstackTarget }).superRefine(({ target }, context) => {
  const { auth } = target;
  if (auth.type !== 'applicationCredential' || auth.credentialId !== '') return;
  if (auth.credentialName === '' || auth.userName === '') {
    context.addIssue({ code: 'custom', path: ['target', 'auth', 'credentialId'], message: 'credentialNeeded' });
  }
});
export type CloudForm = z.input<typeof cloudFormSchema>;

type ConnectionTargetForm = HostForm['target'] | CloudForm['target'];

/** Names the text of what is wrong with a field (connections:faults.<key>). */
export function faultOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'too_small':
      return 'required';
    case 'too_big':
      return 'tooLong';
    case 'invalid_format':
      return issue.input === '' ? 'required' : issue.format === 'url' ? 'badUrl' : 'invalid';
    case 'custom':
      return issue.message ?? 'invalid';
    default:
      return 'invalid';
  }
}

/** A new host's form. */
export function emptyHostForm(): HostForm {
  return {
    name: '',
    autoConnect: true,
    secret: { value: '', remember: true },
    target: { kind: 'libvirt', uri: 'qemu+ssh:///system', proxyJump: '', sshAuth: 'auto' },
  };
}

/** A new cloud's form. */
export function emptyCloudForm(): CloudForm {
  return {
    name: '',
    autoConnect: true,
    secret: { value: '', remember: true },
    target: openstackDefaults({ type: 'password', userName: '', userDomain: 'Default' }),
  };
}

function openstackDefaults(auth: CloudForm['target']['auth']): CloudForm['target'] {
  return {
    kind: 'openstack',
    authUrl: '',
    auth,
    scope: 'project',
    scopeDomain: '',
    projectName: '',
    projectId: '',
    projectDomain: 'Default',
    region: '',
    interface: 'public',
    caPem: '',
    pinnedCertificate: '',
    verify: true,
    rewrites: [],
    sshTunnel: '',
  };
}

/** What fills a form: a suggestion, a cloud of a dropped file, or a connection that is edited. */
export type Template = Pick<ConnectionSuggestion, 'name' | 'target'> & {
  secret?: string | null;
  autoConnect?: boolean;
};

/** The host form filled from a template; null where the template is a cloud. */
export function hostFormOf({ name, target, secret, autoConnect }: Template): HostForm | null {
  if (target.kind !== 'libvirt') return null;
  return { ...emptyHostForm(), name, target, autoConnect: autoConnect ?? true, secret: secretOf(secret) };
}

/** The cloud form filled from a template; null where the template is a host. */
export function cloudFormOf({ name, target, secret, autoConnect }: Template): CloudForm | null {
  if (target.kind !== 'openstack') return null;
  return { ...emptyCloudForm(), name, target, autoConnect: autoConnect ?? true, secret: secretOf(secret) };
}

function secretOf(secret: string | null | undefined): HostForm['secret'] {
  return { value: secret ?? '', remember: true };
}

/** What is sent: an empty secret is no secret. */
export function toInput(form: HostForm | CloudForm): AddConnectionInput {
  const { secret, ...rest } = form;
  return { ...rest, secret: secret.value === '' ? null : secret };
}

/**
 * The name after a change of the target: a name that was typed or came with a suggestion stays, one that was made from
 * the target before follows it.
 */
export function followName(name: string, before: ConnectionTargetForm, after: ConnectionTargetForm): string {
  return name === '' || name === nameOf(before) ? nameOf(after) : name;
}

/** A name made of the target. */
function nameOf(target: ConnectionTargetForm): string {
  if (target.kind === 'libvirt') {
    const parts = parseLibvirtUri(target.uri);
    if (typeof parts === 'string') return '';
    return parts.host === '' ? `${parts.driver} ${parts.path}` : parts.host;
  }
  const host = /^https?:\/\/([^/:]+)/.exec(target.authUrl)?.[1] ?? '';
  const project = target.projectName ?? '';
  return [project, host].filter((part) => part !== '').join(' @ ');
}

/** The connection's address in one line, without secrets. */
export function addressOf(connection: Pick<Connection, 'target'>): string {
  return connection.target.kind === 'libvirt' ? connection.target.uri : connection.target.authUrl;
}
