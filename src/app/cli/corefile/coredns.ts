import { printAddress } from '../../../values/dns/index.ts'
import { comment } from '../shell.ts'
import { failoverNotes, printBlocks } from './block.ts'
import { splice } from './edit.ts'
import { BEGIN, END, type MarkedCorefile, parseMarked } from './marked.ts'
import {
  applyLines,
  kubectl,
  type Neighbour,
  type Pipe,
  type Platform,
  removeLines,
  tryLines,
  versionName,
} from './platform.ts'
import {
  type BlockAddress,
  isTaken,
  listeningIn,
  parseServerBlocks,
  type ServerBlock,
} from './server-blocks.ts'
import { refuse, textAt, type WrittenObject } from './written.ts'
import type { Forwarding } from './zones.ts'

/** A ConfigMap whose key `Corefile` people own, for a server block of ours between two marks. */
interface Place {
  readonly what: string
  /** Of the ConfigMap. */
  readonly name: string
  readonly pipe: Pipe
  readonly restart: string
  readonly notes: readonly string[]
  readonly more: (forwarding: Forwarding) => readonly string[]
  /** Where nothing beside it binds. */
  readonly bind: (forwarding: Forwarding) => readonly string[]
  readonly tries: (forwarding: Forwarding) => readonly string[]
}

const PATH = ['data', 'Corefile']

const bindLine = ({ bind }: Forwarding): string => `bind ${bind.map(printAddress).join(' ')}`

const PLAIN: Place = {
  what: 'CoreDNS',
  name: 'coredns',
  pipe: kubectl('configmap', 'coredns'),
  restart: 'deployment coredns',
  notes: [
    'NodeLocal DNSCache, where there is one, needs a block too: --for nodelocal.',
    'It must listen where the block for . does: --patch takes port and bind from there. By hand, say --bind.',
  ],
  more: () => [],
  bind: (forwarding) => (forwarding.given.includes('--bind') ? [bindLine(forwarding)] : []),
  tries: () => [],
}

const NODELOCAL: Place = {
  what: 'NodeLocal DNSCache',
  name: 'node-local-dns',
  pipe: kubectl('configmap', 'node-local-dns'),
  restart: 'daemonset node-local-dns',
  notes: [
    "It sends names without a block of their own to the node's resolvers, not to the cluster's CoreDNS, so this one is needed besides CoreDNS's.",
    "bind must list what the other blocks bind: --patch takes it from them. By hand, where they bind the cluster DNS's address too (kube-proxy in iptables mode), say --bind with both.",
    'Stub domains in the ConfigMap kube-dns reach it as well (--for kube-dns): use one of the two, or it refuses to start.',
  ],
  more: () => [],
  bind: (forwarding) => [bindLine(forwarding)],
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
    wanted: { kind: 'ConfigMap', group: '', usual: place.name, with: PATH },
    print: (forwarding) => print(forwarding, place),
    add: (object, forwarding) => add(object, forwarding, place),
    remove,
    others: (object) => neighboursIn(blocksOfOthers(object), 'of the Corefile'),
    blocks: blocksOfOthers,
  }
}

