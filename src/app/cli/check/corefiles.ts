import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Document, parseAllDocuments } from 'yaml'
import { AS_MANIFEST, marksIn, plainData } from '../../../sources/texts/index.ts'
import { isFields, unpackList } from '../../../words/kube/index.ts'
import type { Config } from '../../config/index.ts'
import { replacementIn } from '../corefile/index.ts'
import type { CheckResult } from './check-result.ts'

/** Of files among manifests so many are looked into: a Corefile stands where a person finds it. */
const MOST_FILES = 1000

/** A file with more bytes, or more marks of YAML, is not looked into: a second's work, of all that is read for `check`. */
const MOST_BYTES = 1_048_576
const MOST_MARKS = 200_000

/** Whether a Corefile among the manifests of the server's own cluster uses what CoreDNS has no more. */
export async function checkCorefiles(config: Config): Promise<readonly CheckResult[]> {
  const source = config.clusters.find(({ id }) => id === config.local.cluster)?.source
  const path = source?.kind === 'manifests' ? source['path'] : undefined
  if (typeof path !== 'string') return []
  const names = await readdir(path, { recursive: true }).catch(() => [])
  // In one order on every file system.
  const files = names.filter((name) => /\.(ya?ml|json)$/.test(name)).toSorted()
  const some = files.slice(0, MOST_FILES)
  const found: CheckResult[] = []
  for (const name of some) found.push(...(await checkFile(join(path, name), config)))
  return files.length > MOST_FILES ? [...found, tooMany(files.length, path)] : found
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
  const { text, isWhole } = await textOf(file).catch(() => NOTHING)
  if (!/\bfederation\b/.test(text) || !text.includes('ConfigMap')) return []
  if (!isWhole || marksIn(text, MOST_MARKS) > MOST_MARKS) return [tooLarge(file)]
  return corefilesIn(text).flatMap((corefile) => {
    const found = replacementIn(corefile, config)
    if (found === undefined) return []
    const { finding, remedy } = found
    return [{ level: 'broken', kind: 'forwarding', cluster: null, subject: file, finding, remedy }]
  })
}

const tooLarge = (file: string): CheckResult => ({
  level: 'advice',
  kind: 'forwarding',
  cluster: null,
  subject: file,
  finding: `it may hold a Corefile, and is not looked into: more than ${MOST_BYTES} bytes, or ${MOST_MARKS} values`,
  remedy: 'write the ConfigMap of a Corefile into a file of its own',
})

const NOTHING = { text: '', isWhole: true }

/** Nobody waits for a pipe or a socket; the beginning of what is too large tells whether it may hold a Corefile. */
async function textOf(path: string): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const found = await file.stat()
  if (!found.isFile()) return NOTHING
  const { size } = found
  const bytes = Buffer.alloc(Math.min(size, MOST_BYTES))
  const { bytesRead } = await file.read(bytes)
  return { text: bytes.toString('utf8', 0, bytesRead), isWhole: size <= MOST_BYTES }
}

/** What ConfigMaps, in lists too, have under `Corefile`, or under a name that ends in `.server`. */
function corefilesIn(text: string): readonly string[] {
  const documents = parseAllDocuments(text, AS_MANIFEST)
  if ('empty' in documents) return []
  return documents
    .flatMap((one) => unpackList(dataOf(one)))
    .filter(isFields)
    .flatMap(({ kind, data }) =>
      kind !== 'ConfigMap' || !isFields(data)
        ? []
        : Object.entries(data).flatMap(([key, value]) =>
            typeof value === 'string' && /^Corefile$|\.server$/.test(key) ? [value] : [],
          ),
    )
}

/** Nothing of what cannot be read: whoever reads manifests says so. */
function dataOf(document: Document): unknown {
  if (document.errors.length > 0) return undefined
  try {
    return plainData(document, MOST_MARKS)
  } catch {
    return undefined
  }
}
