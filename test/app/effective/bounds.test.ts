import { writeFile } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { checkGeo } from '../../../src/app/cli/check/geo.ts'
import { readOffline } from '../../../src/app/cli/offline.ts'
import { parseConfig } from '../../../src/app/config/index.ts'
import { withResolvers } from '../../../src/app/effective/resolvers.ts'
import { packEndpoints } from '../../../src/words/kube/index.ts'
import { city, mmdb } from '../../support/mmdb.ts'
import { temporary } from '../../support/temporary.ts'

const DAYS_30 = 30 * 24 * 3600
const BUILT = 1_700_000_000

test.each([
  [DAYS_30, 'ok'],
  [DAYS_30 + 1, 'warning'],
  [10 * DAYS_30, 'warning'],
])('a GeoIP database that is %i seconds old is %s', async (age, level) => {
  const directory = await temporary()
  onTestFinished(directory.close)
  await directory.write('east/none.yaml', '# nothing\n')
  await writeFile(directory.at('geo.mmdb'), mmdb({ '81.2.0.0/16': city('EU/FR') }, { builtAt: BUILT }))
  const config = parseConfig(
    'clusters: [{id: east, locality: eu-west-3, source: {manifests: ./east}}]\nclients: {trustClientSubnet: true, geo: {database: ./geo.mmdb, map: {EU: eu-west-3}}}\n',
    directory.at('meridian.yaml'),
  )
  const found = await checkGeo(await readOffline(config), (BUILT + age) * 1000)
  expect(found.map((one) => one.level)).toEqual([level])
})

test.each([5000, 5001, 50_000])(
  'of %i resolvers behind clients.fromService 5,000 have their zones',
  (count) => {
    const local = { cluster: 'east', locality: { region: 'r', zone: null, subzone: null } }
    const rules = { local, map: [], trustClientSubnet: false, explainAllow: [], transferAllow: [] }
    const endpoint = (i: number) => ({
      addresses: [String.fromCharCode(10, (i >> 16) & 255, (i >> 8) & 255, i & 255)],
      strays: [],
      hostname: null,
      uid: null,
      ready: true,
      serving: true,
      terminating: false,
      zone: 'a',
    })
    const slice = { endpoints: packEndpoints(Array.from({ length: count }, (_, i) => endpoint(i))) }
    expect(withResolvers(rules, [slice as never]).map).toHaveLength(5000)
  },
)
