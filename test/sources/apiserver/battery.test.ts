import { credentialsFrom, watchApiServer } from '../../../src/sources/apiserver/index.ts'
import { type Fixture, sourceBattery } from '../../support/source-battery.ts'
import { kubeconfig, QUICK, READ } from './cluster.ts'
import { FakeApiServer } from './fake.ts'

const onApiServer = async (): Promise<Fixture> => {
  const server = await FakeApiServer.open()
  const credentials = credentialsFrom({ kind: 'text', kubeconfig: kubeconfig(server.url) })
  return {
    start: watchApiServer({ credentials, kinds: READ, limits: { ...QUICK, graceMs: 5_000 } }),
    put: async (object) => server.put(object),
    remove: async (object) => server.remove(object),
    break: async (object) => server.put({ ...object, spec: { type: 'Other' } }),
    close: () => server.kill(),
  }
}

sourceBattery('an API server', onApiServer)
