/** Objects as the parser makes them of manifests. */
import { type KubeObject, parseObject } from '../../src/words/kube/index.ts'

/** The objects of a list, those of one kind with something else about them. */
export const objectsOf = (list: string, kind = '', change: object = {}): readonly KubeObject[] =>
  JSON.parse(list).items.map((item: { kind: string }) => {
    const parsed = parseObject(item.kind === kind ? merged(item, change) : item)
    if (parsed.outcome !== 'object') throw new Error('not an object')
    return parsed.object
  })

const merged = (base: object, over: object): object =>
  Object.fromEntries(
    [...new Set([...Object.keys(base), ...Object.keys(over)])].map((key) => {
      const [a, b] = [base, over].map((one) => Object.entries(one).find(([name]) => name === key)?.[1])
      return [key, b === undefined ? a : isObject(a) && isObject(b) ? merged(a, b) : b]
    }),
  )

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
