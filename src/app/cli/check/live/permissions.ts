import { z } from 'zod'
import { type Ask, type LiveResult, readReply } from './target.ts'
import { ruleOf, type Want } from './wants.ts'

const PATH = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const REVIEW = z.object({ status: z.object({ allowed: z.boolean() }) })

/** Asks the API server whether it would allow what is wanted, without trying it. */
export async function checkPermissions(ask: Ask, wants: readonly Want[]): Promise<readonly LiveResult[]> {
  const reviewed = await Promise.all(wants.map(async (want) => ({ want, denied: await deniedOf(ask, want) })))
  if (reviewed.some(({ denied }) => denied === null)) return [UNKNOWN]
  const short = reviewed.flatMap(({ want, denied }) =>
    denied === null || denied.length === 0 ? [] : [forbidden(want, denied)],
  )
  if (short.length > 0) return short
  return [{ level: 'ok', kind: 'permission', finding: `it may ${allowedOf(wants)}`, remedy: null }]
}

const allowedOf = (wants: readonly Want[]): string =>
  [...Map.groupBy(wants, ({ verbs }) => verbs.join(' and '))]
    .map(([verbs, those]) => `${verbs} ${[...new Set(those.map(printResource))].join(', ')}`)
    .join('; ')

const printResource = ({ resource, name }: Want): string => (name === null ? resource : `${resource}/${name}`)

const UNKNOWN: LiveResult = {
  level: 'advice',
  kind: 'permission',
  finding: 'the API server does not say what these credentials may do: only reading shows it',
  remedy:
    'bind the ClusterRole system:basic-user to them, which lets everybody ask about themselves (SelfSubjectAccessReview)',
}

/** The verbs that are not allowed; null: nobody says. */
async function deniedOf(ask: Ask, want: Want): Promise<readonly string[] | null> {
  const allowed = await Promise.all(want.verbs.map((verb) => isAllowed(ask, want, verb)))
  if (allowed.some((one) => one === undefined)) return null
  return want.verbs.filter((_, i) => allowed[i] === false)
}

async function isAllowed(ask: Ask, { group, resource, namespace, name }: Want, verb: string) {
  const [plural, subresource] = resource.split('/')
  const resourceAttributes = {
    verb,
    group,
    resource: plural,
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== null && { namespace }),
    ...(name !== null && { name }),
  }
  const reply = await ask(PATH, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  })
  return readReply(reply, REVIEW)?.status.allowed
}

function forbidden(want: Want, denied: readonly string[]): LiveResult {
  const { level, group, namespace, without } = want
  const what = `${printResource(want)}${group === '' ? '' : ` of ${group}`}`
  const where = namespace === null ? '' : ` in namespace ${namespace}`
  const role = namespace === null ? 'its ClusterRole' : `its Role in namespace ${namespace}`
  return {
    level,
    kind: 'permission',
    finding: `it may not ${denied.join(' or ')} ${what}${where}: ${without}`,
    remedy: `add to ${role} the rule ${ruleOf(want)}`,
  }
}
