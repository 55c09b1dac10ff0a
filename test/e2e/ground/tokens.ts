/** Tokens of Meridian's service account. */

import { randomUUID, sign } from 'node:crypto'
import type { KubeClient } from './client.ts'
import { type Fields, isFields } from './manifest.ts'

export const ISSUER = 'https://kubernetes.default.svc.cluster.local'

const NAMESPACE = 'meridian'
const NAME = 'meridian'

/** By TokenRequest, as the kubelet gets one for a pod: valid for at least 600 s, says the API server. */
export async function requestToken(admin: KubeClient, seconds: number): Promise<string> {
  const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${NAME}/token`
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: seconds },
  }
  const reply = await admin.request('POST', path, body)
  const status = isFields(reply.body) ? reply.body['status'] : undefined
  const token = isFields(status) ? status['token'] : undefined
  if (typeof token !== 'string')
    throw new Error(`TokenRequest: ${reply.status} ${JSON.stringify(reply.body)}`)
  return token
}

/** Signed as the API server signs them, and valid for as short as a test likes, or no longer. */
export async function mintToken(admin: KubeClient, signingKey: string, seconds: number): Promise<string> {
  const ref = { apiVersion: 'v1', kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE }
  const { metadata } = await admin.get(ref)
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: ISSUER,
    aud: [ISSUER],
    sub: `system:serviceaccount:${NAMESPACE}:${NAME}`,
    jti: randomUUID(),
    iat: now - 3600,
    nbf: now - 3600,
    exp: now + seconds,
    'kubernetes.io': { namespace: NAMESPACE, serviceaccount: { name: NAME, uid: metadata['uid'] } },
  }
  return signed(claims, signingKey)
}

function signed(claims: Fields, key: string): string {
  const text = `${base64url({ alg: 'ES256', typ: 'JWT' })}.${base64url(claims)}`
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

const base64url = (value: Fields): string => Buffer.from(JSON.stringify(value)).toString('base64url')
