import { CredentialsError } from './credentials-error.ts'
import { type Fields, fieldsOf, isFields, listOf, textOf } from './fields.ts'
import type { KubeconfigContext } from './kubeconfig.ts'

/** What a value of a kubeconfig must be. */
interface Shape {
  readonly what: string
  readonly fits: (value: unknown) => boolean
}

const isText = (value: unknown): boolean => typeof value === 'string'

const TEXT: Shape = { what: 'text (in YAML, numbers need quotes to be text)', fits: isText }
const FLAG: Shape = { what: 'true or false', fits: (value) => typeof value === 'boolean' }
const MAPPING: Shape = { what: 'a mapping', fits: isFields }
const TEXTS: Shape = {
  what: 'a list of texts',
  fits: (value) => Array.isArray(value) && value.every(isText),
}
const MAPPINGS: Shape = {
  what: 'a list of mappings',
  fits: (value) => Array.isArray(value) && value.every(isFields),
}

type Shapes = Readonly<Record<string, Shape>>

const CLUSTER: Shapes = {
  server: TEXT,
  'certificate-authority': TEXT,
  'certificate-authority-data': TEXT,
  'tls-server-name': TEXT,
  'proxy-url': TEXT,
  'insecure-skip-tls-verify': FLAG,
}

const USER: Shapes = {
  'client-certificate': TEXT,
  'client-certificate-data': TEXT,
  'client-key': TEXT,
  'client-key-data': TEXT,
  token: TEXT,
  tokenFile: TEXT,
  username: TEXT,
  password: TEXT,
  as: TEXT,
  'as-uid': TEXT,
  'as-groups': TEXTS,
  'as-user-extra': MAPPING,
  exec: MAPPING,
}

const EXEC: Shapes = {
  command: TEXT,
  args: TEXTS,
  env: MAPPINGS,
  apiVersion: TEXT,
  installHint: TEXT,
  interactiveMode: TEXT,
  provideClusterInfo: FLAG,
}

const VARIABLE: Shapes = { name: TEXT, value: TEXT }

/**
 * Refuses what kubectl refuses: a value of another type than its field has. Taken for absent, it would have Meridian
 * ask as somebody else, or as nobody.
 */
export function refuseMisshapen({ cluster, user, userName }: KubeconfigContext): void {
  const exec = fieldsOf(user['exec'])
  refuse(cluster, CLUSTER, 'cluster')
  const entry = `user "${userName}"`
  refuse(user, USER, entry)
  refuse(exec, EXEC, `${entry}: exec`)
  for (const [i, one] of listOf(exec['env']).entries())
    refuse(fieldsOf(one), VARIABLE, `${entry}: exec: env[${i}]`)
  for (const [name, value] of Object.entries(fieldsOf(user['as-user-extra'])))
    refuse({ [name]: value }, { [name]: TEXTS }, `${entry}: as-user-extra`)
}

/** A null is an absent value. What is wrong is not quoted: it may be a secret. */
function refuse(fields: Fields, shapes: Shapes, where: string): void {
  for (const [name, { what, fits }] of Object.entries(shapes)) {
    const value = fields[name] ?? null
    if (value !== null && !fits(value))
      throw new CredentialsError(`${where}: ${name} is not ${what}`, 'write it as kubectl takes it')
  }
}

/**
 * Refuses a user of whom kubectl does not know either as whom to ask. Several ways to say who asks go together only
 * where one of them is for want of the others, as a plugin beside a token is.
 */
export function refuseAmbiguous(user: Fields, entry: string): void {
  const has = (name: string): boolean => textOf(user[name]) !== undefined
  const names = TOGETHER.find((some) => some.every((name) => has(name) || isFields(user[name])))
  if (names !== undefined)
    throw new CredentialsError(
      `${entry}: ${names.join(' and ')} stand together, which kubectl refuses`,
      'leave the one that is meant',
    )
  const lone = AS_SOMEBODY.filter((name) => Object.keys(Object(user[name] ?? '')).length > 0)
  if (lone.length > 0 && !has('as'))
    throw new CredentialsError(
      `${entry}: ${lone.join(', ')} without as, which kubectl refuses`,
      'name who is meant under as, or take them out',
    )
}

const TOGETHER = [
  ['exec', 'auth-provider'],
  ['token', 'username'],
  ['token', 'password'],
  ['tokenFile', 'username'],
] as const

const AS_SOMEBODY = ['as-uid', 'as-groups', 'as-user-extra'] as const
