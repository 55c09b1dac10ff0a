import { statSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import {
  type EncodingProblem,
  homeDirectory,
  readKubeconfig,
  readText,
  whyNotYaml,
  withoutMark,
} from '../../../sources/texts/index.ts'
import { parseUrl, printUrl } from '../../../words/observe/index.ts'
import { usageFailure } from '../failure.ts'
import type { JoinChoice, JoinOptions } from './options.ts'

/** How the API server is reached and trusted, in the words of a kubeconfig's `cluster`. */
export type JoinAccess = Readonly<Record<string, string>>

export const PLACEHOLDER: JoinAccess = {
  server: '<URL>',
  'certificate-authority-data': '<CA>',
}

/** Of a kubeconfig, what is said of where the cluster is: nobody's credentials are looked at. */
const COPIED = ['server', 'tls-server-name', 'proxy-url', 'certificate-authority-data'] as const

/** As `--server` and the CA's options say; else as the context of the kubeconfig does. */
export function accessOf(chosen: JoinChoice): JoinAccess {
  const access = accessSaid(chosen)
  if (chosen.options.allowLoopback !== true)
    for (const name of ['server', 'proxy-url']) refuseLoopback(name, access[name])
  return access
}

function accessSaid(chosen: JoinChoice): JoinAccess {
  const { server } = chosen.options
  const said = authoritySaid(chosen.options)
  if (server === undefined)
    return { ...fromKubeconfig(chosen, 'certificate-authority-data' in said), ...said }
  const url = parseUrl(server)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw usageFailure(
      `--server ${printUrl(server) ?? ''} is not a URL`,
      'write it like https://203.0.113.10:6443',
    )
  return { server, ...said }
}

function authoritySaid({ caFile, caData }: JoinOptions): JoinAccess {
  if (caData === undefined) return caFile === undefined ? {} : authority('--ca-file', caFile)
  const pem = withoutMark(Buffer.from(caData, 'base64').toString())
  if (isCertificate(pem)) return asData(pem)
  throw usageFailure('--ca-data holds no certificate', "write the kubeconfig's certificate-authority-data")
}

/** Tools that make clusters on the host of whoever uses them write kubeconfigs for that host alone. */
function refuseLoopback(name: string, text: string | undefined): void {
  const url = text === undefined ? null : URL.parse(text)
  if (url === null || !isLoopback(url.hostname)) return
  throw usageFailure(
    `its ${name} ${url.protocol}//${url.host} is an address of this host itself, where Meridian's pod finds no API server`,
    'say --server URL, one that the pod reaches: of kind, `kind get kubeconfig --internal` has it, with its CA; of k3s, ' +
      "minikube and Docker Desktop, it has the node's address; where Meridian runs on this host, say --allow-loopback",
  )
}

/** URLs have addresses in one form: 127.1 is 127.0.0.1, and IPv6 is as short as can be. */
const isLoopback = (host: string): boolean =>
  /^(127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\]|\[::ffff:(7f[0-9a-f]{2}:[0-9a-f]+|0:0)\]|(.+\.)?localhost\.?|kubernetes\.docker\.internal)$/i.test(
    host,
  )

/** Whether somebody said where the API server is. */
export const saysWhere = ({ server, kubeconfig, context }: JoinOptions): boolean =>
  [server, kubeconfig, context].some((option) => option !== undefined)

function authority(flag: string, file: string): JoinAccess {
  const pem = readFileOf(flag, file)
  if (isCertificate(pem)) return asData(pem)
  throw usageFailure(
    `${flag} ${file} holds no certificate in PEM`,
    'name the file with the CA of its API server',
  )
}

const asData = (pem: string): JoinAccess => ({
  'certificate-authority-data': Buffer.from(pem).toString('base64'),
})

const isCertificate = (pem: string): boolean => pem.includes('-----BEGIN CERTIFICATE-----')

type Fields = Readonly<Record<string, unknown>>

function fromKubeconfig({ context, options }: JoinChoice, isTrusted: boolean): JoinAccess {
  const files = kubeconfigFiles(options)
  const place = files.join(', ')
  const entries = files.flatMap(entriesOf)
  const named = (list: string, name: unknown) =>
    entries.find((entry) => entry.list === list && entry.fields['name'] === name)
  const chosen = fieldsOf(named('contexts', context)?.fields['context'])
  const cluster = named('clusters', chosen['cluster'])
  if (cluster === undefined) {
    const names = entries
      .filter(({ list }) => list === 'contexts')
      .map(({ fields }) => String(fields['name']))
    throw usageFailure(
      `${place}: there is no context ${context} with a cluster; contexts: ${names.join(', ') || 'none'}`,
      'name one with --context, another file with --kubeconfig, or say --server URL and its CA',
    )
  }
  return accessIn(fieldsOf(cluster.fields['cluster']), cluster.file, isTrusted)
}

