import { connect } from 'node:tls'
import { type Access, lookupOnce } from '../../../../sources/apiserver/index.ts'
import type { LiveResult } from './target.ts'

const DAY_MS = 86_400_000
const SOON_MS = 7 * DAY_MS

/** Until when the credentials are good. What is renewed by itself may end soon. */
export function checkDates({ expires, renewed }: Access, now: number): readonly LiveResult[] {
  const { certificate, token } = expires
  return [
    ...(certificate === null ? [] : [dated('its client certificate', certificate, renewed, now)]),
    ...(token === null ? [] : [dated('its token', token, renewed, now)]),
  ]
}

function dated(what: string, until: number, renewed: boolean, now: number): LiveResult {
  const date = new Date(until).toISOString().replace(/\.\d+Z$/, 'Z')
  const head = { kind: 'credentials' } as const
  if (until <= now)
    return {
      ...head,
      level: 'broken',
      finding: `${what} expired ${date}`,
      remedy: renewed
        ? 'see why whoever renews it does not'
        : 'issue a new one, and put it into the kubeconfig',
    }
  if (renewed)
    return { ...head, level: 'ok', finding: `${what} is good until ${date}, and renewed`, remedy: null }
  if (until - now >= SOON_MS)
    return { ...head, level: 'ok', finding: `${what} is good until ${date}`, remedy: null }
  return {
    ...head,
    level: 'warning',
    finding: `${what} expires ${date}, in ${printSpan(until - now)}`,
    remedy: 'issue a new one; tokenFile, an exec plugin or inCluster would renew it without you',
  }
}

const printSpan = (ms: number): string =>
  ms >= 2 * DAY_MS ? `${Math.floor(ms / DAY_MS)} days` : `${Math.max(1, Math.floor(ms / 3_600_000))} h`

/** Whether the API server's own certificate ends soon: with it, all clients lose the cluster. */
export async function checkServerCertificate(
  access: Access,
  signal: AbortSignal,
  now: number,
): Promise<readonly LiveResult[]> {
  const until = await serverCertificateUntil(access, signal)
  if (until === null || until - now >= SOON_MS) return []
  const date = new Date(until).toISOString().replace(/\.\d+Z$/, 'Z')
  const finding =
    until <= now
      ? `the API server's own certificate expired ${date}`
      : `the API server's own certificate expires ${date}, in ${printSpan(until - now)}`
  return [
    {
      level: 'warning',
      kind: 'apiServer',
      finding,
      remedy: 'renew it, such as with `kubeadm certs renew all`',
    },
  ]
}

/** null: it cannot be told from here. */
function serverCertificateUntil({ server, tls, proxy }: Access, signal: AbortSignal): Promise<number | null> {
  const url = URL.parse(server)
  if (url?.protocol !== 'https:' || proxy !== null || signal.aborted) return Promise.resolve(null)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = connect({ ...tls, host, port: Number(url.port || 443), lookup: lookupOnce })
    const end = (until: number | null) => {
      signal.removeEventListener('abort', abandon)
      socket.destroy()
      resolve(until)
    }
    const abandon = () => end(null)
    signal.addEventListener('abort', abandon)
    socket.on('error', abandon)
    socket.once('secureConnect', () => end(socket.getPeerX509Certificate()?.validToDate.getTime() ?? null))
  })
}
