import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { parseConfig } from '../../src/app/config/index.ts'
import { parseObject } from '../../src/words/kube/index.ts'
import { allPages } from './markdown.ts'
import { configurationOf, strangeKeys } from './values.ts'
import { isRecord, wholeConfiguration, type YamlBlock, yamlBlocksOf } from './yaml.ts'

const blocks = allPages().flatMap(yamlBlocksOf)
const ofKind = (kind: YamlBlock['kind']) => blocks.filter((block) => block.kind === kind)

describe('a block of configuration', () => {
  test.each(ofKind('configuration'))('is one that Meridian takes: $place', (block) => {
    expect(parseConfig(stringify(wholeConfiguration(block)), block.place).warnings).toEqual([])
  })
})

describe('a block of manifests', () => {
  test.each(ofKind('manifest'))(
    'holds objects that Meridian, or whoever reads that kind, can read: $place',
    (block) => {
      const unreadable = block.documents.filter(
        (value) =>
          parseObject(value).outcome === 'problem' || !isRecord(value) || typeof value['kind'] !== 'string',
      )
      expect(unreadable).toEqual([])
    },
  )
})

describe('a block of chart values', () => {
  test.each(ofKind('values'))('has keys that the chart has: $place', ({ documents }) => {
    expect(documents.flatMap(strangeKeys)).toEqual([])
  })

  test.each(ofKind('values'))('makes a configuration that Meridian takes: $place', ({ documents, place }) => {
    const [values] = documents
    expect(parseConfig(stringify(configurationOf(values)), place).warnings).toEqual([])
  })
})

test('the pages show configuration, manifests and chart values', () => {
  const kinds = new Set(blocks.map(({ kind }): string => kind))
  expect(['configuration', 'manifest', 'values'].filter((kind) => !kinds.has(kind))).toEqual([])
})
