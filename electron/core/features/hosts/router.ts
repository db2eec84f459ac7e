import {
  hostRef,
  lookAtDevicesInput,
  newMdevInput,
  nodeDeviceRef,
  runNodeDeviceActionInput,
} from '../../../../shared/contract/hosts.ts';
import { compareCpusInput } from '../../../../shared/contract/cpu-comparison.ts';
import { deleteSecretsInput, newSecretInput, secretValueInput } from '../../../../shared/contract/secrets.ts';
import { procedure, router, watcherOf } from '../../rpc/trpc.ts';
import type { HostsApi } from './api.ts';

export function createHostsRouter(hosts: HostsApi) {
  return router({
    details: procedure.input(hostRef).query(({ input }) => hosts.details(input)),
    watch: procedure.input(hostRef).subscription((o) => hosts.watch(o.input, watcherOf(o))),
    watchDevices: procedure.input(hostRef).subscription((o) => hosts.watchDevices(o.input, watcherOf(o))),
    lookAtDevices: procedure.input(lookAtDevicesInput).mutation(({ input }) => hosts.lookAtDevices(input)),
    deviceXml: procedure.input(nodeDeviceRef).query(({ input }) => hosts.deviceXml(input)),
    deviceImpact: procedure.input(nodeDeviceRef).query(({ input }) => hosts.deviceImpact(input)),
    runDeviceAction: procedure.input(runNodeDeviceActionInput).mutation(({ input }) => hosts.runDeviceAction(input)),
    createMdev: procedure.input(newMdevInput).mutation(({ input }) => hosts.createMdev(input)),
    compareCpus: procedure.input(compareCpusInput).query((o) => hosts.compareCpus(o.input, watcherOf(o).signal)),
    watchSecrets: procedure.input(hostRef).subscription((o) => hosts.watchSecrets(o.input, watcherOf(o))),
    defineSecret: procedure.input(newSecretInput).mutation(({ input }) => hosts.defineSecret(input)),
    setSecretValue: procedure.input(secretValueInput).mutation(({ input }) => hosts.setSecretValue(input)),
    deleteSecrets: procedure.input(deleteSecretsInput).mutation(({ input }) => hosts.deleteSecrets(input)),
  });
}