function accessIn(found: Fields, file: string, isTrusted: boolean): JoinAccess {
  const cluster: Fields = { ...found, server: serverIn(found, file) }
  const copied = COPIED.flatMap((name) => {
    const text = cluster[name]
    return typeof text === 'string' && text !== '' ? [[name, text] as const] : []
  })
  if (copied.some(([, text]) => text === 'DATA+OMITTED'))
    throw usageFailure(
      `${file}: DATA+OMITTED stands there in place of the CA`,
      'print it anew with `kubectl config view --raw`',
    )
  if (cluster['insecure-skip-tls-verify'] === true && !isTrusted)
    throw usageFailure(
      `${file}: its API server is not verified there`,
      'name the file with its CA: --ca-file FILE',
    )
  const path = cluster['certificate-authority']
  const named =
    typeof path === 'string' && !isTrusted ? authority(`${file}:`, resolve(dirname(file), path)) : {}
  return { ...named, ...Object.fromEntries(copied) }
}

/** The API server's URL, without a user's name and password in it. */
function serverIn({ server }: Fields, file: string): string {
  const text = typeof server === 'string' ? server : ''
  const url = parseUrl(text)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    const said = printUrl(text)
    const which = said === null ? 'a server that' : `the server ${said}, which`
    const what = text === '' ? 'has no server' : `has ${which} is not a URL`
    throw usageFailure(
      `${file}: its cluster ${what}`,
      'write it there like https://203.0.113.10:6443, or say --server URL',
    )
  }
  if (url.username === '' && url.password === '') return text
  return Object.assign(url, { username: '', password: '' }).href
}

/** As kubectl finds them: of those in KUBECONFIG the ones that are there; the first that names something wins. */
function kubeconfigFiles({ kubeconfig }: JoinOptions): readonly string[] {
  if (kubeconfig !== undefined) return [kubeconfig]
  const said = process.env['KUBECONFIG'] ?? ''
  if (said.trimEnd().includes('\n'))
    throw usageFailure('KUBECONFIG holds what is in a kubeconfig', 'write it to a file, and name that')
  const listed = said.split(delimiter).filter((path) => path !== '')
  const found = listed.filter(isThere)
  if (found.length > 0) return found
  return listed.length > 0 ? listed : [join(homeDirectory(), '.kube', 'config')]
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    // What may not be looked at is there, as kubectl has it.
    return true
  }
}

/** One entry of a list of a kubeconfig. */
interface Entry {
  readonly file: string
  readonly list: string
  readonly fields: Fields
}

function entriesOf(file: string): readonly Entry[] {
  const config = fieldsOf(parseYaml(file, readFileOf('--kubeconfig', file)))
  return ['contexts', 'clusters'].flatMap((list) => {
    const entries = config[list]
    return (Array.isArray(entries) ? entries : []).map((entry) => ({ file, list, fields: fieldsOf(entry) }))
  })
}

function parseYaml(file: string, text: string): unknown {
  try {
    return readKubeconfig(text)
  } catch (error) {
    throw usageFailure(`${file}: is not YAML: ${whyNotYaml(error)}`, 'name a kubeconfig with --kubeconfig')
  }
}

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {})

const REMEDIES: Readonly<Record<string, string>> = {
  '--kubeconfig': 'name another with --kubeconfig, or say --server URL and its CA (--ca-file, --ca-data)',
  '--token-file': 'name the file that holds the token, or - for standard input',
}

export function readFileOf(flag: string, file: string): string {
  const text = readOr(file, (reason) => {
    // A token itself may have been said in place of its file.
    const shown = flag === '--token-file' ? reason.replaceAll(file, '…') : reason
    return usageFailure(`${flag}: ${shown}`, REMEDIES[flag] ?? 'name another file')
  })
  if (typeof text === 'string') return text
  throw usageFailure(`${flag} ${file} ${text.problem}`, text.remedy)
}

function readOr(file: string, failure: (reason: string) => Error): string | EncodingProblem {
  try {
    return readText(file)
  } catch (error) {
    throw failure(error instanceof Error ? error.message : String(error))
  }
}
