import { Command, Option } from 'commander'
import { OVERRIDES } from '../config/index.ts'
import { durationArgument } from './arguments.ts'
import type { CheckOptions } from './check/index.ts'
import { withCheckOptions } from './check/options.ts'
import { configFrom } from './configuration.ts'
import type { CleanupOptions, DiffOptions } from './controller/index.ts'
import type { CorefileFlags } from './corefile/index.ts'
import { TARGETS } from './corefile/options.ts'
import { withHelp } from './help.ts'
import { standardInput } from './input.ts'
import type { JoinOptions } from './join/index.ts'
import { PARTS } from './join/options.ts'
import type { LookOptions } from './look.ts'
import type { LookupOptions } from './lookup.ts'
import { complain, print, printAtOnce } from './output.ts'
import type { ServeOptions } from './serve.ts'
import { VERSION } from './version.ts'

// What a command does is loaded when it is given: a server need not wait for the rest.

/** All commands, with their options, and what each does. */
export const program = new Command('meridian')
  .description(
    'Cross-cluster service discovery for Kubernetes: authoritative DNS with locality, weights, health and reasons.',
  )
  .version(VERSION)
  .showHelpAfterError('(--help shows what there is)')
  .configureOutput({ writeOut: printAtOnce, writeErr: (text) => complain(text.trimEnd()) })
  // A wrong command line ends like a wrong configuration; help and version are no errors.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))

const config = () => new Option('-c, --config <file>', 'the configuration (default: ./meridian.yaml)')
const output = () =>
  new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text')

/** The settings that a container sets without touching the file. */
function withOverrides(command: Command): Command {
  for (const { flag, argument, description } of OVERRIDES) command.option(`${flag} ${argument}`, description)
  return command
}

const withLook = (command: Command): Command =>
  withOverrides(
    command
      .addOption(config())
      .option(
        '--server <address>',
        "a running server's admin address (default: the configuration's, else 127.0.0.1:9153)",
      )
      .option(
        '--from <where>',
        'look from an IP address, a cluster or a locality (default: where the server stands)',
      )
      .option('--offline', "compute it here from the configuration's sources, without a server")
      .option('--diff <file>', 'compute it here, and print what another configuration would change')
      .addOption(output()),
  )

withOverrides(
  program
    .command('serve')
    .description('Run the server in the foreground. SIGTERM drains it.')
    .addOption(config())
    .option(
      '--drain <duration>',
      'go on answering so long after SIGTERM, not ready any more',
      durationArgument,
      5000,
    )
    .option('--try', 'print dig lines to try, once the clusters have been read')
    .option('--dry-run', 'print what the controller would change, as `controller diff` does, and end')
    .addHelpText('after', '\nExample:\n  meridian serve --config meridian.yaml --dns-listen 127.0.0.1:1053'),
).action(async (options: ServeFlags) => {
  if (options.dryRun === true) return await runDiff(options)
  const { serve } = await import('./serve.ts')
  await serve(options, { ...options })
})

withLook(
  program
    .command('ask')
    .argument('<name>', 'a DNS name')
    .argument('[type]', 'A, AAAA, SRV, TXT, …', 'A')
    .description("One answer, in dig's layout.")
    .addHelpText('after', '\nExample:\n  meridian ask web.default.global SRV --from cluster-west'),
).action(async (name: string, type: string, options: LookOptions) => {
  const { lookAsk } = await import('./look.ts')
  await print(await lookAsk(name, type, options, { ...options }))
})

withLook(
  program
    .command('explain')
    .argument('<name>', 'a DNS name of a service, or namespace/name')
    .description(
      'Why a service gives the answers it gives: every cluster, what was found there, and what became of it.',
    )
    .addHelpText('after', '\nExample:\n  meridian explain web.default.svc.clusterset.local --from us-west-1'),
).action(async (name: string, options: LookOptions) => {
  const { lookExplain } = await import('./look.ts')
  await print(await lookExplain(name, options, { ...options }))
})

withLook(
  program
    .command('render')
    .argument('[zone]', 'one zone (default: all)')
    .description('A zone as a master file.')
    .addHelpText('after', '\nExample:\n  meridian render clusterset.local --offline --diff new.yaml'),
).action(async (zone: string | undefined, options: LookOptions) => {
  const { lookRender } = await import('./look.ts')
  await print(await lookRender(zone, options, { ...options }))
})

withOverrides(
  withCheckOptions(program.command('check').addOption(config()))
    .addOption(output())
    .description(
      'What is wrong with the configuration, the clusters and the routes, with remedies. Exit 1 if something is.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  meridian check --config meridian.yaml --matrix' +
        '\n  meridian check --config meridian.yaml --connect shop/cart --http /healthz',
    ),
).action(runCheck)

