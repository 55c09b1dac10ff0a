/** Secrets of the type that holds a service account's token are filled, as the controller manager does. */

import { type Fields, isFields } from '../manifest.ts'
import type { Mirror } from './mirror.ts'
import { patch } from './writes.ts'

const TYPE = 'kubernetes.io/service-account-token'
const ACCOUNT = 'kubernetes.io/service-account.name'
/** The real ones have no end; TokenRequest gives none without. */
const YEAR_S = 31_536_000

export async function fillTokens(mirror: Mirror, ca: string): Promise<void> {
  const { client, secrets, serviceAccounts } = mirror
  for (const secret of secrets.all) {
    const { namespace, annotations } = secret.metadata
    const account = annotations[ACCOUNT] ?? ''
    const isEmpty = secret.type === TYPE && secret.data['token'] === undefined
    if (!isEmpty || !serviceAccounts.items.has(`${namespace}/${account}`)) continue
    const token = await requestToken(mirror, namespace, account, { expirationSeconds: YEAR_S })
    const data = Object.entries({ token, namespace, 'ca.crt': ca }).map(([key, text]) => [key, base64(text)])
    await patch(client, secrets, secret, { data: Object.fromEntries(data) })
  }
}

/** TokenRequest: `spec` says how long, for whom and bound to what. */
export async function requestToken(
  { client }: Mirror,
  namespace: string,
  account: string,
  spec: Fields,
): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec }
  const { status, body } = await client.request('POST', path, request)
  const said = isFields(body) ? body['status'] : undefined
  const token = isFields(said) ? said['token'] : undefined
  if (typeof token !== 'string') throw new Error(`TokenRequest: ${status} ${JSON.stringify(body)}`)
  return token
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')
