/** What files export, and what of it nobody imports. */
import { posix } from 'node:path'
import { parseAst } from 'vitest/node'

/** A file by its path, from the root of the repository on. */
export interface Source {
  readonly path: string
  readonly source: string
}

/**
 * `path: name` of each export of `files` that neither they nor `others` import. One that is passed on is imported only
 * if somebody imports it from there.
 */
export function deadExports(files: readonly Source[], others: readonly Source[]): readonly string[] {
  const read = [...files, ...others].map(namesIn)
  const passedOn = new Map(read.flatMap((one) => one.passedOn.map(([here, there]) => [here, [there]])))
  const exportsOf = new Map(read.map(({ all, exported }) => [all, exported]))
  const used = new Set<string>()
  const next = read.flatMap(({ imported }) => imported)
  for (let one = next.pop(); one !== undefined; one = next.pop()) {
    if (used.has(one)) continue
    used.add(one)
    next.push(...(passedOn.get(one) ?? []), ...(exportsOf.get(one) ?? []))
  }
  return read
    .slice(0, files.length)
    .flatMap(({ exported }) => exported)
    .filter((one) => !used.has(one))
}

interface Names {
  /** `path: *`, which is all that a file exports. */
  readonly all: string
  /** Each as `path: name`. */
  readonly exported: readonly string[]
  readonly imported: readonly string[]
  /** Where each one that is passed on is from. */
  readonly passedOn: readonly (readonly [here: string, there: string])[]
}

function namesIn({ path, source }: Source): Names {
  const exported: string[] = []
  const imported: string[] = []
  const passedOn: [string, string][] = []
  const there = (from: unknown, name: string): string =>
    `${posix.join(posix.dirname(path), textOf(from))}: ${name}`
  const add = (node: Node): void => {
    if (node.type === 'ImportDeclaration')
      for (const one of nodesOf(node['specifiers']))
        imported.push(there(node['source'], one['imported'] ? textOf(one['imported']) : '*'))
    if (node.type === 'ImportExpression') imported.push(there(node['source'], '*'))
    if (node.type === 'ExportAllDeclaration') imported.push(there(node['source'], '*'))
    if (node.type !== 'ExportNamedDeclaration') return
    for (const one of nodesOf(node['specifiers'])) {
      const here = `${path}: ${textOf(one['exported'])}`
      exported.push(here)
      if (node['source']) passedOn.push([here, there(node['source'], textOf(one['local']))])
    }
    for (const name of declaredBy(node['declaration'])) exported.push(`${path}: ${name}`)
  }
  each(parseAst(source, { lang: path.endsWith('.ts') ? 'ts' : 'js' }), (node) => {
    for (const [name, from] of takenFrom(node)) imported.push(there(from, name))
    if (!takenFrom(node).length) add(node)
    return takenFrom(node).length === 0
  })
  return { all: `${path}: *`, exported, imported, passedOn }
}

/** `const { a, b } = await import('…')`, name by name. */
function takenFrom(node: Node): readonly (readonly [name: string, from: unknown])[] {
  const { id, init } = node
  if (node.type !== 'VariableDeclarator' || !isNode(id) || id.type !== 'ObjectPattern' || !isNode(init))
    return []
  const called = init.type === 'AwaitExpression' ? init['argument'] : init
  if (!isNode(called) || called.type !== 'ImportExpression') return []
  return nodesOf(id['properties']).map((one) => [one['key'] ? textOf(one['key']) : '*', called['source']])
}

function declaredBy(declaration: unknown): readonly string[] {
  if (!isNode(declaration)) return []
  if (declaration['id']) return [textOf(declaration['id'])]
  return nodesOf(declaration['declarations']).map(({ id }) => textOf(id))
}

/** An identifier's name, a string's value. */
function textOf(node: unknown): string {
  if (!isNode(node)) return ''
  const text = node['name'] ?? node['value']
  return typeof text === 'string' ? text : ''
}

const nodesOf = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.filter(isNode) : [])

interface Node {
  readonly type: string
  readonly [part: string]: unknown
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

/** Every node, those within one that `visit` has enough of aside. */
function each(value: unknown, visit: (node: Node) => boolean): void {
  if (Array.isArray(value)) for (const one of value) each(one, visit)
  if (isNode(value) && visit(value)) for (const child of Object.values(value)) each(child, visit)
}
