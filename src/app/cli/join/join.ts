import { stringify } from 'yaml'
import { KINDS, type Kinds } from '../../../words/kube/index.ts'
import { usageFailure } from '../failure.ts'
import { comment } from '../shell.ts'
import { accessOf, type JoinAccess, PLACEHOLDER, readFileOf, saysWhere } from './access.ts'
import { commandsOf, rotation } from './commands.ts'
import { type JoinChoice, type JoinOptions, type JoinPart, parseJoinOptions } from './options.ts'
import { registrySecret } from './registry.ts'
import { type Manifest, remoteObjects } from './remote.ts'
import { parseToken, TOKEN_PLACEHOLDER, type Token } from './token.ts'

export type { JoinOptions } from './options.ts'

/**
 * What makes a cluster join, as YAML with comments: objects for that cluster, and a Secret for the one that Meridian
 * runs in. `piped` is read when the token is to come from standard input. Without `only`, what nobody said is a
 * placeholder; a part of its own is whole or refused. Throws a Failure that names the option that is wrong.
 */
export async function joinText(
  id: string,
  options: JoinOptions,
  piped: () => Promise<string>,
  kinds: Kinds = KINDS,
): Promise<string> {
  const chosen = parseJoinOptions(id, options)
  const parts: Readonly<Record<JoinPart, () => Promise<string>>> = {
    remote: async () => remotePart(chosen, kinds),
    registry: () => registryPart(chosen, piped),
  }
  if (chosen.only !== null) return parts[chosen.only]()
  return `${comment(introduction(chosen))}\n\n${await parts.remote()}---\n${await parts.registry()}`
}

const introduction = (chosen: JoinChoice): readonly string[] => [
  `What makes ${chosen.id} join. Nothing is applied by this command; these two do it, kubectl's current context being the`,
  'cluster that Meridian runs in, whose registries name the namespace:',
  '',
  ...commandsOf(chosen).map((line) => `  ${line}`),
  '',
  `The second one takes the URL and the CA of ${chosen.id} from your kubeconfig (--kubeconfig, --context), whose`,
  'credentials are not looked at, or from --server and --ca-file or --ca-data. Meridian must reach that URL from where',
  'it runs.',
  '',
  ...rotation(chosen),
]

function remotePart(chosen: JoinChoice, kinds: Kinds): string {
  const title = `1. For ${chosen.id}: who reads it, and what may be read`
  return part(title, [], remoteObjects(chosen, kinds))
}

async function registryPart(chosen: JoinChoice, piped: () => Promise<string>): Promise<string> {
  const title = '2. For the cluster that Meridian runs in: the Secret that it finds the cluster by'
  const [access, token] = [accessFor(chosen), await tokenFor(chosen, piped)]
  return part(title, token.about === '' ? [] : [token.about], [registrySecret(chosen, access, token)])
}

function part(title: string, notes: readonly string[], manifests: readonly Manifest[]): string {
  const rule = '─'.repeat(Math.max(3, 112 - title.length))
  return `${comment([`── ${title} ${rule}`, ...notes])}\n${manifests.map(print).join('---\n')}`
}

const print = (manifest: Manifest): string => stringify(manifest, { lineWidth: 0 })

const accessFor = (chosen: JoinChoice): JoinAccess =>
  chosen.only === null && !saysWhere(chosen.options) ? PLACEHOLDER : accessOf(chosen)

async function tokenFor({ only, options }: JoinChoice, piped: () => Promise<string>): Promise<Token> {
  const { tokenFile } = options
  if (tokenFile === '-') return parseToken(await piped(), 'standard input')
  if (tokenFile !== undefined) return parseToken(readFileOf('--token-file', tokenFile), tokenFile)
  if (only === null) return TOKEN_PLACEHOLDER
  throw usageFailure(
    '--token-file is missing: Meridian needs a token of the cluster',
    'run meridian join without --only: the second command there pipes one in',
  )
}
