import {
  type Credentials,
  type CredentialsChoice,
  CredentialsError,
  credentialsFrom,
} from '../../sources/apiserver/index.ts'
import { bugSentence } from '../../words/kube/index.ts'
import { sentence } from '../../words/observe/index.ts'
import { parseDeclared, type Suffixes } from '../config/index.ts'
import type { Flaw, RegisteredCluster } from './row.ts'
import type { FoundCluster } from './types.ts'

/** What is written of one cluster, read as an entry of `clusters`. */
export interface ClusterCandidate {
  readonly key: string
  readonly createdAt: number
  readonly reading: CandidateReading
}

/** A cluster that may join, with what to ask its API server by; or sentences on what to mend. */
type CandidateReading =
  | { readonly cluster: FoundCluster; readonly credentials: Credentials }
  | { readonly place: string; readonly problems: readonly Flaw[] }

/** One cluster by itself, in the registry of this name: what is wrong with one is no matter to another. Never rejects. */
export async function candidateOf(
  written: RegisteredCluster,
  registry: string,
  suffixes: Suffixes,
): Promise<ClusterCandidate> {
  const { key, createdAt, place } = written
  const reading = await read(written, registry, suffixes).catch((error: unknown) => ({
    place,
    problems: [{ problem: bugSentence(error) }],
  }))
  return { key, createdAt, reading }
}

async function read(
  {
    key,
    place,
    name,
    createdAt,
    fields,
    access,
    accessField = 'kubeconfig',
    accessFlaw,
    flaws,
    renaming,
    mayBeIn,
  }: RegisteredCluster,
  registry: string,
  suffixes: Suffixes,
): Promise<CandidateReading> {
  const credentials = access && credentialsFrom(access)
  const declared = parseDeclared(fields, suffixes)
  const problems = [
    ...flaws,
    ...(await flawsOfAccess(access, accessField)).map((flaw) => accessFlaw ?? flaw),
    ...('flaws' in declared ? declared.flaws.map((flaw) => flawOf(flaw, renaming)) : []),
  ]
  if ('flaws' in declared || access === null || credentials === null || problems.length > 0)
    return { place, problems: problems.slice(0, MOST_PROBLEMS) }
  const called = name === undefined ? {} : { name }
  const saved = { key, place, createdAt, fields, registry, ...called }
  const cluster = {
    ...declared.cluster,
    source: access,
    place,
    saved,
    registry,
    renaming,
    mayBeIn,
    ...called,
  }
  return { cluster, credentials }
}

/** Of one cluster: whoever mends these sees the others. */
const MOST_PROBLEMS = 20

const flawOf = (
  { path, problem, remedy }: Flaw & { readonly path: string },
  renaming: string | undefined,
): Flaw => ({
  problem: `${path}: ${problem}`,
  remedy: path === 'id' && renaming !== undefined ? `${remedy} ${renaming}` : remedy,
})

/** No request is made, no file read and no program run: what an object says of access may have none of that done. */
async function flawsOfAccess(access: CredentialsChoice | null, field: string): Promise<readonly Flaw[]> {
  if (access?.kind !== 'text' && access?.kind !== 'secret') return []
  try {
    await credentialsFrom(access, { isAsked: false }).access(new AbortController().signal)
    return []
  } catch (error) {
    const { problem, remedy } =
      error instanceof CredentialsError ? error : { problem: sentence(String(error)), remedy: undefined }
    return [{ problem: `${field}: ${problem}`, remedy }]
  }
}
