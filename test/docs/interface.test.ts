import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { TRANSPORTS } from '../../src/server/transport/index.ts'
import { RCODE } from '../../src/values/dns/index.ts'
import { KINDS } from '../../src/words/kube/index.ts'
import { blocksOf, readPage } from './markdown.ts'

// docs/reference/interface.md is the contract with users: whatever can be configured, typed or scraped is on it.
const contract = readPage('docs/reference/interface.md')
const block = blocksOf(contract).find(({ language }) => language === 'yaml')
const yaml = block?.lines.join('\n') ?? ''

const whole: unknown = parse(yaml)

/** The keys of the reference, and what its second column has in backquotes: defaults. */
const rowsOf = (text: string): readonly (readonly [name: string, second: string])[] =>
  [...text.matchAll(/^\| `([^`|]+)` \| (?:`([^|]*)`)?[^|]* \|/gm)].map(
    ([, name = '', second = '']) => [name, second] as const,
  )

describe('the contract with users (interface.md)', () => {
  const keys = rowsOf(readPage('docs/reference/configuration.md').text.split('\n## Keys\n')[1] ?? '')

  test('names every key of the configuration', () => {
    expect(keys.length).toBeGreaterThan(100)
    expect(keys.map(([name]) => name).filter((name) => !isNamed(name))).toEqual([])
  })

  test('with its default', () => {
    const wrong = keys.flatMap(([name, written]) => {
      const value = valueAt(name)
      // Of clusters and of the place that the server stands at it has examples; `[...]` is too long for it.
      const isExample = /^(?:clusters|local|registries)\b/.test(name) || value === undefined
      if (isExample || written === '' || JSON.stringify(value) === '["..."]') return []
      const isSame = JSON.stringify(value) === JSON.stringify(parse(written))
      return isSame ? [] : [`${name}: ${JSON.stringify(value)}, and configuration.md has ${written}`]
    })
    expect(wrong).toEqual([])
  })

  test('names every command', () => {
    const commands = readPage('docs/reference/commands.md').text.matchAll(/^## ([a-z]+(?:, [a-z]+)*)$/gm)
    const names = [...commands].flatMap(([, title = '']) => title.split(', '))
    expect(names).toContain('serve')
    expect(names.filter((name) => !contract.text.includes(`| \`meridian ${name}`))).toEqual([])
  })

  test('names every metric with its labels', () => {
    const metrics = [
      ...readPage('docs/reference/metrics.md').text.matchAll(/^\| `meridian_(\w+)` \| \w+ \| ([^|]*) \|/gm),
    ]
    expect(metrics.length).toBeGreaterThan(30)
    const forms = metrics.map(([, name = '', labels = '']) => {
      const list = [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label).join(',')
      return list === '' ? `\`${name}\`` : `\`${name}{${list}}\``
    })
    expect(forms.filter((form) => !contract.text.includes(form))).toEqual([])
  })
})

test.each([
  ['rcode', Object.keys(RCODE)],
  ['kind', KINDS.rows.map(({ kind }) => kind)],
  ['transport', Object.values(TRANSPORTS).flatMap((all) => all.map(({ label }) => label))],
])('the reference of metrics has every value of the label %s', (label, values) => {
  const row = readPage('docs/reference/metrics.md').text.match(
    new RegExp(`^\\| \`${label}\` \\| (.*) \\|$`, 'm'),
  )
  const [, told = ''] = row ?? []
  expect([...told.matchAll(/`([\w.]+)`/g)].map(([, value]) => value)).toEqual(expect.arrayContaining(values))
})

/** What the block has at a key; undefined: nothing, or only in a remark. */
function valueAt(name: string): unknown {
  let value = whole
  for (const part of name.split('.')) {
    const key = part.replace('[]', '')
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = Object.getOwnPropertyDescriptor(value, key)?.value
    if (part.endsWith('[]') && Array.isArray(value)) value = value[0]
  }
  return value
}

/** A key stands in the block, or in the remark beside the nearest key above it that does. */
function isNamed(name: string): boolean {
  if (valueAt(name) !== undefined) return true
  // What a service may have of its own is as it is for all.
  const parts = name.replace(/^routing\.services\.\*\.(.*\[\]\.)/, 'routing.$1').split('.')
  const own = parts.at(-1)?.replace('[]', '') ?? ''
  for (let above = parts.length - 1; above > 0; above--) {
    const path = parts.slice(0, above).join('.').replace(/\[\]$/, '')
    if (valueAt(path) === undefined) continue
    const parent = parts[above - 1]?.replace('[]', '') ?? ''
    const from = yaml.split('\n').findIndex((line) => new RegExp(`(?:^|[ {])${parent}:`).test(line))
    const beside = yaml
      .split('\n')
      .slice(from, from + 5)
      .join('\n')
    return new RegExp(`\\b${own}\\b`).test(beside)
  }
  return false
}
