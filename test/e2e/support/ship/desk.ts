/** What a person works with: one kubeconfig, and a folder of programs that knows the clusters by their names. */

import { execFile, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { CHECKOUT, MERIDIAN } from '../../../support/server.ts'
import { build, type Cluster, kubeconfigFor, type Pods } from '../../ground/index.ts'

const RUN_MS = 300_000

export interface Desk {
  /** A file for shells to read: `. <env>`. */
  readonly env: string
  /** Runs a script in the checkout, and returns what it printed; throws with what it complained of. */
  readonly run: (script: string) => Promise<string>
  /** `kubectl` with a port-forward, and the port of loopback that leads there. */
  readonly forward: (args: string) => Promise<{ readonly port: number; readonly stop: () => void }>
}

/** A cluster to work with. */
export interface Place {
  readonly id: string
  readonly cluster: Cluster
  readonly pods: Pods
}

/**
 * In the directory: `kubeconfig`, one context per cluster, the first one current; `bin` with helm, kubectl, meridian, and
 * per cluster a command that runs another in it, as in a pod: `cluster-east dig …`; `env`, which puts both to use.
 */
export async function writeDesk(yards: readonly Place[], directory: string): Promise<Desk> {
  const bin = join(directory, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(directory, 'kubeconfig'), kubeconfigFor(yards.map(({ cluster }) => accessTo(cluster))), {
    mode: 0o600,
  })
  for (const name of ['helm', 'kubectl'] as const) symlinkSync(await build(name), join(bin, name))
  script(bin, 'meridian', `exec '${process.execPath}' '${MERIDIAN}' "$@"`)
  for (const { id, pods } of yards) script(bin, id, `exec ip netns exec ${pods.seat.netns} "$@"`)
  const env = join(directory, 'env')
  writeFileSync(
    env,
    `export KUBECONFIG=${directory}/kubeconfig PATH=${directory}/bin:$PATH:/usr/sbin:/sbin\n`,
  )
  return {
    env,
    run: (text) => runScript(`. ${env}\n${text}`),
    forward: (args) => forward(`. ${env}\nexec kubectl ${args}`),
  }
}

function script(bin: string, name: string, line: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`)
  chmodSync(join(bin, name), 0o755)
}

const accessTo = (cluster: Cluster) => ({
  name: cluster.id,
  url: cluster.url,
  ...cluster.adminCredentials(),
})

function runScript(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: CHECKOUT, timeout: RUN_MS, maxBuffer: 2 ** 26 }
    execFile('bash', ['-euo', 'pipefail', '-c', text], options, (error, out, err) => {
      if (error === null) resolve(out)
      else reject(new Error(`${text}\n${out}${err}${error.message}`))
    })
  })
}

async function forward(text: string): Promise<{ readonly port: number; readonly stop: () => void }> {
  const child = spawn(await build('tether'), [String(process.pid), '/bin/bash', '-c', text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const [, port] = /127\.0\.0\.1:(\d+) ->/.exec(line) ?? []
    if (port !== undefined) return { port: Number(port), stop: () => child.kill() }
  }
  throw new Error(`${text}: ended without a port`)
}
