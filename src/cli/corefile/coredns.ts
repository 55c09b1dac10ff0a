import { printAddress } from '../../dns/index.ts'
import { comment } from '../shell.ts'
import { failoverNotes, printBlock } from './block.ts'
import { BEGIN, END, type Marked, parseMarked, portOf, type ServerKey, serverKeys } from './marked.ts'
import {
  applyLines,
  kubectl,
  type Pipe,
  type Platform,
  removeLines,
  tryLines,
  versionName,
} from './platform.ts'
import { expectObject, put, refuse, textAt, type Written } from './written.ts'
import type { Forwarding } from './zones.ts'

/** A ConfigMap whose key `Corefile` people own, for a server block of ours between two marks. */
interface Place {
  readonly what: string
  readonly pipe: Pipe
  readonly restart: string
  readonly notes: readonly string[]
  readonly more: (forwarding: Forwarding) => readonly string[]
  readonly bind: (forwarding: Forwarding) => string
  readonly tries: (forwarding: Forwarding) => readonly string[]
}

const PATH = ['data', 'Corefile']

const PLAIN: Place = {
  what: 'CoreDNS',
  pipe: kubectl('configmap', 'coredns'),
  restart: 'deployment coredns',
  notes: ['NodeLocal DNSCache, where there is one, needs a block too: --for nodelocal.'],
  more: () => [],
  bind: () => '',
  tries: () => [],
}

const NODELOCAL: Place = {
  what: 'NodeLocal DNSCache',
  pipe: kubectl('configmap', 'node-local-dns'),
  restart: 'daemonset node-local-dns',
  notes: [
    "It sends names without a block of their own to the node's resolvers, not to the cluster's CoreDNS, so this one is needed besides CoreDNS's.",
    "bind must list what the other blocks bind: --patch takes it from them. By hand, where they bind the cluster DNS's address too (kube-proxy in iptables mode), say --bind with both.",
    'Stub domains in the ConfigMap kube-dns reach it as well (--for kube-dns): use one of the two, or it refuses to start.',
  ],
  more: () => [],
  bind: ({ bind }) => bind.map(printAddress).join(' '),
  tries: (forwarding) => [
    `dig @${forwarding.bind.map(printAddress)[0]} ${versionName(forwarding)} TXT +short   # on a node, through the cache`,
  ],
}

const EKS: Place = {
  ...PLAIN,
  what: 'CoreDNS on EKS',
  notes: [
    ...PLAIN.notes,
    'Nodes of EKS Auto Mode have a CoreDNS of their own, which reads no ConfigMap: pods there do not get these zones so.',
  ],
  more: ({ command }) => [
    'Where CoreDNS is a managed add-on, say it to EKS instead, or the next update of the add-on may put back its own Corefile:',
    `  ${PLAIN.pipe.get} |`,
    `    ${command} --patch --values > values.json`,
    '  aws eks update-addon --cluster-name <CLUSTER> --addon-name coredns --configuration-values file://values.json --resolve-conflicts OVERWRITE',
    '  Configuration values are replaced as a whole: write into values.json what else is there now, as this prints it:',
    '  aws eks describe-addon --cluster-name <CLUSTER> --addon-name coredns --query addon.configurationValues --output text',
    '  To remove it, say --remove --values in place of --patch --values, or leave corefile out of values.json.',
  ],
}

export const coreDNS: Platform = platformAt(PLAIN)
export const eks: Platform = platformAt(EKS)
export const nodeLocal: Platform = platformAt(NODELOCAL)

function platformAt(place: Place): Platform {
  return {
    print: (forwarding) => print(forwarding, place),
    add: (object, forwarding) => add(object, forwarding, place),
    remove: (object) => {
      const { before, own, after } = markedIn(corefileOf(object))
      return own === '' ? object : put(object, PATH, before + after)
    },
  }
}

const print = (forwarding: Forwarding, place: Place): string =>
  [
    BEGIN,
    comment(introduction(forwarding, place)),
    printBlock(forwarding, { port: 53, bind: place.bind(forwarding) }),
    END,
    '',
  ].join('\n')

const introduction = (forwarding: Forwarding, place: Place): readonly string[] => [
  `For ${place.what}: the zones that Meridian answers, forwarded to it. Each by name, never a parent of them.`,
  ...[...forwarding.notes, ...failoverNotes(forwarding), ...place.notes].map((note) => `Note: ${note}`),
  '',
  ...applyLines(forwarding, place.pipe),
  `  kubectl -n kube-system rollout restart ${place.restart}   # only if no block has the plugin reload`,
  ...place.more(forwarding),
  ...removeLines(forwarding, place.pipe),
  ...tryLines(forwarding, place.tries(forwarding)),
]

/** At the beginning, so that taking it out leaves what was there, whether or not that ends in a newline. */
function add(object: Written, forwarding: Forwarding, place: Place): Written {
  const { before, own, after } = markedIn(corefileOf(object))
  const others = keysIn(before + after)
  refuseClashes(forwarding, others, 'Corefile')
  const bind = boundIn(before + after, forwarding, place.bind(forwarding))
  const block = printBlock(forwarding, { port: portOf(others), bind })
  const text = `${[BEGIN, comment(MADE), block, END].join('\n')}\n`
  return own === text ? object : put(object, PATH, before + text + after)
}

const MADE = [
  'The zones that Meridian answers. `meridian corefile` replaces and removes what is between the marks.',
]

function corefileOf(object: Written): string {
  expectObject(object, 'ConfigMap')
  return (
    textAt(object, PATH) ??
    refuse(
      'the ConfigMap has no key Corefile',
      'pipe in the one that CoreDNS reads: kubectl -n kube-system get configmap coredns -o yaml',
    )
  )
}

const markedIn = (corefile: string): Marked =>
  parseMarked(corefile) ??
  refuse(
    `the lines "${BEGIN}" and "${END}" of the Corefile are not one pair`,
    'take out by hand what is left of the block, and both lines',
  )

export const keysIn = (corefile: string): readonly ServerKey[] =>
  serverKeys(corefile) ??
  refuse(
    'the Corefile is one server block without braces, beside which there is room for no other',
    'put braces around it: .:53 { … }',
  )

/** CoreDNS refuses a Corefile in which two blocks have one zone. */
export function refuseClashes({ zones }: Forwarding, others: readonly ServerKey[], where: string): void {
  const port = portOf(others)
  const taken = zones.filter((zone) => others.some((key) => key.zone === zone && key.port === port))
  if (taken.length === 0) return
  refuse(
    `${where} has a block for ${taken.join(', ')} already, which is not Meridian's`,
    'remove that block first, or give the zone another name in meridian.yaml (zones)',
  )
}

/** What the others bind is right for this block too: addresses, or what stands for them until the server starts. */
const boundIn = (corefile: string, { given }: Forwarding, bind: string): string =>
  bind === '' || given.includes('--bind') ? bind : (/^[ \t]*bind[ \t]+(.*\S)/m.exec(corefile)?.[1] ?? bind)
