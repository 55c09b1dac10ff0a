import { z } from 'zod'
import { isDnsLabel } from '../../values/dns/index.ts'
import { bySpecificity, type MinHealthy } from '../../words/clusterset/index.ts'
import { clusterId, weight } from './schema-clusters.ts'
import { quote } from './text.ts'
import { entries, expects, key, labels, list, localityPattern, plainText, region, section } from './values.ts'

const distribute = section({
  from: key(localityPattern(), 'Viewpoints that this holds for.', 'us-east-1/*'),
  to: key(
    entries(localityPattern(), weight(80), '{"us-east-1/*": 80, "us-west-1/*": 20}'),
    'Localities and their relative weights; of those that match a cluster the most specific counts. What is not listed comes last.',
    { 'us-east-1/*': 80, 'us-west-1/*': 20 },
  ),
}).transform(({ from, to }) => ({
  from,
  // Helm sorts the keys of a mapping, and `*` before all others: their order means nothing.
  to: Object.entries(to)
    .map(([locality, share]) => ({ locality, weight: share }))
    .sort((a, b) => bySpecificity(a.locality, b.locality)),
}))

const failover = section({
  from: key(region(), 'The viewpoint’s region.', 'us-east-1'),
  to: key(region(), 'The region that comes next.', 'us-west-1'),
})

const distributes = () =>
  list(distribute, '[{from: "us-east-1/*", to: {"us-east-1/*": 80, "us-west-1/*": 20}}]')

const failovers = () => list(failover, '[{from: us-east-1, to: us-west-1}]')

const SHARES = expects(
  'a number of endpoints or a share',
  'write a whole number from 1, or a share from "1%" to "100%"',
)

const share = z.string().meta({ pattern: '^([1-9][0-9]?|100)%$' })

const minHealthy = () =>
  z
    .union([z.int(SHARES).min(1, SHARES).max(1_000_000, SHARES), share], SHARES)
    .transform((input, ctx): MinHealthy => {
      if (typeof input === 'number') return { count: input }
      if (/^([1-9]\d?|100)%$/.test(input)) return { share: Number(input.slice(0, -1)) / 100 }
      const problem = `${quote(input)} is not a share`
      ctx.issues.push({ code: 'custom', input, message: SHARES.error, params: { problem } })
      return z.NEVER
    })
    .nullable()
    .prefault(null)

export const serviceKey = () =>
  plainText('a service key', 'shop/cart (namespace/name)', (input) => {
    const [namespace = '', name = '', ...more] = input.split('/')
    return more.length === 0 && isDnsLabel(namespace) && isDnsLabel(name)
  })

const service = section({
  prefer: key(
    labels('{tier: gold}').nullable().prefault(null),
    'Labels of clusters: those that carry all of them are nearer than all others, and nearest first among each other.',
    { tier: 'gold' },
  ),
  weights: key(
    entries(clusterId(), weight(70), '{cluster-east: 70, cluster-west: 30}').nullable().prefault(null),
    'Cluster ids and their shares, in place of the levels: these clusters come first, the others follow.',
    { 'cluster-east': 70, 'cluster-west': 30 },
  ),
  distribute: key(distributes().nullable().prefault(null), 'As `routing.distribute`; null: that one.', [
    { from: 'us-east-1/*', to: { '*': 1 } },
  ]),
  failover: key(failovers().nullable().prefault(null), 'As `routing.failover`; null: that one.', [
    { from: 'us-east-1', to: 'eu-west-1' },
  ]),
  minHealthy: key(minHealthy(), 'As `routing.minHealthy`; null: that one.', 3),
})

export const routing = section({
  distribute: key(
    distributes().prefault([]),
    'Weights between localities in place of nearest first, in the sense of Istio’s localityLbSetting. The first entry whose `from` matches holds.',
    [{ from: 'us-east-1/*', to: { 'us-east-1/*': 80, 'us-west-1/*': 20 } }],
  ),
  failover: key(failovers().prefault([]), 'Which region comes after one’s own, in order.', [
    { from: 'us-east-1', to: 'us-west-1' },
  ]),
  minHealthy: key(
    minHealthy(),
    'Ready endpoints that a level needs to keep all draws, as a number or a share of its endpoints; with fewer it shares them with the next level.',
    '50%',
  ),
  services: key(
    entries(serviceKey(), service, '{"shop/cart": {weights: {cluster-east: 70, cluster-west: 30}}}').prefault(
      {},
    ),
    'What single services override, by `namespace/name`.',
    { 'shop/cart': { weights: { 'cluster-east': 70, 'cluster-west': 30 } } },
  ),
})
