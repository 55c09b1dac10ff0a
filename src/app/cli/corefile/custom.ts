import { comment } from '../shell.ts'
import { failoverNotes, printBlocks } from './block.ts'
import { blocksIn, neighboursIn, refuseClashes } from './coredns.ts'
import { drop, put } from './edit.ts'
import { type Platform, tryLines } from './platform.ts'
import { textAt, type WrittenObject, writtenValueAt } from './written.ts'
import type { Forwarding } from './zones.ts'

/** A CoreDNS that belongs to the platform, and imports the keys `*.server` of the ConfigMap coredns-custom. */
interface Place {
  readonly what: string
  readonly notes: readonly string[]
}

const NAME = 'coredns-custom'
const KEY = 'meridian.server'
const PATH = ['data', KEY]
const LISTENING = [{ ports: ['53'], bind: [] }]

export const aks: Platform = platformAt({
  what: "AKS's CoreDNS",
  notes: ["The ConfigMap coredns is AKS's own and is put back; this one is yours, and there already, empty."],
})

export const k3s: Platform = platformAt({
  what: "k3s's CoreDNS",
  notes: [
    "The ConfigMap coredns is k3s's own and is put back; this one is yours, and missing until it is made.",
  ],
})

function platformAt(place: Place): Platform {
  return {
    wanted: { kind: 'ConfigMap', group: '', name: NAME },
    print: (forwarding) => print(forwarding, place),
    add,
    remove: (object) => (textAt(object, PATH) === undefined ? object : drop(object, PATH)),
    others: (object) =>
      serversOf(object).flatMap(([key, text]) => neighboursIn(blocksIn(text), `of its key ${key}`)),
    blocks: (object) => serversOf(object).flatMap(([, text]) => blocksIn(text)),
  }
}

function print(forwarding: Forwarding, place: Place): string {
  const lines = contentOf(forwarding).trimEnd().split('\n')
  return `${comment(introduction(forwarding, place))}
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${NAME}
  namespace: kube-system
data:
  ${KEY}: |
${lines.map((line) => `    ${line}`).join('\n')}
`
}

const introduction = (forwarding: Forwarding, place: Place): readonly string[] => [
  `For ${place.what}: the zones that Meridian answers, forwarded to it. Each by name, never a parent of them.`,
  ...[...forwarding.notes, ...failoverNotes(forwarding), ...place.notes].map((note) => `Note: ${note}`),
  '',
  'Apply, as often as you like: the key is made or replaced, and no other is touched. No other may have these zones.',
  `  ${forwarding.command} |`,
  '    kubectl apply --server-side --field-manager meridian -f -',
  '  kubectl -n kube-system rollout restart deployment coredns   # it is noticed within minutes; this is at once',
  'Remove:',
  `  kubectl -n kube-system patch configmap ${NAME} --type json -p '[{"op": "remove", "path": "/data/${KEY}"}]'`,
  ...tryLines(forwarding),
]

const contentOf = (forwarding: Forwarding): string =>
  `${comment(['The zones that Meridian answers.'])}\n${printBlocks(forwarding, LISTENING)}\n`

function add(object: WrittenObject, forwarding: Forwarding): WrittenObject {
  for (const [key, text] of serversOf(object))
    refuseClashes(forwarding, blocksIn(text), LISTENING, `its key ${key}`)
  const content = contentOf(forwarding)
  return textAt(object, PATH) === content ? object : put(object, PATH, content)
}

/** What others have put there. */
function serversOf(object: WrittenObject): readonly (readonly [key: string, text: string])[] {
  const data = writtenValueAt(object, ['data'])
  if (typeof data !== 'object' || data === null) return []
  return Object.entries(data).flatMap(([key, text]) =>
    key.endsWith('.server') && key !== KEY && typeof text === 'string' ? [[key, text] as const] : [],
  )
}
