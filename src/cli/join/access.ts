import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { parse } from 'yaml'
import { type Chosen, type JoinOptions, wrong } from './options.ts'

/** How the API server is reached and trusted, in the words of a kubeconfig's `cluster`. */
export type Access = Readonly<Record<string, string>>

export const PLACEHOLDER: Access = {
  server: '<URL>',
  'certificate-authority-data': '<CA>',
}

/** Of a kubeconfig, what is said of where the cluster is: nobody's credentials are looked at. */
const COPIED = ['server', 'tls-server-name', 'proxy-url', 'certificate-authority-data'] as const

/** As `--server` and `--ca-file` say; else as the context of the kubeconfig does. */
export function accessOf(chosen: Chosen): Access {
  const { server, caFile } = chosen.options
  if (server === undefined) return { ...fromKubeconfig(chosen), ...authority(caFile) }
  const url = URL.parse(server)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw wrong(`--server ${server} is not a URL`, 'write it like https://203.0.113.10:6443')
  return { server, ...authority(caFile) }
}

/** Whether somebody said where the API server is. */
export const saysWhere = ({ server, kubeconfig, context }: JoinOptions): boolean =>
  [server, kubeconfig, context].some((option) => option !== undefined)

function authority(caFile: string | undefined): Access {
  if (caFile === undefined) return {}
  const pem = read('--ca-file', caFile)
  if (pem.includes('-----BEGIN CERTIFICATE-----')) return { 'certificate-authority-data': base64(pem) }
  throw wrong(
    `--ca-file ${caFile} holds no certificate in PEM`,
    'name the file with the CA of its API server',
  )
}

type Fields = Readonly<Record<string, unknown>>

function fromKubeconfig({ context, options }: Chosen): Access {
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
    throw wrong(
      `${place}: there is no context ${context} with a cluster; contexts: ${names.join(', ') || 'none'}`,
      'name one with --context, another file with --kubeconfig, or say --server URL and --ca-file FILE',
    )
  }
  return accessIn(fieldsOf(cluster.fields['cluster']), cluster.file, options)
}

function accessIn(cluster: Fields, file: string, { caFile }: JoinOptions): Access {
  const copied = COPIED.flatMap((name) => {
    const text = cluster[name]
    return typeof text === 'string' && text !== '' ? [[name, text] as const] : []
  })
  if (cluster['insecure-skip-tls-verify'] === true && caFile === undefined)
    throw wrong(`${file}: its API server is not verified there`, 'name the file with its CA: --ca-file FILE')
  const path = cluster['certificate-authority']
  const authorityFile = typeof path === 'string' ? resolve(dirname(file), path) : undefined
  return { ...authority(authorityFile), ...Object.fromEntries(copied) }
}

/** As kubectl finds them; the first that names something wins. */
function kubeconfigFiles({ kubeconfig }: JoinOptions): readonly string[] {
  if (kubeconfig !== undefined) return [kubeconfig]
  const listed = (process.env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '')
  return listed.length > 0 ? listed : [join(homedir(), '.kube', 'config')]
}

/** One entry of a list of a kubeconfig. */
interface Entry {
  readonly file: string
  readonly list: string
  readonly fields: Fields
}

function entriesOf(file: string): readonly Entry[] {
  const config = fieldsOf(parseYaml(file, read('--kubeconfig', file)))
  return ['contexts', 'clusters'].flatMap((list) => {
    const entries = config[list]
    return (Array.isArray(entries) ? entries : []).map((entry) => ({ file, list, fields: fieldsOf(entry) }))
  })
}

function parseYaml(file: string, text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    const [reason] = String(error).split('\n')
    throw wrong(`${file}: is not YAML: ${reason}`, 'name a kubeconfig with --kubeconfig')
  }
}

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {})

export function read(flag: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw wrong(`${flag}: ${reason}`, `name another file with ${flag}`)
  }
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64')
