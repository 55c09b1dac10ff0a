import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { isFields, unpackList } from '../../../words/kube/index.ts'
import type { Config } from '../../config/index.ts'
import { replacementIn } from '../corefile/index.ts'
import type { CheckResult } from './check-result.ts'

/** Of files among manifests so many are looked into, of so many octets at most: a Corefile is small. */
const MOST_FILES = 1000
const MOST_OCTETS = 1_048_576

/** Whether a Corefile among the manifests of the server's own cluster uses what CoreDNS has no more. */
export async function checkCorefiles(config: Config): Promise<readonly CheckResult[]> {
  const source = config.clusters.find(({ id }) => id === config.local.cluster)?.source
  const path = source?.kind === 'manifests' ? source['path'] : undefined
  if (typeof path !== 'string') return []
  const names = await readdir(path, { recursive: true }).catch(() => [])
  // In one order on every file system.
  const files = names.filter((name) => /\.(ya?ml|json)$/.test(name)).toSorted()
  const some = files.slice(0, MOST_FILES)
  const found = await Promise.all(some.map((name) => checkFile(join(path, name), config)))
  return files.length > MOST_FILES ? [...found.flat(), tooMany(files.length, path)] : found.flat()
}

const tooMany = (count: number, path: string): CheckResult => ({
  level: 'advice',
  kind: 'forwarding',
  cluster: null,
  subject: path,
  finding: `of ${count} files the first ${MOST_FILES} are looked into for a Corefile`,
  remedy: 'if one is behind those, see whether it uses the plugin federation, which CoreDNS has no more',
})

async function checkFile(file: string, config: Config): Promise<readonly CheckResult[]> {
  const text = await textOf(file).catch(() => '')
  if (!/\bfederation\b/.test(text) || !text.includes('ConfigMap')) return []
  return corefilesIn(text).flatMap((corefile) => {
    const found = replacementIn(corefile, config)
    return found === undefined
      ? []
      : [
          {
            level: 'broken',
            kind: 'forwarding',
            cluster: null,
            subject: file,
            finding: found.finding,
            remedy: found.remedy,
          },
        ]
  })
}

const textOf = async (file: string): Promise<string> =>
  (await stat(file)).size > MOST_OCTETS ? '' : readFile(file, 'utf8')

/** What ConfigMaps, in lists too, have under `Corefile`, or under a name that ends in `.server`. */
function corefilesIn(text: string): readonly string[] {
  const documents = parseAllDocuments(text, { logLevel: 'silent' })
  if ('empty' in documents) return []
  const objects = documents
    .filter(({ errors }) => errors.length === 0)
    .flatMap((one) => unpackList(one.toJS()))
  return objects
    .filter(isFields)
    .flatMap(({ kind, data }) =>
      kind !== 'ConfigMap' || !isFields(data)
        ? []
        : Object.entries(data).flatMap(([key, value]) =>
            typeof value === 'string' && /^Corefile$|\.server$/.test(key) ? [value] : [],
          ),
    )
}
