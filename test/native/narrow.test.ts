import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { CHECKOUT } from '../support/server.ts'
import { WAYS } from '../support/ways.ts'

const run = promisify(execFile)

/** A network of its own, in which a user is root. */
const APART = ['--map-root-user', '--net']

/** Why a machine cannot make its loopback narrow for one program; undefined: it can. */
const lacking: string | undefined = WAYS.includes('batches')
  ? await run('unshare', [...APART, 'ip', 'link', 'set', 'lo', 'up', 'mtu', '1280']).then(
      () => undefined,
      (error: unknown) => String(error),
    )
  : 'the addon is not built'

test('IPv4 replies that are too long for their way are sent in fragments, and no others', async ({
  skip,
}) => {
  if (lacking !== undefined) return skip(`no narrow loopback: ${lacking}`)
  const program = [process.execPath, 'test/native/narrow.ts']
  const { stdout } = await run('unshare', [...APART, ...program], { cwd: CHECKOUT, timeout: 60_000 })
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { came: [40, 1252], fragmented: 0, refused: 0 },
    { came: [40, 1253, 4000, 40, 1252], fragmented: 2, refused: 0 },
    { came: [1252, 4000], fragmented: 1, refused: 0 },
  ])
})
