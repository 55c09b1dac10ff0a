import { parse } from 'yaml'
import { strayEncoding } from '../source/index.ts'
import { CredentialsError } from './credentials-error.ts'
import { type Fields, fieldsOf, isFields, listOf, textOf } from './fields.ts'

/** The cluster and the user of one context of a kubeconfig, as written. */
export interface Chosen {
  readonly context: string
  readonly cluster: Fields
  readonly user: Fields
}

/** Picks a context, the current one unless `wanted` names another. `place` begins every sentence about it. */
export function chooseContext(text: string, place: string, wanted: string | null): Chosen {
  const config = parseYaml(text, place)
  const context = wanted ?? textOf(config['current-context'])
  if (context === undefined) {
    throw new CredentialsError(`${place}: there is no current-context: name the context that is meant`)
  }
  const { cluster, user } = find(config, 'contexts', 'context', context, place)
  const clusterName = textOf(cluster)
  if (clusterName === undefined) throw new CredentialsError(`${place}: context "${context}" names no cluster`)
  const userName = textOf(user)
  return {
    context,
    cluster: find(config, 'clusters', 'cluster', clusterName, place),
    user: userName === undefined ? {} : find(config, 'users', 'user', userName, place),
  }
}

function parseYaml(text: string, place: string): Fields {
  const stray = strayEncoding(text)
  if (stray !== undefined) throw new CredentialsError(`${place}: ${stray.problem}: ${stray.remedy}`)
  try {
    // As kubectl reads it.
    const value: unknown = parse(text, { merge: true })
    if (isFields(value)) return value
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw new CredentialsError(`${place}: is not YAML: ${reason}`)
  }
  throw new CredentialsError(`${place}: is not a kubeconfig`)
}

function find(config: Fields, list: string, part: string, name: string, place: string): Fields {
  const entries = listOf(config[list]).map(fieldsOf)
  const entry = entries.find((each) => each['name'] === name)
  if (entry !== undefined) return fieldsOf(entry[part])
  const names = entries.map((each) => String(each['name'])).join(', ')
  throw new CredentialsError(`${place}: there is no ${part} "${name}"; ${list}: ${names || 'none'}`)
}
