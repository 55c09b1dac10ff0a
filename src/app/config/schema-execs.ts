import type { z } from 'zod'
import { flag, key, list, oneOf, plainText, section, someText } from './values.ts'

const variable = () =>
  plainText('the name of a variable', 'CLOUDSDK_CONFIG', (input) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(input))

const VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'] as const

const execConfig = section(
  {
    command: key(
      plainText('an absolute path', '/plugins/aws-iam-authenticator', (input) =>
        /^(\/[^/\0]+)+$/.test(input),
      ),
      'The program, where it is mounted.',
      '/plugins/gke-gcloud-auth-plugin',
    ),
    args: key(list(someText('an argument', 'token'), '[token]').prefault([]), 'Its arguments.', [
      'get-token',
      '--login',
      'workloadidentity',
    ]),
    env: key(
      list(
        section({
          name: key(variable(), 'Of the variable.', 'AZURE_CONFIG_DIR'),
          value: key(someText('a text', '/tmp'), 'What it says.', '/tmp'),
        }),
        '[{name: AZURE_CONFIG_DIR, value: /tmp}]',
      ).prefault([]),
      'Variables besides those that this server has itself.',
      [{ name: 'AZURE_CONFIG_DIR', value: '/tmp' }],
    ),
    apiVersion: key(
      oneOf(VERSIONS).prefault(VERSIONS[0]),
      'Of the ExecCredential that it is told and prints.',
    ),
    provideClusterInfo: key(
      flag().prefault(false),
      'true: it is told of the cluster in `KUBERNETES_EXEC_INFO`, with what a ClusterProfile says under the extension `client.authentication.k8s.io/exec`.',
      true,
    ),
  },
  'its command at least',
)

/** With a port it would fit nothing. */
const hosts = (what: string, example: string) =>
  list(
    plainText(what, example, (input) => /^[\w.*:[\]-]+$/.test(input) && !/\]:|^[^:]*:\d*$/.test(input)),
    JSON.stringify([example]),
  ).prefault([])

const accept = section({
  args: key(
    flag().prefault(false),
    'true: arguments after its own, of the extension `…/exec/additional-args` of a ClusterProfile or of the `exec` in a Secret, which begins with its own.',
  ),
  env: key(
    list(variable(), '[CLUSTER_NAME]').prefault([]),
    'Names of variables that the extension `…/exec/additional-envs`, or the `exec` in a Secret, may set. With one that loads or finds programs, such as PATH, whoever writes the object chooses what runs.',
    ['CLUSTER_NAME'],
  ),
  proxies: key(
    hosts('the host name of a proxy, without a port', 'proxy.example.internal'),
    'Host names or addresses of proxies that a `proxy-url` may name where `servers` is written, `*` standing for any run of characters. With authorities of its own an object has such a proxy see what the program prints.',
    ['proxy.example.internal'],
  ),
})

export const execs = key(
  list(
    section(
      {
        name: key(
          someText('the name of a provider', 'google'),
          'What ClusterProfiles call it in `accessProviders`. In a Secret the program’s own name tells.',
          'google',
        ),
        execConfig: key(execConfig, 'What is run.', { command: '/plugins/gke-gcloud-auth-plugin' }),
        servers: key(
          hosts('the host name of API servers, without a port', '*.eks.amazonaws.com'),
          'Host names or addresses of the API servers that are shown what it prints, `*` standing for any run of characters. Whoever writes an object names its server: where the program’s tokens are good for more than that, list yours. Then `tls-server-name` must be one of them too, `insecure-skip-tls-verify` is refused, and `proxy-url` but for `accept.proxies`; authorities of an object’s own count. Empty: any, in any way.',
          ['*.eks.amazonaws.com'],
        ),
        accept: key(accept.prefault({}), 'What objects may add to that. Nothing, by default.'),
      },
      'name and execConfig at least',
    ),
    '[{name: google, execConfig: {command: /plugins/gke-gcloud-auth-plugin}}]',
  )
    .superRefine((written, ctx) => {
      for (const [i, { name }] of written.entries()) {
        if (written.findIndex((one) => one.name === name) === i) continue
        const message = 'a name of its own\ngive each entry a name of its own'
        const problem = `${name} is there already`
        ctx.addIssue({ code: 'custom', path: [i, 'name'], message, params: { problem } })
      }
    })
    .prefault([]),
  'Programs that print credentials for clusters which registries find (docs/security.md). No object of a cluster chooses a command: it is here, or nothing is run.',
  [{ name: 'google', execConfig: { command: '/plugins/gke-gcloud-auth-plugin' } }],
)

export type WrittenExecs = z.output<typeof execs>