const print = (forwarding: Forwarding, place: Place): string =>
  [
    BEGIN,
    comment(introduction(forwarding, place)),
    printBlocks(forwarding, [{ ports: ['53'], bind: place.bind(forwarding) }]),
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
function add(object: WrittenObject, forwarding: Forwarding, place: Place): WrittenObject {
  const { corefile, own, at } = ownIn(object)
  const blocks = blocksOfOthers(object)
  const listening = listeningBeside(blocks, forwarding, place)
  refuseClashes(forwarding, blocks, listening, 'Corefile')
  const text = `${[BEGIN, comment(MADE), printBlocks(forwarding, listening), END].join('\n')}\n`
  const [indented, flat] = [likeOwn(text, own, corefile), likeOwn(text.replace(/^ +/gm, ''), own, corefile)]
  if (own === indented || own === flat) return object
  return splice(
    object,
    PATH,
    [indented, flat].map((one) => ({ from: at, to: at + own.length, text: one })),
  )
}

/** Indented as it was, and with the ends of lines of what it stands in. */
function likeOwn(text: string, own: string, corefile: string): string {
  const indent = /^[ \t]*/.exec(own)?.[0] ?? ''
  const indented = text.replace(/^(?=.)/gm, indent)
  const ended = own === '' || own.endsWith('\n') ? indented : indented.trimEnd()
  return corefile.includes('\r\n') ? ended.replaceAll('\n', '\r\n') : ended
}

function remove(object: WrittenObject): WrittenObject {
  const { corefile, own, at } = ownIn(object)
  if (own === '') return object
  const to = at + own.length
  const isLast = to === corefile.length && at > 0
  // Where the last newline is not kept, the one before goes too.
  return splice(object, PATH, [
    { from: at, to, text: '' },
    ...(isLast ? [{ from: at - 1, to, text: '' }] : []),
  ])
}

function blocksOfOthers(object: WrittenObject): readonly ServerBlock[] {
  const { corefile, own, at } = ownIn(object)
  return blocksIn(corefile.slice(0, at) + corefile.slice(at + own.length))
}

const MADE = [
  'The zones that Meridian answers. `meridian corefile` replaces and removes what is between the marks.',
]

function ownIn(object: WrittenObject): {
  readonly corefile: string
  readonly own: string
  readonly at: number
} {
  const corefile = corefileOf(object)
  const { before, own } = markedIn(corefile)
  return { corefile, own, at: before.length }
}

function corefileOf(object: WrittenObject): string {
  const corefile = textAt(object, PATH)
  if (corefile === undefined)
    return refuse(
      'the ConfigMap has no key Corefile',
      'pipe in the one that CoreDNS reads: kubectl -n kube-system get configmap coredns -o yaml',
    )
  if (corefile.trim() !== '') return corefile
  return refuse(
    'the key Corefile of the ConfigMap is empty, so CoreDNS would answer nothing but these zones',
    'pipe in the one that CoreDNS reads: kubectl -n kube-system get configmap coredns -o yaml',
  )
}

const markedIn = (corefile: string): MarkedCorefile =>
  parseMarked(corefile) ??
  refuse(
    `the lines "${BEGIN}" and "${END}" of the Corefile are not one pair`,
    'take out by hand what is left of the block, and both lines',
  )

export const blocksIn = (corefile: string): readonly ServerBlock[] =>
  parseServerBlocks(corefile) ??
  refuse(
    'the Corefile is one server block without braces, beside which there is room for no other',
    'put braces around it: .:53 { … }',
  )

/** CoreDNS refuses a Corefile in which two blocks have one zone. */
export function refuseClashes(
  { zones }: Forwarding,
  blocks: readonly ServerBlock[],
  listening: readonly BlockAddress[],
  where: string,
): void {
  const taken = zones.filter((zone) => isTaken(zone, listening, blocks))
  if (taken.length === 0) return
  refuse(
    `${where} has a block for ${taken.join(', ')} already, which is not Meridian's`,
    'remove that block first, or give the zone another name in meridian.yaml (zones)',
  )
}

export const neighboursIn = (blocks: readonly ServerBlock[], where: string): readonly Neighbour[] =>
  blocks.flatMap(({ keys }) => keys.map(({ zone }) => ({ zone, what: `the block ${zone} ${where}` })))

/** What the block for all names binds is right for this one too: addresses, or what stands for them until the server starts. */
function listeningBeside(
  blocks: readonly ServerBlock[],
  forwarding: Forwarding,
  place: Place,
): readonly BlockAddress[] {
  const bind = place.bind(forwarding)
  const beside = listeningIn(blocks)
  if (!forwarding.given.includes('--bind'))
    return beside.map((one) => (one.bind.length === 0 ? { ...one, bind } : one))
  return [{ ports: [...new Set(beside.flatMap(({ ports }) => ports))], bind }]
}
