import { CILIUM } from './cilium.ts'
import { anyTag, dnsLabel } from './meta.ts'
import { at, lenient, orNull, section, text, texts } from './narrow.ts'
import { rowOf } from './row.ts'
import type { Namespace } from './types.ts'

const NO_LABELS: Readonly<Record<string, string>> = {}
const labels = section((metadata, left) => at(metadata, 'labels', lenient(texts, NO_LABELS), left))
/** What cannot be read is no consent. */
const globalOf = anyTag('annotations', [CILIUM.globalNamespace], lenient(orNull(text), 'false'))

/** Read where configuration says by what namespaces say of themselves which of them export. */
export const NAMESPACE = rowOf<Namespace>({
  kind: 'Namespace',
  served: { group: '', plural: 'namespaces', versions: ['v1'], custom: false, namespaced: false },
  askedBy: 'namespaces',
  name: dnsLabel,
  parse: (meta, fields, left) => ({
    kind: 'Namespace',
    ...meta,
    labels: at(fields, 'metadata', labels, left),
    global: globalOf(fields, left),
  }),
  keysOf: () => [],
  isOfNamespace: true,
})
