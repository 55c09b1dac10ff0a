/** The cluster DNS of each platform: the objects that it has before Meridian comes, and the Corefile that it makes of them. */

import { type CoreDnsVersion, isFields, type Manifest, type Ref } from './ground/index.ts'

export interface Platform {
  /** As `--for` has it. */
  readonly target: string
  readonly before: readonly Manifest[]
  /** The one of them that is changed. */
  readonly changed: Ref
  /** As CoreDNS is given it, from that object as it is now; null where DNS is not by CoreDNS. */
  readonly corefile: ((object: Manifest) => string) | null
}

export const VERSIONS: readonly (readonly [version: CoreDnsVersion, said: string])[] = [
  ['current', '1.15.0'],
  ['1.12', '1.12.2'],
]

const configMap = (name: string, data?: Readonly<Record<string, string>>): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'kube-system', labels: { 'example.com/owner': 'platform' } },
  ...(data !== undefined && { data }),
})

const ref = (name: string): Ref => ({ apiVersion: 'v1', kind: 'ConfigMap', name, namespace: 'kube-system' })

const KUBERNETES = `    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 30
    }`

const kubeadm = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
${KUBERNETES}
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    loop
    reload
    loadbalance
}
`

/** One that a team has edited, without a newline at its end. */
const eks = `.:53 {
    errors
    health {
        lameduck 5s
      }
    ready
${KUBERNETES}
    prometheus :9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
}
corp.example:53 {
    errors
    cache 30
    forward . /etc/resolv.conf
}`

const importing = (folder: string): string => `.:53 {
    errors
    health
    ready
${KUBERNETES}
    hosts ${folder}/NodeHosts {
      ttl 60
      fallthrough
    }
    prometheus :9153
    cache 30
    loop
    reload
    loadbalance
    import ${folder}/*.override
    forward . /etc/resolv.conf
}
import ${folder}/*.server
`

const nodeLocal = `cluster.local:53 {
    errors
    cache {
        success 9984 30
        denial 9984 5
    }
    reload
    loop
    bind 169.254.20.10 10.96.0.10
${KUBERNETES}
    prometheus :9253
    health 169.254.20.10:8080
}
.:53 {
    errors
    cache 30
    reload
    loop
    bind 169.254.20.10 10.96.0.10
    forward . /etc/resolv.conf
    prometheus :9253
}
`

const corefileOf = (object: Manifest): string => dataOf(object)['Corefile'] ?? ''

function dataOf(object: Manifest): Readonly<Record<string, string>> {
  const data = object['data']
  const entries = isFields(data) ? Object.entries(data) : []
  return Object.fromEntries(entries.map(([key, text]) => [key, String(text)]))
}

/** The files of a ConfigMap in the places that import them. */
function imported(corefile: string, object: Manifest): string {
  const files = Object.entries(dataOf(object)).sort()
  return corefile.replace(/^\s*import \S+\*(\.\w+)$/gm, (_line, suffix) =>
    files.flatMap(([key, text]) => (key.endsWith(suffix) ? [text] : [])).join('\n'),
  )
}

/** As the DNS operator writes it, on a port of its own. */
function byOperator({ spec }: Manifest): string {
  const servers = isFields(spec) && Array.isArray(spec['servers']) ? spec['servers'] : []
  const blocks = servers.map(({ name, zones, forwardPlugin }) => {
    const keys = zones.map((zone: string) => `${zone}:5353`).join(' ')
    const upstreams = forwardPlugin.upstreams.join(' ')
    return `# ${name}\n${keys} {\n    prometheus 127.0.0.1:9153\n    forward . ${upstreams} {\n        policy random\n    }\n    errors\n    log . {\n        class error\n    }\n    bufsize 1232\n    cache 900 {\n        denial 9984 30\n    }\n}\n`
  })
  return `${blocks.join('')}.:5353 {\n    bufsize 1232\n    errors\n    health {\n        lameduck 20s\n    }\n    ready\n${KUBERNETES}\n    forward . /etc/resolv.conf {\n        policy sequential\n    }\n    cache 900 {\n        denial 9984 30\n    }\n    reload\n}\nhostname.bind:5353 {\n    chaos\n}\n`
}

const corp = {
  'corp.server': 'corp.example:53 {\n    forward . /etc/resolv.conf\n}\n',
  'x.override': 'log\n',
}

const OPERATOR: Manifest = {
  apiVersion: 'operator.openshift.io/v1',
  kind: 'DNS',
  metadata: { name: 'default' },
  spec: {
    logLevel: 'Normal',
    servers: [
      {
        name: 'corp',
        zones: ['corp.example'],
        forwardPlugin: { policy: 'Random', upstreams: ['192.0.2.1'] },
      },
    ],
  },
}

export const PLATFORMS: readonly (readonly [title: string, platform: Platform])[] = (
  [
    ['coredns', 'coredns', { Corefile: kubeadm, 'x.db': '$ORIGIN x.\n' }, corefileOf],
    ['eks', 'coredns', { Corefile: eks }, corefileOf],
    ['aks', 'coredns-custom', undefined, (object: Manifest) => imported(importing('custom'), object)],
    ['k3s', 'coredns-custom', corp, (object: Manifest) => imported(importing('/etc/coredns/custom'), object)],
    ['nodelocal', 'node-local-dns', { Corefile: nodeLocal }, corefileOf],
    ['kube-dns', 'kube-dns', { stubDomains: '{"corp.example" : ["192.0.2.1"]}' }, null],
    ['gke', 'kube-dns', { upstreamNameservers: '["192.0.2.1"]' }, null],
  ] as const
)
  .map(([target, name, data, corefile]): [string, Platform] => [
    target,
    { target, before: [configMap(name, data)], changed: ref(name), corefile },
  ])
  .concat([
    [
      'openshift',
      {
        target: 'openshift',
        before: [OPERATOR],
        changed: { apiVersion: OPERATOR.apiVersion, kind: 'DNS', name: 'default' },
        corefile: byOperator,
      },
    ],
  ])

/** As far as our CoreDNS can: without the plugins it was not built with, on addresses and with servers that are there. */
export function runnable(corefile: string, kubeconfig: string, resolver: string): string {
  return without(corefile, ['health', 'prometheus', 'reload', 'hosts', 'bufsize', 'chaos', 'bind', 'loop'])
    .replaceAll('/etc/resolv.conf', resolver)
    .replace(/:5353(?=[ {])/g, ':53')
    .replace(/^( *kubernetes .*\{)$/gm, `$1\n        kubeconfig ${kubeconfig}`)
}

/** Their lines are left out, and their blocks. */
function without(corefile: string, directives: readonly string[]): string {
  let depth = 0
  return corefile
    .split('\n')
    .filter((line) => {
      const isOut = depth > 0 || directives.includes(line.trim().split(/\s/)[0] ?? '')
      if (isOut && line.trim().endsWith('{')) depth += 1
      else if (depth > 0 && line.trim() === '}') depth -= 1
      return !isOut
    })
    .join('\n')
}
