import { z } from 'zod';
import type { OpenStackTarget } from '../../shared/contract/connections.ts';
import type { Cloud } from '../../electron/core/openstack/cloud.ts';
import { deleteServer, listServers } from '../../electron/core/openstack/compute/servers.ts';
import { listImages } from '../../electron/core/openstack/image/images.ts';
import { openCloud } from '../../electron/core/openstack/stand-in-cloud.ts';
import { NotMeasured, type BenchContext } from './figure.ts';

/** The lab's zone of compute hosts with Nova's fake driver: what boots there costs next to nothing. */
const ZONE = 'sim';
const BATCH = 50;
const BATCH_TIMEOUT_MS = 180_000;
const POLL_MS = 2_000;

const flavorReply = z.looseObject({ flavor: z.looseObject({ id: z.string() }) });
const quotaReply = z.looseObject({
  quota_set: z.looseObject({ instances: z.number(), cores: z.number(), ram: z.number() }),
});

/** Instances on the lab's simulated hosts. The scope's end deletes them and gives the project its quota back. */
export class SimulatedInstances {
  readonly #cloud: Cloud;
  readonly #bench: BenchContext;
  readonly #name = `bench-${process.pid}`;
  #flavorId = '';
  #imageId = '';

  private constructor(cloud: Cloud, bench: BenchContext) {
    this.#cloud = cloud;
    this.#bench = bench;
  }

  /** Prepares quota and flavor; `target` must be an administrator. Rejects as the calls do. */
  static async open(target: OpenStackTarget, secret: string | null, bench: BenchContext): Promise<SimulatedInstances> {
    const fixture = openCloud(target, { secret });
    bench.scope.defer(fixture.close);
    const instances = new SimulatedInstances(fixture.cloud, bench);
    await instances.#raiseQuota();
    await instances.#createFlavor();
    bench.scope.defer(() => instances.#deleteAll());
    const [image] = await listImages(fixture.cloud, bench.scope.signal);
    if (image === undefined) throw new NotMeasured('the cloud has no image');
    instances.#imageId = image.id;
    return instances;
  }

  /** Boots instances until the project has that many. Throws NotMeasured where the cloud is too slow. */
  async ensure(count: number): Promise<void> {
    const { signal } = this.#bench.scope;
    const { servers } = await listServers(this.#cloud, { signal });
    for (let have = servers.length; have < count; have += BATCH) {
      const batch = Math.min(BATCH, count - have);
      this.#bench.say(`booting ${batch} simulated instances (${have} of ${count} are there)`);
      await this.#create(batch);
      await this.#settled(have + batch);
    }
  }

  async #create(count: number): Promise<void> {
    const server = {
      name: this.#name,
      imageRef: this.#imageId,
      flavorRef: this.#flavorId,
      networks: 'none',
      availability_zone: ZONE,
      min_count: count,
      max_count: count,
    };
    await this.#compute('POST', '/servers', { server });
  }

  /** Until all are there and none is being built. */
  async #settled(count: number): Promise<void> {
    const deadline = performance.now() + BATCH_TIMEOUT_MS;
    for (;;) {
      const { servers } = await listServers(this.#cloud, { signal: this.#bench.scope.signal });
      if (servers.length >= count && servers.every(({ status }) => status !== 'BUILD')) return;
      if (performance.now() > deadline) throw new NotMeasured(`the cloud did not boot ${count} instances in time`);
      await pause();
    }
  }

  async #createFlavor(): Promise<void> {
    const flavor = { name: this.#name, vcpus: 1, ram: 1_024, disk: 20 };
    const { body } = await this.#cloud.call({
      service: 'compute',
      method: 'POST',
      path: '/flavors',
      body: { flavor },
      schema: flavorReply,
      signal: this.#bench.scope.signal,
    });
    this.#flavorId = body.flavor.id;
    this.#bench.scope.defer(() => this.#compute('DELETE', `/flavors/${this.#flavorId}`));
    // Placement counts next to none of it, so that the few simulated hosts take hundreds.
    const specs = { 'resources:VCPU': '0', 'resources:MEMORY_MB': '64', 'resources:DISK_GB': '0' };
    await this.#compute('POST', `/flavors/${this.#flavorId}/os-extra_specs`, { extra_specs: specs });
  }

  async #raiseQuota(): Promise<void> {
    const { signal } = this.#bench.scope;
    const token = await this.#cloud.login.token(signal);
    const path = `/os-quota-sets/${token.project?.id ?? ''}`;
    const { body } = await this.#cloud.call({ service: 'compute', method: 'GET', path, schema: quotaReply, signal });
    const { instances, cores, ram } = body.quota_set;
    this.#bench.scope.defer(() => this.#compute('PUT', path, { quota_set: { instances, cores, ram } }));
    await this.#compute('PUT', path, { quota_set: { instances: -1, cores: -1, ram: -1 } });
  }

  async #deleteAll(): Promise<void> {
    const { signal } = new AbortController();
    const own = async () =>
      (await listServers(this.#cloud, { signal })).servers.filter(({ name }) => name?.startsWith(this.#name));
    for (const { id } of await own()) await deleteServer(this.#cloud, { id, name: id }, signal);
    const deadline = performance.now() + BATCH_TIMEOUT_MS;
    while ((await own()).length > 0 && performance.now() < deadline) await pause();
  }

  async #compute(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<void> {
    // Cleaning up goes on after the scope's signal has aborted.
    const { signal } = new AbortController();
    await this.#cloud.call({ service: 'compute', method, path, body, signal });
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
