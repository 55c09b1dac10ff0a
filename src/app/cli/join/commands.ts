import { shellQuote } from '../shell.ts'
import type { JoinChoice, JoinOptions } from './options.ts'
import { READER, TOKEN_SECRET } from './remote.ts'

/** The two commands that do it, as a shell takes them. */
export function commandsOf(chosen: JoinChoice): readonly string[] {
  const { namespace, context } = chosen
  const kubectl = `kubectl --context ${shellQuote(context)}`
  const token = `${kubectl} -n ${namespace} ${tokenArguments(chosen)}`
  return [
    `${join(chosen, 'remote')} |`,
    `  ${kubectl} apply -f -`,
    `${token} |`,
    `  ${join(chosen, 'registry')} --token-file - |`,
    '  kubectl apply --server-side -f -',
  ]
}

const tokenArguments = ({ lifetime }: JoinChoice): string =>
  lifetime === null
    ? `get secret ${TOKEN_SECRET} -o go-template='{{with .data}}{{.token | base64decode}}{{end}}'`
    : `create token ${READER} --duration ${lifetime}`

export const rotation = ({ namespace, context, lifetime }: JoinChoice): readonly string[] =>
  lifetime === null
    ? [
        'The token has no end. To rotate it, delete its Secret and run both commands again; in between Meridian answers',
        'from what it knows:',
        `  kubectl --context ${shellQuote(context)} -n ${namespace} delete secret ${TOKEN_SECRET}`,
        'Tokens that end: --lifetime 24h.',
      ]
    : [
        `The token ends after ${lifetime}, or sooner if the API server allows less. To rotate it, run the second command`,
        'again before: Meridian takes up the changed Secret at once, without a restart. When it ends is in the metric',
        'meridian_cluster_credential_expiry_timestamp_seconds.',
      ]

/** Which options each part depends on. */
const FLAGS: Readonly<Record<'remote' | 'registry', readonly (readonly [keyof JoinOptions, string])[]>> = {
  remote: [
    ['namespace', '--namespace'],
    ['exportGroups', '--export-groups'],
    ['exportAnnotations', '--export-annotations'],
    ['istio', '--istio'],
    ['lifetime', '--lifetime'],
  ],
  registry: [
    ['namespace', '--namespace'],
    ['locality', '--locality'],
    ['network', '--network'],
    ['exportGroups', '--export-groups'],
    ['exportAnnotations', '--export-annotations'],
    ['server', '--server'],
    ['allowLoopback', '--allow-loopback'],
    ['caFile', '--ca-file'],
    ['caData', '--ca-data'],
    ['kubeconfig', '--kubeconfig'],
    ['context', '--context'],
  ],
}

function join({ id, options }: JoinChoice, part: 'remote' | 'registry'): string {
  const given = FLAGS[part].flatMap(([name, flag]) => {
    const value = options[name]
    return value === undefined || value === false ? [] : value === true ? [flag] : [flag, shellQuote(value)]
  })
  return ['meridian join', id, ...given, '--only', part].join(' ')
}
