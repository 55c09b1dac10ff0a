import { CredentialsError } from './credentials-error.ts'
import { KubeconfigReader } from './credentials-kubeconfig.ts'
import type {
  Access,
  Credentials,
  CredentialsOptions,
  CredentialsOrigin,
  SecretCredentialsChoice,
} from './credentials-types.ts'
import { type Fields, fieldsOf, textOf } from './fields.ts'
import { chooseForeignContext } from './kubeconfig.ts'
import { readObject } from './object.ts'
import type { Resource } from './resources.ts'

const SECRETS: Resource = { kind: 'Secret', group: '', plural: 'secrets', versions: ['v1'], custom: false }

/**
 * A server that is known, and a Secret that says what to show it: it is got anew with what a file would be read anew
 * with, so that what is written there takes effect, and nobody need list Secrets.
 */
export function secretOrigin(
  choice: SecretCredentialsChoice,
  hub: Credentials,
  options: CredentialsOptions,
): CredentialsOrigin {
  const { namespace, name, key, holds, cluster } = choice
  const reader = new KubeconfigReader(null, options)
  const place = `Secret ${namespace}/${name}`
  const { now = Date.now, pluginRestMs = REST_MS } = options
  let kept = { text: '', at: Number.NEGATIVE_INFINITY }
  const userOf = async (signal: AbortSignal): Promise<Fields> => {
    if (options.isAsked === false) return {}
    // A server that refuses everything has nobody asked without end.
    const rests = Math.abs(now() - kept.at) < pluginRestMs
    const text = rests ? kept.text : await textIn(hub, choice, signal)
    if (!rests) kept = { text, at: now() }
    return holds === 'token' ? { token: text.trim() } : userIn(text, choice)
  }
  return {
    place,
    forget: () => undefined,
    read: async (signal): Promise<Access> => {
      const user = await userOf(signal)
      const access = await reader.readContext({ context: key, cluster, user, userName: key }, signal)
      return { ...access, renewed: true }
    },
  }
}

/** From one look at a Secret to another that a refusal asks for. */
const REST_MS = 10_000
const GET_MS = 10_000

async function textIn(
  hub: Credentials,
  { namespace, name, key, holds }: SecretCredentialsChoice,
  signal: AbortSignal,
): Promise<string> {
  const resource = { ...SECRETS, namespace, name }
  const answer = await readObject(hub, resource, signal, { requestMs: GET_MS })
  signal.throwIfAborted()
  if (answer.outcome === 'failure')
    throw new CredentialsError(
      answer.problem,
      answer.remedy ?? 'see whether it is there, and whether the API server that has it answers',
    )
  const data = fieldsOf(answer.object['data'])
  const text = textOf(data[key])
  if (text !== undefined) return Buffer.from(text, 'base64').toString('utf8')
  throw new CredentialsError(
    `it has no key ${JSON.stringify(key)} in its data`,
    holds === 'token'
      ? 'put the token there'
      : 'put the kubeconfig there, or correct the key that is asked for',
  )
}

/** As the plugin of that name: a token, a certificate or both, and nothing that would have anything run or read. */
function userIn(text: string, { key, context }: SecretCredentialsChoice): Fields {
  const { user, userName } = chooseForeignContext(text, context)
  const others = Object.keys(user).filter((name) => !TAKEN.includes(name) && (user[name] ?? null) !== null)
  if (others.length > 0)
    throw new CredentialsError(
      `user "${userName}" of its ${key}: ${others.join(', ')}: is not taken out of such a kubeconfig`,
      'leave a token, or client-certificate-data with client-key-data',
    )
  if (TAKEN.some((name) => textOf(user[name]) !== undefined)) return user
  throw new CredentialsError(
    `user "${userName}" of its ${key} has neither a token nor a certificate`,
    'put one of them there',
  )
}

const TAKEN: readonly string[] = ['token', 'client-certificate-data', 'client-key-data']
