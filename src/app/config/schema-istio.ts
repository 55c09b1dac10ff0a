import { clusterId } from './schema-clusters.ts'
import { dnsLabel, entries, flag, key, list, locality, plainText, section, someText } from './values.ts'

const gateway = () =>
  plainText('a gateway', 'istio-ingressgateway', (input) => /^[^\s/]+(\/[^\s/]+)?$/.test(input))

const header = () =>
  plainText('the name of a header', 'region', (input) => /^[\w!#$%&'*+.^`|~-]+$/.test(input))

const HEADERS = { region: { east: 'us-east-1', west: 'us-west-1' } }

export const istio = key(
  section({
    cluster: key(
      clusterId().nullable().prefault(null),
      'The cluster whose objects of Istio are read; null: none are. Members never write policy for others.',
      'cluster-east',
    ),
    rootNamespace: key(
      dnsLabel('a namespace', 'istio-system').prefault('istio-system'),
      'Istio’s root namespace: objects there speak for services of all namespaces, others for those of their own.',
    ),
    trustedNamespaces: key(
      list(dnsLabel('a namespace', 'platform'), '[platform]').prefault([]),
      'Namespaces whose objects speak for services of all, after those of the root namespace, in this order.',
      ['platform'],
    ),
    virtualServices: key(
      section({
        gateways: key(
          list(gateway(), '[mesh]').prefault(['mesh']),
          'Which VirtualServices count: those with one of these among their `gateways`, by name or as `namespace/name`; `mesh` is what one without any is for.',
          ['mesh', 'istio-ingressgateway'],
        ),
      }).prefault({}),
      'VirtualServices.',
    ),
    headers: key(
      entries(
        header(),
        entries(someText('a value', 'east'), locality(), '{east: us-east-1}'),
        '{region: {east: us-east-1, west: us-west-1}}',
      ).prefault({}),
      'What exact values of headers mean in VirtualServices: the clients who stand there.',
      HEADERS,
    ),
    entries: key(
      section({
        export: key(
          flag().prefault(false),
          'true: a ServiceEntry whose host is one cluster’s own name of a service (`web.default.svc.cluster-east.local`) is an export of that cluster, and not only the way to it.',
          true,
        ),
      }).prefault({}),
      'ServiceEntries.',
    ),
  }).prefault({}),
  'Istio’s DestinationRules and VirtualServices as policies of services, its ServiceEntries as services outside Kubernetes (docs/reference/objects.md).',
)
