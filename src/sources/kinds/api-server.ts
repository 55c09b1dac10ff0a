import {
  type ApiServerEvent,
  type Credentials,
  type CredentialsChoice,
  credentialsFrom,
  watchSealed,
} from '../apiserver/index.ts'
import type { SealedChange, StartSource } from '../changes/index.ts'
import { readAlone, startAlone } from './alone.ts'
import { readApiServer } from './api-server-once.ts'
import { sourceRow } from './row.ts'
import type { SourceChoice, WatchedCluster } from './types.ts'

const KINDS: Readonly<Record<CredentialsChoice['kind'], true>> = {
  kubeconfig: true,
  inCluster: true,
  text: true,
  secret: true,
  behind: true,
}

const isApiServer = (choice: SourceChoice): choice is CredentialsChoice => Object.hasOwn(KINDS, choice.kind)

/** A cluster's own API server, however it is reached. */
export const API_SERVER = sourceRow(isApiServer, (choice, options) => {
  const credentials = credentialsFrom(choice, options)
  return {
    place: choice.kind === 'kubeconfig' ? choice.path : 'its API server',
    access: choice,
    credentials,
    isHere: choice.kind === 'inCluster',
    isFound: choice.kind === 'text' || choice.kind === 'secret' || choice.kind === 'behind',
    // A watch is a connection.
    files: ({ kinds, namespaces }) => kinds.rows.length * Math.max(1, namespaces.length),
    start: startAlone((cluster) => watchOne(credentials, cluster)),
    readOnce: readAlone((cluster, ms) => readApiServer(credentials, cluster, ms)),
  }
})

function watchOne(credentials: Credentials, cluster: WatchedCluster): StartSource<SealedChange> {
  const { kinds, namespaces, kept, budget, restored, care, working, load } = cluster
  return watchSealed({
    credentials,
    kinds,
    namespaces,
    kept,
    limits: { kept: budget.kept, objectBytes: budget.line },
    restored,
    care,
    ...(working === undefined ? {} : { working }),
    ...(load === undefined ? {} : { load }),
    report: (event) => hear(event, cluster),
  })
}

function hear(event: ApiServerEvent, { failed, word, bug }: WatchedCluster): void {
  if (event.type === 'failure') failed(event.kind, event.reason)
  else if (event.type === 'heard') word()
  else bug(event.error)
}
