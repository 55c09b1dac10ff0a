import { keepSecret, keepSecretsOfUrl } from '../../words/observe/index.ts'
import { CredentialsError } from './credentials-error.ts'
import { type Fields, fieldsOf, listOf, textOf } from './fields.ts'

const WHOLE = ['token', 'password', 'client-key-data'] as const
const PROVIDED = ['id-token', 'refresh-token', 'access-token', 'client-secret'] as const
const NAMED = /secret|password|passwd|pwd|token|api-?key|access_key/i

/** What is secret in the entries of a cluster and a user, before anything else is said of them. */
export function keepSecretsOf(cluster: Fields, user: Fields): void {
  for (const name of WHOLE) keepSecret(textOf(user[name]))
  keepSecret(base64(`${textOf(user['username']) ?? ''}:${textOf(user['password']) ?? ''}`))
  const config = fieldsOf(fieldsOf(user['auth-provider'])['config'])
  for (const name of PROVIDED) keepSecret(textOf(config[name]))
  for (const name of ['server', 'proxy-url']) keepSecretsOfUrl(textOf(cluster[name]) ?? '')
  keepSecretsOfPlugin(fieldsOf(user['exec']))
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Variables and arguments that say by their name that they are. */
function keepSecretsOfPlugin(exec: Fields): void {
  for (const entry of listOf(exec['env']).map(fieldsOf)) {
    if (NAMED.test(String(entry['name']))) keepSecret(textOf(entry['value']))
  }
  const args = listOf(exec['args']).map(String)
  for (const [i, arg] of args.entries()) {
    const [, flag = '', value] = /^(--?[\w-]+)(?:=(.+))?$/s.exec(arg) ?? []
    if (!NAMED.test(flag)) continue
    // What begins with a dash may be another flag, or a secret that does.
    keepSecret(value ?? args[i + 1])
  }
}

/** What `kubectl config view` prints in place of what is secret. */
const LEFT_OUT = /^(DATA\+OMITTED|REDACTED)$/

/** A kubeconfig that was printed for people's eyes has no credentials in it. */
export function refuseLeftOut(cluster: Fields, user: Fields): void {
  const left = [cluster, user].flatMap((fields) =>
    Object.entries(fields).filter(([, value]) => typeof value === 'string' && LEFT_OUT.test(value)),
  )
  const [first] = left
  if (first === undefined) return
  throw new CredentialsError(
    `${left.map(([name]) => name).join(', ')}: ${first[1]} stands there in place of the data`,
    'print it anew with --raw: `kubectl config view --minify --flatten --raw`',
  )
}
