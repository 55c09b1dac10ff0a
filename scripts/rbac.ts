// Writes what roles allow to be read, from the table of kinds: the example of the documentation, and what the chart's
// roles are made of. Part of `npm run generate`; tests hold them current.
import { readFileSync, writeFileSync } from 'node:fs'
import { KINDS, type KindRow, type Kinds } from '../src/words/kube/index.ts'

export const EXAMPLE_FILE = new URL('../docs/examples/rbac.yaml', import.meta.url)
export const TEMPLATE_FILE = new URL('../chart/templates/_kinds.tpl', import.meta.url)

/** The example with its lists of kinds written anew; the rest of it stays. */
export const exampleText = (current: string, kinds: Kinds = KINDS): string =>
  current.replaceAll(
    /^( *# kinds: (.+)\n)[\s\S]*?(?=^ *# \/kinds$)/gm,
    (_all, mark: string, which: string) => `${mark}${rulesOf(which, kinds)}`,
  )

/** Those of a member or of the local cluster that are always read, or those of a word that asks for them. */
const rulesOf = (which: string, { rows }: Kinds): string =>
  rows
    .filter(({ where, askedBy }) => (askedBy ?? where) === which)
    .map(exampleRule)
    .join('')

const exampleRule = ({ served: { group, plural }, verbs }: KindRow): string => `\
  - apiGroups: [${group === '' ? '""' : group}]
    resources: [${plural}]
    verbs: [${verbs.join(', ')}]
`

/**
 * Kinds of one group that are allowed alike are one rule. What stands in no namespace no Role can allow, and what
 * registries say of services is read everywhere at once.
 */
export function templateText({ rows }: Kinds = KINDS): string {
  const alike = Map.groupBy(rows, ({ served: { group, namespaced }, verbs, askedBy, where }) =>
    JSON.stringify({ askedBy, namespaced: namespaced && where !== 'registry', apiGroups: [group], verbs }),
  )
  const rules = Array.from(alike, ([head, some]) => {
    const { askedBy, namespaced, ...rest } = JSON.parse(head)
    return JSON.stringify({
      askedBy,
      namespaced,
      rule: { ...rest, resources: some.map(({ served }) => served.plural) },
    })
  })
  return `\
{{/* What may be read: the kinds of src/words/kube/kinds.ts, each with the word that asks for it. Written by \`npm run generate\`. Gives JSON. */}}
{{- define "meridian.kinds" -}}
[${rules.join(',\n ')}]
{{- end }}
`
}

if (import.meta.main) {
  writeFileSync(EXAMPLE_FILE, exampleText(readFileSync(EXAMPLE_FILE, 'utf8')))
  writeFileSync(TEMPLATE_FILE, templateText())
}
