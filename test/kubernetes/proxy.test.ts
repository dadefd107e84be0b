import { beforeAll, expect, it } from '@jest/globals';
import { apiOf, getObject } from './api.ts';
import { type Cluster, ensureKubernetes, START_TIMEOUT_MS } from './cluster.ts';
import { startProxy } from './proxy.ts';
import { describeOnKubernetes } from './real.ts';

describeOnKubernetes('the way to an API server', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await ensureKubernetes();
  }, START_TIMEOUT_MS);

  it(
    'can be refused, and held, and mended',
    async () => {
      await using proxy = await startProxy(cluster);
      const ask = (): Promise<object> => getObject(apiOf(proxy.cluster), '/api/v1/namespaces');
      await ask();

      await proxy.refuse();
      await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      await proxy.mend();
      await ask();

      proxy.hold();
      let isAnswered = false;
      const held = ask().then(() => (isAnswered = true));
      // By the other way it is answered meanwhile.
      await getObject(apiOf(cluster), '/api/v1/namespaces');
      expect(isAnswered).toBe(false);
      await proxy.mend();
      await expect(held).resolves.toBe(true);
    },
    START_TIMEOUT_MS,
  );
});
