import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import { keepSecret } from '../../words/observe/index.ts'
import { CredentialsError } from './credentials-error.ts'
import { readCredentialFile, readToken } from './credentials-files.ts'
import { checkTls, expiresOf } from './credentials-pem.ts'
import { proxyFromEnv } from './credentials-proxy.ts'
import type { Access, CredentialsOptions, CredentialsOrigin } from './credentials-types.ts'

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

/** The service account of the pod this runs in. The kubelet rotates its token and its CA. */
export function inClusterOrigin(options: CredentialsOptions): CredentialsOrigin {
  const directory = options.serviceAccount ?? SERVICE_ACCOUNT
  const env = options.env ?? process.env
  return {
    place: 'the service account of this pod',
    forget: () => undefined,
    read: async () => {
      const server = serverIn(env)
      const token = await readToken(join(directory, 'token'))
      const tls = { ca: await readCredentialFile(join(directory, 'ca.crt'), 'the certificate authority') }
      checkTls(tls)
      keepSecret(token)
      const headers = { authorization: `Bearer ${token}` }
      const expires = expiresOf(undefined, token)
      return {
        server,
        tls,
        proxy: proxyFromEnv(server, env),
        headers,
        expires,
        renewed: true,
      } satisfies Access
    },
  }
}

function serverIn(env: NonNullable<CredentialsOptions['env']>): string {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? ''
  const port = env['KUBERNETES_SERVICE_PORT'] ?? ''
  if (host === '' || port === '') {
    throw new CredentialsError(
      'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set',
      'outside a pod, use a kubeconfig',
    )
  }
  return `https://${isIPv6(host) ? `[${host}]` : host}:${port}`
}
