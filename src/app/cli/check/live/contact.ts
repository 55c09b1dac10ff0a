import { z } from 'zod'
import type { Access, Replied } from '../../../../sources/apiserver/index.ts'
import { type Ask, type LiveResult, readReply } from './target.ts'

const VERSION = z.object({ gitVersion: z.string() })

/** Whether an API server answers, and lets in who asks; `isThere` false: nothing else can be asked. */
export async function checkContact(
  ask: Ask,
  access: Access,
): Promise<{ readonly found: readonly LiveResult[]; readonly isThere: boolean }> {
  const asked = Date.now()
  const started = performance.now()
  try {
    const reply = await ask('/version')
    const tookMs = performance.now() - started
    const refused = refusal(reply)
    if (refused !== null)
      return { found: [broken(`${access.server}: ${refused[0]}`, refused[1])], isThere: false }
    const skew = reply.date === null ? null : skewOf(reply.date, asked, Date.now())
    return { found: [answered(reply, access, tookMs), ...unsafe(access), ...clock(skew)], isThere: true }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { found: [broken(`${access.server}: ${message}`, remedyFor(message))], isThere: false }
  }
}

const remedyFor = (message: string): string =>
  /\bthrough the proxy\b/.test(message) ? UNPROXIED : message.includes('speak TLS') ? PLAIN : UNREACHED

const UNPROXIED =
  'see whether the proxy runs and lets requests through to the API server; proxy-url, HTTPS_PROXY and NO_PROXY say who is asked through one'

const PLAIN = 'write the port of the API server that speaks TLS, by default 6443 or 443'

const UNREACHED =
  'correct the server or the certificate-authority in the kubeconfig, or open the way from here to the API server (DNS, routes, firewalls)'

const broken = (finding: string, remedy: string): LiveResult => ({
  level: 'broken',
  kind: 'apiServer',
  finding,
  remedy,
})

function refusal({ status }: Replied): readonly [finding: string, remedy: string] | null {
  if (status === 401)
    return [
      'it does not accept the credentials (status 401)',
      "renew this cluster's token or client certificate",
    ]
  // Who may not see the version may be allowed all that matters.
  if (status === 200 || status === 403) return null
  return [
    `it answers /version with status ${status}`,
    status >= 500
      ? 'see why the API server, or the load balancer before it, is not well'
      : 'correct the URL: it is not that of a Kubernetes API server',
  ]
}

function answered(reply: Replied, { server, proxy }: Access, tookMs: number): LiveResult {
  const version = readReply(reply, VERSION)?.gitVersion ?? 'of a version it does not show'
  const through = proxy === null ? '' : ` through ${hostOf(proxy)}`
  const finding = `${server} answers in ${Math.round(tookMs)} ms${through}, connecting included; Kubernetes ${version}`
  return { level: 'ok', kind: 'apiServer', finding, remedy: null }
}

/** A proxy's URL may hold a password. */
const hostOf = (url: string): string => URL.parse(url)?.host ?? 'a proxy'

function unsafe({ server, tls }: Access): readonly LiveResult[] {
  const head = { level: 'warning', kind: 'apiServer' } as const
  if (server.startsWith('http:'))
    return [
      {
        ...head,
        finding:
          'its URL is not https: whoever is on the way reads the credentials and can change what is read',
        remedy: 'use the https URL of the API server',
      },
    ]
  if (tls.rejectUnauthorized === false)
    return [
      {
        ...head,
        finding: 'its certificate is not verified (insecure-skip-tls-verify): anybody can pass for it',
        remedy: "put the cluster's certificate-authority into the kubeconfig instead",
      },
    ]
  if (tls.anyName !== true) return []
  return [
    {
      ...head,
      finding: `its certificate may have any name: whoever has one of ${tls.ca === undefined ? 'an authority that this host trusts' : 'the same authority'} can pass for it`,
      remedy: 'give it a certificate with the name or address of its URL, and have the name verified again',
    },
  ]
}

const MOST_SKEW_MS = 5000

/** How far a clock is ahead of ours, at least; it is told to the second, at some moment of the exchange. */
function skewOf(date: number, asked: number, answered: number): number {
  if (date > answered) return date - answered
  return date + 999 < asked ? date + 999 - asked : 0
}

function clock(skewMs: number | null): readonly LiveResult[] {
  if (skewMs === null || Math.abs(skewMs) <= MOST_SKEW_MS) return []
  const seconds = Math.round(Math.abs(skewMs) / 1000)
  return [
    {
      level: 'warning',
      kind: 'clock',
      finding: `its clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} the clock here: tokens and certificates count as expired too early or too late`,
      remedy: 'see whether NTP runs on the API server’s host and on this one',
    },
  ]
}
