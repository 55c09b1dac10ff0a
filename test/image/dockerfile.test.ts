import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { INPUTS } from '../../scripts/image/build.ts'
import { dockerfile, stagesOf } from './dockerfile.ts'

const ROOT = join(import.meta.dirname, '..', '..')

const stages = stagesOf()
const [build = [], last = []] = stages
const restsOf = (stage: typeof build, name: string) =>
  stage.filter((one) => one.name === name).map(({ rest }) => rest)

describe('the Dockerfile', () => {
  test('has two stages, and the last one copies one tree and runs nothing: it has no shell to', () => {
    expect(stages).toHaveLength(2)
    expect(restsOf(last, 'RUN')).toEqual([])
    expect(restsOf(last, 'COPY')).toEqual(['--from=build /out/ /'])
  })

  test('builds with the script that the tests build with, for the architecture that is asked for', () => {
    expect(restsOf(build, 'RUN').at(-1)).toMatch(/node scripts\/image\.mjs --to \/out --arch "\$TARGETARCH"$/)
    expect(restsOf(build, 'ARG')).toContain('TARGETARCH')
  })

  test('builds with the version of Node that it ships', () => {
    const { optionalDependencies } = z
      .object({ optionalDependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')))
    const versions = [...new Set(Object.values(optionalDependencies))]
    expect(versions).toHaveLength(1)
    expect(restsOf(build, 'FROM')[0]).toContain(` node:${versions[0]}-`)
  })

  test('names both bases by a tag that is more than a moving word, and no other image', () => {
    const images = [...restsOf(build, 'FROM'), ...restsOf(last, 'FROM')].map((rest) =>
      rest.split(' ').find((word) => !word.startsWith('--')),
    )
    for (const image of images) expect(image).toMatch(/^node:\d+\.\d+\.\d+-|-debian\d+:nonroot(?:@|$)/)
  })

  test('runs as a user that a kubelet can tell is not root, and stops in order', () => {
    expect(dockerfile()).toMatchObject({ user: '65532:65532', stopSignal: 'SIGTERM' })
  })

  test('starts without a shell, and serves the configuration that the chart mounts', () => {
    expect(dockerfile()).toMatchObject({
      entrypoint: [
        '/usr/local/bin/node',
        '--min-semi-space-size=8',
        '--max-semi-space-size=8',
        '--expose-gc',
        '/app/bin/meridian.mjs',
      ],
      command: ['serve', '--config', '/etc/meridian/meridian.yaml'],
      ports: ['1053/udp', '1053/tcp', '9153/tcp'],
    })
  })

  test('leaves the heap’s share of the memory to the environment, where a Pod can change it', () => {
    expect(dockerfile().environment).toEqual({
      NODE_OPTIONS: '--max-old-space-size-percentage=50',
      MALLOC_ARENA_MAX: '2',
    })
  })

  test('is told of version, revision and date by the builder', () => {
    const label = restsOf(last, 'LABEL').join(' ')
    for (const name of ['version', 'revision', 'created']) {
      expect(label).toContain(`org.opencontainers.image.${name}="$${name.toUpperCase()}"`)
      expect(restsOf(last, 'ARG').some((rest) => rest.startsWith(`${name.toUpperCase()}=`))).toBe(true)
    }
  })
})

test('the context has what the script reads, and nothing else', () => {
  const lines = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n')
  const letIn = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))
  expect(lines).toContain('*')
  expect(letIn.sort()).toEqual([...INPUTS, 'scripts/image', 'scripts/image.mjs'].sort())
})
