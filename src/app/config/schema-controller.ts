import { CLUSTER_SET_IPS, WRITES } from './config.ts'
import {
  dnsLabel,
  duration,
  flag,
  key,
  list,
  namespaceGlob,
  oneOf,
  plainText,
  section,
  wholeNumber,
} from './values.ts'

const namespaces = section({
  allow: key(
    list(namespaceGlob(), '["shop-*"]').prefault([]),
    'Namespaces that take imports, `*` standing for any run of characters; empty: all. None is ever made.',
    ['shop-*'],
  ),
  deny: key(
    list(namespaceGlob(), '["kube-*"]').prefault(['kube-*']),
    'Namespaces that do not; wins over `allow`.',
  ),
})

const lease = section({
  namespace: key(
    dnsLabel('a namespace', 'meridian').prefault('meridian'),
    'Its namespace, in each cluster that is written to.',
  ),
  name: key(
    plainText('the name of a Lease', 'meridian-controller', (name) =>
      /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(name),
    ).prefault('meridian-controller'),
    'Its name.',
  ),
  duration: key(
    duration(3000).prefault('15s'),
    'How long the others wait for a holder that says nothing. One that cannot renew it stops writing after two thirds of that.',
  ),
})

const rate = section({
  perSecond: key(
    wholeNumber(1, 10_000, 50).prefault(50),
    'Writes a second to one API server, once `burst` is used up.',
  ),
  burst: key(wholeNumber(1, 10_000, 100).prefault(100), 'Writes at once after a rest.'),
})

/** The part that writes. */
export const controller = section({
  enabled: key(
    flag().prefault(false),
    'true: Meridian writes conditions, ServiceImports and what belongs to them. It needs the permissions for that.',
  ),
  clusterSetIP: key(
    oneOf(CLUSTER_SET_IPS).prefault('derived'),
    '`derived`: a Service without selector beside each import gives it an address that kube-proxy serves; `none`: imports have none, for names alone.',
    'none',
  ),
  writes: key(
    oneOf(WRITES).prefault('local'),
    '`local`: into `local.cluster` alone, each cluster having a Meridian of its own; `all`: into every cluster that has an API server, for a hub.',
    'all',
  ),
  namespaces: key(namespaces.prefault({}), 'Which namespaces take imports.'),
  lease: key(lease.prefault({}), 'The Lease by which the replicas agree on who writes.'),
  rate: key(rate.prefault({}), 'How fast is written.'),
})
