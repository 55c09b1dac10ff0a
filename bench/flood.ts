// `npm run bench:flood`: what a good client loses while others flood the server over UDP. Loopback only, ends by itself.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { streamEncode } from 'dns-packet'
import { z } from 'zod'
import { exported } from '../test/support/manifests.ts'
import { compile } from './compile.ts'
import { startMeridian } from './servers.ts'

const RATE = 1000
const SECONDS = 5
const ROUNDS = 3
const run = promisify(execFile)
const said = z.object({ sent: z.number(), lost: z.number(), p50: z.number(), p99: z.number() })

/** Who floods: so many programs, each from so many addresses. The good client is 127.0.0.1. */
const FLOODS = [
  { what: 'nobody floods', programs: 0, sources: 1 },
  { what: 'one address floods', programs: 1, sources: 1 },
  { what: 'one address floods from two programs', programs: 2, sources: 1 },
  { what: 'sixty-four addresses flood, as forged ones would', programs: 1, sources: 64 },
] as const

const directory = mkdtempSync(join(tmpdir(), 'meridian-flood-'))
process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
const paced = compile('paced', directory)
const flood = compile('flood', directory)
const queries = join(directory, 'queries.bin')
writeFileSync(
  queries,
  streamEncode({ type: 'query', questions: [{ type: 'A', name: 'web.default.svc.clusterset.local' }] }),
)
mkdirSync(join(directory, 'east'))
writeFileSync(
  join(directory, 'east/web.json'),
  exported({ name: 'web', clusterIP: '10.101.0.1', pods: ['10.1.0.1'] }),
)
const config = join(directory, 'meridian.yaml')
writeFileSync(
  config,
  JSON.stringify({
    dns: { listen: ['127.0.0.1:0'] },
    admin: { listen: '127.0.0.1:0' },
    local: { cluster: 'east' },
    clusters: [{ id: 'east', network: 'flat', source: { manifests: './east' } }],
  }),
)

async function measure(port: number, { programs, sources }: (typeof FLOODS)[number]) {
  const flooders = Array.from({ length: programs }, () =>
    spawn(flood, [`${port}`, queries, `${sources}`], { stdio: ['ignore', 'pipe', 'inherit'] }),
  )
  try {
    await Promise.all(
      flooders.map(({ stdout }) => once(stdout, 'data', { signal: AbortSignal.timeout(10_000) })),
    )
    const { stdout } = await run(paced, [`${port}`, queries, `${RATE}`, `${SECONDS}`], { timeout: 60_000 })
    return said.parse(JSON.parse(stdout))
  } finally {
    for (const flooder of flooders) flooder.kill('SIGKILL')
  }
}

await using server = await startMeridian(config, [], [])
console.log(
  `a good client asks ${RATE} times a second for ${SECONDS} s, ${ROUNDS} times; of its queries are lost:`,
)
for (const one of FLOODS) {
  const rounds = []
  for (let i = 0; i < ROUNDS; i++) rounds.push(await measure(server.port, one))
  const shares = rounds.map(({ sent, lost }) => `${((100 * lost) / sent).toFixed(2)} %`).join(', ')
  console.log(
    `  ${one.what}: ${shares}; p50 ${rounds.map(({ p50 }) => (p50 / 1000).toFixed(1)).join(', ')} ms`,
  )
}
