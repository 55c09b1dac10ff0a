import { expect, onTestFinished, test } from 'vitest'
import { command } from '../support/server.ts'
import { temporary } from '../support/temporary.ts'

async function image(...args: readonly string[]): Promise<{ status: number | null; err: string }> {
  const started = command(['scripts/image.mjs', ...args])
  return { status: await started.ended, err: started.err }
}

test('without --to the script says what is missing, and how it is called', async () => {
  const { status, err } = await image()
  expect(status).toBe(1)
  expect(err).toBe(
    'image: --to is missing: where to build\nUsage: node scripts/image.mjs --to DIR [--arch amd64|arm64]\n',
  )
})

test('an option that it does not know gets the usage too', async () => {
  const { status, err } = await image('--too', 'x')
  expect(status).toBe(1)
  expect(err).toMatch(/^image: Unknown option '--too'.*\nUsage: /)
})

test('a directory that has something in it is left as it is', async () => {
  const directory = await temporary()
  onTestFinished(directory.close)
  await directory.write('mine', '')
  const { status, err } = await image('--to', directory.path)
  expect({ status, err }).toEqual({
    status: 1,
    err: `image: ${directory.path} is not empty: name a directory that is new\n`,
  })
})

test('an architecture that there is no Node for is refused', async () => {
  const { status, err } = await image('--to', '/nowhere', '--arch', 's390x')
  expect({ status, err }).toEqual({
    status: 1,
    err: 'image: architecture s390x: an image is for one of amd64, arm64\n',
  })
})