program
  .command('corefile')
  .addOption(config())
  .addOption(new Option('--for <server>', 'whose configuration to print').choices(TARGETS).default('coredns'))
  .option(
    '--address <addresses>',
    "IP[:PORT] of Meridian's Service, separated by commas (default: dns.advertise)",
  )
  .option(
    '--bind <addresses>',
    'addresses that the block listens on, separated by commas (default: what the others bind)',
  )
  .option(
    '--coredns-version <version>',
    'use only what this version knows (default: what every one since 1.9 does)',
  )
  .option('--patch', 'print the object that comes on standard input, with what forwards here put in')
  .option('--remove', 'print the object that comes on standard input, with that taken out again')
  .option('--values', "with --for eks: print the add-on's configuration values instead of the ConfigMap")
  .description(
    'What makes a cluster DNS forward here, and the commands that apply and remove it. Changes nothing itself.',
  )
  .addHelpText(
    'after',
    '\nExamples:\n  meridian corefile --address 10.96.0.53 --coredns-version 1.14.7' +
      '\n  kubectl -n kube-system get configmap coredns -o yaml |' +
      '\n    meridian corefile --address 10.96.0.53 --patch | kubectl replace -f -',
  )
  .action(async (options: CorefileFlags) => {
    const { runCorefile } = await import('./corefile/index.ts')
    const { text, notes } = await runCorefile(options)
    for (const note of notes) complain(`meridian: ${note}`)
    await print(text)
  })

program
  .command('lookup')
  .argument('<name...>', 'names, each with its types behind it unless that is A')
  .option(
    '--server <host>',
    "IP address or host name of a DNS server, [:PORT] (default: this host's resolvers)",
  )
  .option('--wait <duration>', 'go on asking so long for what has no answer', durationArgument, 0)
  .description(
    'Real DNS queries, as any client sends them. Exit 1 if one has no answer; the others are printed.',
  )
  .addHelpText(
    'after',
    '\nExample:\n  meridian lookup web.default.global dns-version.clusterset.local TXT --server 10.96.0.53',
  )
  .action(async (words: string[], options: LookupOptions) => {
    const { lookup } = await import('./lookup.ts')
    await print(await lookup(words, options))
  })

program
  .command('join')
  .argument('<cluster>', 'its id: one or two DNS labels')
  .option('--locality <locality>', 'where it stands: region[/zone[/subzone]]')
  .option('--network <names>', 'the networks whose clusters reach its endpoints, with commas between')
  .option('--export-groups <groups>', 'read ServiceExports of these groups too: net.gke.io')
  .option('--export-annotations <whose>', 'Services are exported by annotations of: cilium')
  .option('--istio', 'read Istio’s objects of it too, as istio.cluster asks for')
  .option('--namespace <name>', "of the service account there and the registry's Secret here (meridian)")
  .option('--lifetime <duration>', 'take tokens that end after this long (24h, 30d), not one without an end')
  .option('--server <url>', "its API server, as Meridian reaches it (default: the kubeconfig's)")
  .option('--allow-loopback', 'its API server may have an address of this host, where Meridian runs too')
  .option('--ca-file <file>', "the CA of its API server, in PEM (default: the kubeconfig's)")
  .option('--ca-data <base64>', 'the same as a kubeconfig has it, where no file is at hand')
  .option('--kubeconfig <file>', "where to read both (default: as kubectl's)")
  .option('--context <name>', "the kubeconfig's context for it (default: its id)")
  .option('--token-file <file>', 'its token; - for standard input')
  .addOption(new Option('--only <part>', 'print one part, to be piped into kubectl').choices(PARTS))
  .description(
    'What a remote cluster needs to be read, its Secret, and the commands that apply both. Changes nothing.',
  )
  .addHelpText('after', '\nExample:\n  meridian join cluster-west --locality us-west-1 --lifetime 720h')
  .action(async (cluster: string, options: JoinOptions) => {
    const { joinText } = await import('./join/index.ts')
    await print(await joinText(cluster, options, () => standardInput('pipe in the token, or name its file')))
  })

const controller = program
  .command('controller')
  .description('What Meridian writes back to clusters (`controller` in the configuration).')
  .addHelpText('after', '\nExample:\n  meridian controller cleanup --config meridian.yaml --dry-run')

withOverrides(
  controller
    .command('diff')
    .addOption(config())
    .description(
      'What would be written next, as a diff, whether or not controller.enabled is true. Writes nothing. Exit 1 if not all is known.',
    )
    .addHelpText('after', '\nExample:\n  meridian controller diff --config meridian.yaml'),
).action(runDiff)

withOverrides(
  controller
    .command('cleanup')
    .addOption(config())
    .option('--dry-run', 'list what would be removed, and remove nothing')
    .description(
      'Remove everything that Meridian wrote, and list it. Set controller.enabled to false before: while a replica writes, nothing is removed.',
    )
    .addHelpText('after', '\nExample:\n  meridian controller cleanup --config meridian.yaml --dry-run'),
).action(async (options: CleanupOptions) => {
  const { cleanupText } = await import('./controller/index.ts')
  await printWithStatus(await cleanupText(options, { ...options }))
})

withHelp(controller)
withHelp(program)

interface ServeFlags extends ServeOptions {
  readonly dryRun?: boolean
}

async function runDiff(options: DiffOptions): Promise<void> {
  const { diffText } = await import('./controller/index.ts')
  await printWithStatus(await diffText(options, { ...options }, process.stdout.isTTY === true))
}

async function runCheck(options: CheckOptions & { config?: string }): Promise<void> {
  const { checkConfigured } = await import('./check/index.ts')
  const config = configFrom(options.config, { ...options })
  const { text, status } = await checkConfigured(config, {
    ...options,
    colour: process.stdout.isTTY === true,
  })
  await printWithStatus({ text, status })
}

async function printWithStatus({
  text,
  status,
}: {
  readonly text: string
  readonly status: number
}): Promise<void> {
  await print(text)
  process.exitCode = status
}
