import type { Command } from 'commander'

/** What `meridian check` takes besides a configuration. */
export const withCheckOptions = (command: Command): Command =>
  command
    .option(
      '--matrix',
      'also show from every cluster to every cluster: how it is reached, and how much of it',
    )
    .option(
      '--connect [service]',
      'resolve and connect from here, in a Pod say: every service and host by every name, or NAMESPACE/NAME or HOST alone',
    )
    .option('--http [path]', 'with --connect: ask there over HTTP too, and show the status (path: /)')
    .option(
      '--server <host>',
      "with --connect: the DNS server that resolves, [:PORT] (default: this host's resolvers)",
    )
    .option('--verbose', 'print long lists whole')
