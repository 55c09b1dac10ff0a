import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { fetchPage } from '../../../src/app/cli/remote.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

const BOUNDS = { connectMs: 60_000, silenceMs: 60_000, bytes: 10_000 }

test('a page comes whole, in however many pieces', async () => {
  const server = await serving((_request, response) => {
    response.write('; zone gl')
    setImmediate(() => response.end('obal. é\n'))
  })
  expect(await fetchPage(server, '/render', {}, BOUNDS)).toBe('; zone global. é\n')
})

test('one that stops half-way is said to have done so, and not that nobody answers', async () => {
  const server = await serving((_request, response) => void response.write('; zone global.\n'))
  await expect(fetchPage(server, '/render', {}, { ...BOUNDS, silenceMs: 50 })).rejects.toThrow(
    `${server}: its /render stopped half-way: no word for 0.05 s`,
  )
})

test('one that never begins is nobody', async () => {
  const server = await serving(() => undefined)
  await expect(fetchPage(server, '/render', {}, { ...BOUNDS, connectMs: 50 })).rejects.toThrow(
    `no Meridian answers at ${server}`,
  )
})

test.each([10_000, 10_001, 100_000])('a page of %i bytes where 10,000 are taken', async (bytes) => {
  const server = await serving((_request, response) => void response.end('a'.repeat(bytes)))
  const page = fetchPage(server, '/render', {}, BOUNDS)
  if (bytes <= 10_000) expect(await page).toHaveLength(bytes)
  else
    await expect(page).rejects.toThrow(
      `${server}: its /render is longer than 10000 octets: ask for one zone of it`,
    )
})
