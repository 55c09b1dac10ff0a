import { homedir } from 'node:os'
import { expect, test, vi } from 'vitest'
import { homeDirectory } from '../../../src/sources/texts/index.ts'

vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  homedir: vi.fn(() => '/home/of-its-own'),
}))

test('a home directory is what the system says', () => {
  expect(homeDirectory()).toBe('/home/of-its-own')
})

test('a user that the system does not know, whose environment says nothing, has none of its own', () => {
  vi.mocked(homedir).mockImplementationOnce(() => {
    throw new Error('A system error occurred: uv_os_homedir returned ENOENT (no such file or directory)')
  })
  expect(homeDirectory()).toBe('/')
})
