import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../command.ts';
import type { Part } from '../part.ts';
import { cloudsFile, labScripts } from '../paths.ts';
import { isAlive, listPidFiles } from '../pid-file.ts';

const CHECK_TIMEOUT_MS = 3_000;
const PORT_OFFSET = Number(process.env['LAB_PORT_OFFSET'] ?? 0);

/** What answers where, in the order in which one would look for a fault. */
const ENDPOINTS = { keystone: 5000, 'nova-api': 8774, 'neutron-server': 9696, 'glance-api': 9292, 'cinder-api': 8776 };

/** Daemons with a pid file beside those of OpenStack. */
const OTHER_DAEMONS = /^(libvirtd|virtlogd|virtlockd|sshd-.*)$/;

/** An all-in-one OpenStack; see openstack-up. */
export const openstackPart: Part = {
  name: 'openstack',

  async up(log) {
    await run(log, join(labScripts, 'openstack/openstack-up'));
  },

  async down(log, { wipe }) {
    await run(log, join(labScripts, 'openstack/openstack-down'), wipe ? ['--wipe'] : []);
  },

  async check() {
    const services = listPidFiles().filter((name) => !OTHER_DAEMONS.test(name));
    if (!existsSync(cloudsFile) || services.length === 0) return 'it was not started';
    const dead = services.filter((name) => !isAlive(name));
    if (dead.length > 0) return `${dead.join(', ')} ended`;
    const answers = await Promise.all(Object.entries(ENDPOINTS).map(([name, port]) => checkEndpoint(name, port)));
    return answers.find((reason) => reason !== '') ?? '';
  },

  hints() {
    return [
      `export OS_CLIENT_CONFIG_FILE=${cloudsFile}    (clouds lab-admin and lab-edu, password redhat)`,
      'openstack --os-cloud lab-edu server list    (lab-server runs on the libvirt host)',
    ];
  },
};

/** Why a service does not answer with the list of its versions; '' where it does. */
async function checkEndpoint(name: string, port: number): Promise<string> {
  const url = `http://127.0.0.1:${port + PORT_OFFSET}/`;
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(CHECK_TIMEOUT_MS), redirect: 'manual' });
    return status < 500 ? '' : `${name} answers ${status}`;
  } catch (error) {
    return `${name} does not answer at ${url} (${error instanceof Error ? error.message : String(error)})`;
  }
}
