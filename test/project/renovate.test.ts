import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { folderOf, PROGRAMS } from '../e2e/ground/programs.ts'

const ROOT = join(import.meta.dirname, '../..')

const files = z.object({ managerFilePatterns: z.array(z.string()) })

const shape = z.object({
  $schema: z.literal('https://docs.renovatebot.com/renovate-schema.json'),
  enabledManagers: z.array(z.string()),
  gomod: files,
  dockerfile: files,
  'github-actions': files,
  packageRules: z.array(
    z.object({
      description: z.string(),
      groupName: z.string().optional(),
      matchPackageNames: z.array(z.string()).default([]),
      matchFileNames: z.array(z.string()).default([]),
      matchDepTypes: z.array(z.string()).default([]),
    }),
  ),
})

const renovate = shape.parse(JSON.parse(readFileSync(join(ROOT, 'renovate.json'), 'utf8')))

const manifest = z
  .object({
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
    optionalDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')))

const programs = Object.values(PROGRAMS)
const goMods = programs.map((one) => relative(ROOT, join(folderOf(one), 'go.mod')))
const goModsText = goMods.map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n')

const isMatched = (path: string, { managerFilePatterns }: z.infer<typeof files>): boolean =>
  managerFilePatterns.some((pattern) => new RegExp(pattern.replace(/^\/|\/$/g, '')).test(path))

test('every file that pins a version is one that Renovate reads', () => {
  const workflows = readdirSync(join(ROOT, '.github/workflows')).map((name) => `.github/workflows/${name}`)
  expect(goMods.filter((path) => !isMatched(path, renovate.gomod))).toEqual([])
  expect(workflows.filter((path) => !isMatched(path, renovate['github-actions']))).toEqual([])
  expect(isMatched('Dockerfile', renovate.dockerfile)).toBe(true)
  expect(renovate.enabledManagers.sort()).toEqual(['dockerfile', 'github-actions', 'gomod', 'npm'])
})

test('every package that a rule names is one that we have', () => {
  const ours = [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].flatMap(
    Object.keys,
  )
  const named = renovate.packageRules.flatMap(({ matchPackageNames }) => matchPackageNames)
  const isOurs = (name: string) =>
    name === 'node' || ours.includes(name) || goModsText.includes(name.replace(/\*\*$/, ''))
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter((name) => !isOurs(name))).toEqual([])
  const folders = renovate.packageRules.flatMap(({ matchFileNames }) => matchFileNames)
  expect(folders.filter((path) => !existsSync(join(ROOT, path.replace('/**', ''))))).toEqual([])
})

test('Node is one version wherever it is named', () => {
  const [node] = renovate.packageRules.filter(({ groupName }) => groupName === 'node')
  expect(node?.matchPackageNames.sort()).toEqual(
    ['node', ...Object.keys(manifest.optionalDependencies)].sort(),
  )
})

test('every program that is built from another module is updated, though go.mod calls it indirect', () => {
  const enabled = renovate.packageRules.find(({ matchDepTypes }) => matchDepTypes.includes('indirect'))
  const indirect = programs.flatMap((program) => {
    if (!('module' in program)) return []
    const goMod = readFileSync(join(folderOf(program), 'go.mod'), 'utf8')
    return new RegExp(`^\\s${program.module} v\\S+ // indirect`, 'm').test(goMod) ? [program.module] : []
  })
  expect(enabled?.matchPackageNames.sort()).toEqual([...new Set(indirect)].sort())
})

test('npm packages are pinned to one version each', () => {
  const ranges = Object.values(manifest).flatMap((some) => Object.entries(some))
  expect(ranges.filter(([, range]) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([])
})
